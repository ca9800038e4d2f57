// The slider over an article's looks. The server renders every thread; this only asks for the one of another time.
// Without it the page is a form and works as one.
"use strict";

const HOUR = 3600000;
const player = document.getElementById("player");
const stops = JSON.parse(document.getElementById("stops").textContent);

// 2026-11-22 22:41:07, Asia/Seoul: nine hours ahead of UTC, without summer time.
const told = (ms) => new Date(ms + 9 * HOUR).toISOString().slice(0, 19).replace("T", " ");
const iso = (ms) => new Date(ms + 9 * HOUR).toISOString().slice(0, 23) + "+09:00";

// How many stops are at or before a time.
const passed = (ms) => {
  let low = 0, high = stops.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (stops[middle] <= ms) low = middle + 1; else high = middle;
  }
  return low;
};

class Pane {
  constructor(slider, box, output) {
    this.slider = slider;
    this.box = box;
    this.output = output;
    this.at = Number(box.querySelector(".thread-of").dataset.at);
    this.drawn = this.at;  // the time whose thread stands there
    this.busy = false;
    slider.hidden = false;
    slider.addEventListener("input", () => this.go(Number(slider.value)));
    slider.addEventListener("keydown", (event) => steer(event, this));
    this.tell();
  }

  tell() {
    this.slider.value = this.at;
    this.slider.setAttribute("aria-valuetext", told(this.at));
    this.output.textContent = told(this.at);
  }

  // Shows another time. The thread is asked for where a look lies between, else only the clock moves on.
  go(ms) {
    this.at = Math.min(Math.max(Math.round(ms), stops[0]), stops[stops.length - 1]);  // whole, as the slider and the thread have it
    this.tell();
    this.draw();
  }

  step(count) {
    const here = passed(this.at);
    const onOne = here > 0 && stops[here - 1] === this.at;
    const next = count > 0 ? here - 1 + count : here + count - (onOne ? 1 : 0);
    this.go(stops[Math.min(Math.max(next, 0), stops.length - 1)]);
  }

  async draw(again = false) {
    if (this.busy) return;
    if (!again && passed(this.at) === passed(this.drawn) && !this.late()) return address();
    this.busy = true;
    const at = this.at;
    const asked = new URLSearchParams({ref: player.dataset.ref, at: iso(at), n: player.dataset.n});
    if (player.dataset.sort) asked.set("sort", player.dataset.sort);  // not what was chosen and not sent
    if (second) asked.set("since", iso(this === second ? first.at : at)); // of two, the second is compared with the first
    try {
      const answer = await fetch(`/thread?${asked}`);
      if (!answer.ok) throw new Error(answer.status);
      this.box.querySelector(".thread-of").outerHTML = await answer.text();
      this.drawn = at;
      this.box.removeAttribute("data-failed");
    } catch (error) {
      this.box.dataset.failed = `${player.dataset.trouble} (${error.message})`;
      playing.stop();
    }
    this.busy = false;
    if (at !== this.at && !this.box.dataset.failed) return this.draw();
    if (this === first && second && !playing.on) second.draw(true);
    address();
  }

  // Whether the page says of its looks what is true no longer: how long before this time the last one was.
  late() {
    return !playing.on && this.at !== this.drawn;
  }
}

// The address names what is shown, so that it can be sent to somebody; while it plays, it stands still. The form, the other
// language and the comparison go on from what is shown, not from the time with which the page was opened.
function address() {
  if (!first) return;
  const at = iso(first.at), shown = {at};
  if (second) shown.beside = iso(second.at);
  for (const name in shown) document.querySelector(`.controls [name=${name}]`).value = shown[name].slice(0, 23);
  if (player.dataset.sort) shown.sort = player.dataset.sort;
  const links = {".lang a": shown, "#compare": {beside: at}, "#alone": {at}};
  for (const which in links) {
    const link = document.querySelector(which);
    if (link) link.href = named(link.href, links[which]);
  }
  if (!playing.on) history.replaceState(null, "", named(location.href, shown));
}

// An address with some of its parameters changed.
function named(address, parameters) {
  const found = new URL(address);
  for (const name in parameters) found.searchParams.set(name, parameters[name]);
  return found.href;
}

function steer(event, pane) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const far = event.shiftKey ? 10 : 1;
  const moves = {
    ArrowLeft: () => pane.step(-far), ArrowDown: () => pane.step(-far),
    ArrowRight: () => pane.step(far), ArrowUp: () => pane.step(far),
    PageDown: () => pane.step(-10), PageUp: () => pane.step(10),
    Home: () => pane.go(stops[0]), End: () => pane.go(stops[stops.length - 1]),
    " ": () => playing.toggle(),
  };
  if (!(event.key in moves)) return;
  event.preventDefault();
  if (event.key !== " ") playing.stop();
  moves[event.key]();
}

const button = document.getElementById("play");
const playing = {
  on: false,
  toggle() { this.on ? this.stop() : this.start(); },
  start() {
    this.on = true;
    button.textContent = button.dataset.pause;
    if (first.at >= stops[stops.length - 1]) first.go(stops[0]);
    let before = performance.now();
    const tick = (now) => {
      if (!this.on) return;
      first.go(first.at + (now - before) * Number(document.getElementById("speed").value));
      before = now;
      if (first.at >= stops[stops.length - 1]) this.stop();
      else requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  },
  stop() {
    if (!this.on) return;
    this.on = false;
    button.textContent = button.dataset.play;
    first.draw();
  },
};

// What was deleted and edited is read from all looks at once: on a long thread that takes longer than the rest of the page.
async function happened() {
  const asked = new URLSearchParams({ref: player.dataset.ref, part: 1});
  const answer = await fetch(`/happened?${asked}`);
  if (!answer.ok) return;  // the link stays
  const box = document.getElementById("aside");
  box.innerHTML = await answer.text();
  const marks = box.querySelector(".events").dataset.marks;
  document.querySelector(".strip .event")?.setAttribute("d", marks);
}
happened();

let first = null, second = null;
if (stops.length) {
  const clock = document.getElementById("clock");
  first = new Pane(document.getElementById("slider"), document.getElementById("thread"), clock);
  const other = document.getElementById("slider-beside");
  if (other) second = new Pane(other, document.getElementById("thread-beside"), document.querySelector("#thread-beside h3"));
  button.hidden = false;
  document.getElementById("speed-label").hidden = false;
  document.querySelector(".keys").hidden = false;
  button.addEventListener("click", () => playing.toggle());
  for (const [id, count] of [["back", -1], ["forth", 1]]) {
    const link = document.getElementById(id);
    link.removeAttribute("aria-disabled");
    link.href ||= "#slider";
    link.addEventListener("click", (event) => {
      event.preventDefault();
      playing.stop();
      first.step(count);
    });
  }
  // Also where nothing has the focus; all other keys scroll the page there.
  document.addEventListener("keydown", (event) => {
    const free = !event.defaultPrevented && event.target.matches("body, main");
    if (free && ["ArrowLeft", "ArrowRight"].includes(event.key)) steer(event, first);
  });
}
