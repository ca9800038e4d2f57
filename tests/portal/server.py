"""The portal: finds the site by Host, answers, spoils answers where a fault is set, and logs what was asked."""

from __future__ import annotations

import threading
import time
import traceback
from collections import deque
from collections.abc import Callable
from email.utils import formatdate
from functools import lru_cache
from hashlib import sha256
from types import TracebackType
from typing import Any, Self

from . import boards, control
from .answers import TEXT, Answer, Question, answer
from .daum import HOSTS, Daum
from .faults import SLOW, TWISTS, Fault, Faults, squeezed
from .listener import Connection, Listener
from .nate import HOSTS as NATE_HOSTS
from .nate import Nate
from .naver import CLOSED, NaverSite
from .naver import HOSTS as NAVER_HOSTS
from .pann import HOSTS as PANN_HOSTS
from .pann import Pann
from .scenario import Scenario
from .small import sites
from .wire import WIRES, Wire, plain
from .world import World

ROBOTS = (200, "User-agent: *\nAllow: /\n")
LOGGED = {
    "User-Agent": "user_agent",
    "Referer": "referer",
    "Authorization": "authorization",
    "Cookie": "cookie",
}
KEPT = 200_000  # requests in the log


@lru_cache(maxsize=8)
def dated(second: int) -> str:
    """A moment as the Date header has it."""
    return formatdate(second, usegmt=True)


class Portal:
    """A portal on 127.0.0.1. Leaving its `with` block closes it, and raises if the portal itself failed."""

    def __init__(
        self,
        seed: int = 1,
        articles: int = 3,
        comments: int = 120,
        port: int = 0,
        gzip: bool = False,
        **world: Any,
    ) -> None:
        self.world = World(seed, articles, comments, **world)
        self.faults = Faults()
        self.robots: dict[str, tuple[int, str]] = {}
        self.gzip = gzip
        self.errors: list[str] = []
        self.scenario: Scenario | None = None
        daum = Daum(self.world)
        self.naver = NaverSite(self.world)
        self.sites: dict[str, Callable[[Question], Answer]] = dict.fromkeys(HOSTS, daum.answer)
        self.sites |= dict.fromkeys(NAVER_HOSTS, self.naver.answer)
        self.sites |= sites(self.world, self.naver.answer)
        self.sites |= dict.fromkeys(NATE_HOSTS, Nate(self.world).answer)
        self.sites |= dict.fromkeys(PANN_HOSTS, Pann(self.world).answer)
        self.sites |= boards.sites(self.world)
        self._hooks: list[Callable[[str, str], object]] = []
        self._log: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self._listener = Listener(("127.0.0.1", port), Connection)
        self._listener.portal = self
        self.port: int = self._listener.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        # The poll is what closing waits for, so it is short.
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.02,), name="portal", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        self.close()
        if kind is None and self.errors:
            raise RuntimeError("the portal itself failed:\n" + "\n".join(self.errors))

    def close(self) -> None:
        """Stop, end every connection and wait for their threads."""
        self._listener.stop()
        self._thread.join()

    def on_request(self, hook: Callable[[str, str], object]) -> None:
        """Call `hook(host, path_with_query)` before each answer, under no lock: it may change the world."""
        self._hooks.append(hook)

    def play(self, scenario: Scenario) -> Scenario:
        """Have a scenario of this portal's world happen: what is due by the clock is done before each answer."""
        if scenario.world is not self.world:
            raise ValueError("the scenario belongs to another world")
        self.scenario = scenario
        return scenario

    def catch_up(self) -> None:
        """Do what is due by now."""
        if self.scenario is not None:
            self.scenario.advance_to(self.world.now)

    def close_robots(self, *hosts: str) -> None:
        """Robots are told to stay away from these hosts, in Naver's words; by default as news.naver.com since 2026-07."""
        self.robots |= dict.fromkeys(hosts or ("news.naver.com",), (200, CLOSED))

    @property
    def requests(self) -> list[dict[str, Any]]:
        """What was asked so far, oldest first, without the portal's own addresses."""
        return list(self._log)

    def forget_requests(self) -> None:
        """Empty the log."""
        self._log.clear()

    # -- answering

    def respond(self, wire: Wire, asked: Question, connection: int, keep: bool) -> bool:
        """Answer one request; says whether the connection may go on."""
        if asked.path.startswith("/__"):
            self.catch_up()
            return plain(wire, control.serve(self, asked), asked.method == "HEAD", self._more(keep)) and keep
        entry: dict[str, Any] = {
            "at": int(time.time() * 1000),
            "now": self.world.now,
            "connection": connection,
        }
        entry |= {
            "host": asked.host,
            "method": asked.method,
            "path": asked.target,
            "status": None,
            "digest": None,  # sha256 of the body as it was to be sent
            "faults": [],
        }
        entry |= {short: asked.headers.get(name.lower()) for name, short in LOGGED.items()}
        self._log.append(entry)
        try:
            for hook in self._hooks:
                hook(asked.host, asked.target)
            self.catch_up()
            faults = self.faults.take(asked.host, asked.target)
            made = self._make(asked, faults)
        except Exception:  # a broken hook or portal must not look like a strange site: `errors` fails the test
            self.errors.append(traceback.format_exc())
            made, faults = answer("the portal itself failed", TEXT, 500), []
        entry["status"] = made.status
        entry["digest"] = sha256(made.body).hexdigest()
        entry["faults"] = [fault.name for fault in faults]
        if not all(wire.wait(fault.options.get("seconds", 0.1)) for fault in faults if fault.name == SLOW):
            return False
        broken = [fault for fault in faults if fault.name in WIRES]
        if broken and asked.method != "HEAD":
            return WIRES[broken[-1].name](wire, made, self._more(keep), **broken[-1].options) and keep
        return plain(wire, made, asked.method == "HEAD", self._more(keep)) and keep

    def _make(self, asked: Question, faults: list[Fault]) -> Answer:
        asked.twists = frozenset(fault.name for fault in faults if fault.name in TWISTS)
        if asked.host not in self.sites:
            made = answer("no such host here", TEXT, 404)
        elif asked.path == "/robots.txt":
            status, body = self.robots.get(asked.host, ROBOTS)
            made = answer(body, TEXT, status)
        else:
            made = self.sites[asked.host](asked)
        for fault in faults:
            made = fault.change(asked, made)
        wanted = self.gzip and "gzip" in asked.headers.get("accept-encoding", "")
        if wanted and made.body and made.header("Content-Encoding") is None:
            made.headers = made.replaced("Content-Encoding", "gzip")
            made.body = squeezed(made.body)
        return made

    def _more(self, keep: bool) -> list[tuple[str, str]]:
        more = [("Date", dated(self.world.now // 1000))]
        return more if keep else [*more, ("Connection", "close")]
