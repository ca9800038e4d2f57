// Draws the charts of a page: each `figure.chart` holds its data as JSON. A look is a dot; between two looks that lie far apart
// nothing is drawn, because nobody looked. Colours and rules stand in chart.css: the policy of our pages allows no style inside.
const { Plot } = globalThis;
const SEOUL = 9 * 3600e3; // moments are moved there, so that "UTC" marks stand at Seoul's midnights
const KINDS = { steps, bars, spans };
const at = (ms) => new Date(ms + SEOUL);
const two = (n) => String(n).padStart(2, "0");
const day = (d) => `${d.getUTCFullYear()}-${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())}`;
const clock = (d) => `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`;
const exact = (d) => `${day(d)} ${clock(d)}:${two(d.getUTCSeconds())}`;

function tick(d, n, all) {
  const midnight = clock(d) === "00:00";
  const new_day = n === 0 || day(all[n - 1]) !== day(d);
  if (midnight) return day(d).slice(5);
  return new_day ? `${clock(d)}\n${day(d).slice(5)}` : clock(d);
}

function steps(data, close) {
  if (close) data = { ...data, lines: data.lines.map((line) => ({ ...line, points: line.points.filter(([x]) => x <= data.close[1]) })) };
  if (close) data.gaps = data.gaps.filter(([, to]) => to <= data.close[1]);
  const dots = data.lines.flatMap((line, n) => line.points.filter(([, y]) => y !== null).map(([x, y]) => ({ x: at(x), y, told: line.rounded[x] ?? y.toLocaleString(), name: line.name, n })));
  const gaps = data.gaps.map(([from, to]) => ({ x1: at(from), x2: at(to) }));
  const drawn = data.lines.flatMap((line, n) =>
    line.points.flatMap(([x, y]) => {
      const row = { x: at(x), y: y ?? NaN, n };
      return line.gaps.includes(x) ? [row, { x: at(x + 1), y: NaN, n }] : [row];
    }),
  );
  const many = dots.length > 1500;
  return {
    y: { grid: true, label: data.unit, tickFormat: whole, ...(data.rank ? { domain: [Math.max(2, ...dots.map((d) => d.y)), 1] } : { domain: [0, Math.max(1, ...dots.map((d) => d.y))], nice: true }) },
    marks: [
      Plot.rectX(gaps, { x1: "x1", x2: "x2", className: "gap" }),
      data.lines.map((_, n) =>
        Plot.line(drawn.filter((row) => row.n === n), { x: "x", y: "y", curve: "step-after", className: `line line-${n}` }),
      ),
      data.lines.map((_, n) =>
        Plot.dot(dots.filter((row) => row.n === n), { x: "x", y: "y", r: many ? 0.8 : 1.9, className: `dots dots-${n}` }),
      ),
      Plot.tip(dots, Plot.pointer({ x: "x", y: "y", title: (d) => `${d.name} ${d.told}\n${exact(d.x)}`, className: "tip" })),
    ],
  };
}

function whole(value) {
  return Number.isInteger(value) ? value.toLocaleString() : "";
}

function bars(data) {
  const rows = data.bars.map(([from, to, y]) => ({ x1: at(from), x2: at(to), y, told: `${data.about.includes(from) ? "≈" : ""}${y}` }));
  const gaps = data.gaps.map(([from, to]) => ({ x1: at(from), x2: at(to) }));
  return {
    height: 170,
    y: { grid: true, label: data.unit, tickFormat: whole, zero: true },
    marks: [
      Plot.rectX(gaps, { x1: "x1", x2: "x2", className: "gap" }),
      Plot.rectY(rows, { x1: "x1", x2: "x2", y: "y", inset: 0.5, className: "bars" }),
      Plot.ruleY([0], { className: "base" }),
      Plot.tip(rows, Plot.pointerX({ x1: "x1", x2: "x2", y: "y", title: (d) => `${d.told}\n${exact(d.x1)}`, className: "tip" })),
    ],
  };
}

function spans(data) {
  const rows = data.spans.map(([ref, from, to, y], n) => ({ x1: at(from), x2: at(to), n, y, ref }));
  return {
    height: 50 + 9 * rows.length,
    y: { axis: null, reverse: true },
    marks: [
      Plot.ruleY(rows, { y: "n", x1: "x1", x2: "x2", className: "spans" }),
      Plot.tickX(rows.flatMap((d) => [{ x: d.x1, n: d.n }, { x: d.x2, n: d.n }]), { x: "x", y: "n", className: "ends" }),
      Plot.tip(
        rows,
        Plot.pointer({
          x: (d) => new Date((+d.x1 + +d.x2) / 2),
          y: "n",
          title: (d) => `+${d.y} ${data.unit}\n${d.ref}\n${exact(d.x1)} – ${exact(d.x2)}`,
          className: "tip",
        }),
      ),
    ],
  };
}

function draw(figure) {
  figure.close ??= false;
  const data = JSON.parse(figure.querySelector("script").textContent);
  const place = figure.querySelector(".plot");
  const width = Math.max(280, place.clientWidth);
  const own = KINDS[data.kind](data, figure.close);
  const made = Plot.plot({
    width,
    height: Math.min(230, Math.max(170, width / 3)),
    marginLeft: 46,
    marginRight: 20,
    className: "sagwan-plot",
    style: undefined,
    ...own,
    x: {
      type: "utc",
      label: null,
      tickFormat: tick,
      ticks: Math.max(3, Math.floor(width / 110)),
      ...(figure.close ? { domain: data.close.map(at), clamp: false } : {}),
    },
  });
  for (const style of made.querySelectorAll("style")) style.remove(); // before it is in the page: what it says stands in chart.css
  for (const part of made.querySelectorAll("[aria-label]")) { // names for readers of code, not of pages
    part.dataset.part = part.getAttribute("aria-label");
    part.removeAttribute("aria-label");
  }
  made.setAttribute("aria-hidden", "true"); // the page gives the same as a table
  if (data.kind === "steps") place.replaceChildren(legend(data, figure), made);
  else place.replaceChildren(made);
}

function legend(data, figure) {
  const list = document.createElement("ul");
  list.className = "legend";
  for (const [n, line] of data.lines.entries()) {
    const entry = document.createElement("li");
    entry.className = `line-${n}`;
    entry.textContent = line.name;
    list.append(entry);
  }
  if (data.close) {
    for (const [n, word] of [figure.dataset.whole, figure.dataset.close].entries()) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = word;
      button.setAttribute("aria-pressed", String(figure.close === Boolean(n)));
      button.addEventListener("click", () => {
        figure.close = Boolean(n);
        draw(figure);
        figure.querySelectorAll(".legend button")[n].focus();
      });
      list.append(button);
    }
  }
  return list;
}

const figures = [...document.querySelectorAll("figure.chart")];
let waiting;
new ResizeObserver(() => {
  clearTimeout(waiting);
  waiting = setTimeout(() => figures.forEach(draw), 60);
}).observe(document.querySelector("main"));
figures.forEach(draw);
