"""`sagwan serve` as a process of its own, asked as programs and browsers ask it."""

from __future__ import annotations

import contextlib
import http.client
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, sync_playwright

from crawler import chromium
from tests.conftest import ROOT, Sagwan
from tests.maker import ARTICLE, Maker, row
from tests.portal import Plan, Portal, Scenario

AXE = (ROOT / "tests" / "vendor" / "axe.min.js").read_text(encoding="utf-8")  # axe-core 4.14.1 from npm, MPL-2.0
MINUTE = 60_000
FORMULA = '=HYPERLINK("http://evil.kr")'
REF = f"daum:{ARTICLE}"
STEP, MINUTES = 5, 40  # simulated minutes between two looks of an evening, and its length


class Served:
    """A running `sagwan serve`; `address` is what it printed."""

    def __init__(self, sagwan: Sagwan, *args: object) -> None:
        self.process = sagwan.start("serve", "--port", 0, *args)
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().strip()
        assert self.address.startswith("http://"), self.process.communicate(10)
        self.url = self.address.partition("?")[0].rstrip("/")
        self._where = urlsplit(self.url).netloc

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], str]:
        """Status, headers in lower case, and text of an answer. A header's `_` is a `-`."""
        link = http.client.HTTPConnection(self._where, timeout=60)
        with contextlib.closing(link):
            link.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            answer = link.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode()


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium.find())
        yield started
        started.close()


def _is_complaint(said: ConsoleMessage) -> bool:
    return said.type in ("error", "warning") and not said.text.startswith("Failed to load resource")  # is told as a response


class Reader:
    """A browser window on a server; `wrong` is what it complained of: violations of the policy, errors, requests elsewhere."""

    def __init__(self, started: Browser, served: Served, **more: Any) -> None:
        self.wrong: list[str] = []
        self.served = served
        self.context: BrowserContext = started.new_context(base_url=served.url, **({"locale": "ko-KR"} | more))
        self.page = self.context.new_page()
        self.page.on("console", lambda said: self.wrong.append(said.text) if _is_complaint(said) else None)
        self.page.on("response", lambda one: self.wrong.append(f"{one.status} {one.url}") if one.status >= 400 else None)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        self.page.on("request", lambda asked: None if asked.url.startswith(served.url) else self.wrong.append(asked.url))

    def open(self, path: str) -> None:
        """Goes to a page, and waits until it has drawn itself."""
        self.page.goto(path)

    def judged(self) -> list[str]:
        """What axe finds serious on the page."""
        found = self.page.evaluate(
            AXE + ";axe.run(document, {resultTypes: ['violations']})"
        )  # past the policy, by the debugger
        return [
            f"{one['id']}: {node['html'][:120]}"
            for one in found["violations"]
            if one["impact"] in ("serious", "critical")
            for node in one["nodes"][:3]
        ]


class Evening:
    """A short evening with a campaign on Naver, collected every few simulated minutes, and the portal's own record."""

    def __init__(self, folder: Path) -> None:
        self.sagwan = Sagwan(folder)
        plan = Plan(articles=1, accounts=150, targets=2, rivals=1, begins=0.4, exposed=0.7, surge=False)
        with Portal(articles=0, comments=0, gzip=True) as portal:
            self.scenario = portal.play(Scenario(portal.world, 15, articles=1, evening=MINUTES / 60, comments=600, plan=plan))
            topic = folder / "evening.toml"
            topic.write_text('title = "저녁"\nqueries = ["계획"]\nsources = ["naver"]\n', encoding="utf-8")
            for minute in range(STEP, MINUTES + 1, STEP):
                portal.world.now = self.scenario.start + minute * MINUTE
                portal.catch_up()
                ended = self.sagwan.collect(portal, topic, "--clock", f"{portal.url}/__clock")
                assert ended.code == 0, ended.out + ended.err
        struck = next(event for event in self.scenario.truth() if event.kind == "campaign")
        self.article = f"naver:{struck.article}"


def small_archive(root: Path) -> None:
    """An archive with a thread that was looked at three times."""
    maker = Maker(root)
    rows = [row(3, 9, 1), row(2, 5), row(1, 2, text=FORMULA)]
    maker.walk(rows)
    maker.now += 60_000
    maker.walk([row(2, 50), row(3, 9, 2, text="고친 댓글"), rows[2]])
    maker.now += 60_000
    maker.walk([row(2, 51), rows[2]])
    maker.close()
