"""The alarms of one run, and the evidence for them: what its pages gave, and the captures that show what went wrong."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from msgspec import Struct

from archive.capture import Seen
from archive.yields import Yield

# What has to go well to end an alarm that is of no single page kind.
WALK, ARTICLES, SCHEDULE, RUN = "walk", "articles", "schedule", "run"

# Every alarm there is (docs/alarms.md says what to do), in the order of that page.
KINDS = (
    *("broken", "thin", "empty", "repeat", "search", "foreign", "sort", "blocked", "login", "clock", "hung", "late"),
    *("count", "vanished", "time", "cookies", "recovered"),
)
OF_A_MOMENT = frozenset({"hung", "recovered"})  # an earlier run's, or as long as a lock is held: no run's end keeps them

_FINE = frozenset({"ok", "empty", "none", "redirect"})
_LOGIN_HOST = re.compile(r"(nid|logins?|accounts?|auth|sso|member)\.", re.IGNORECASE)
_LOGIN_PATH = re.compile(r"/[a-z]*log_?in\b", re.IGNORECASE)


class Alarm(Struct):
    """One named thing that went wrong. `page`: the page kind, or what else, that has to go well to end it; `capture`: the uuid
    of the record that shows it; `count`: how often it was seen."""

    alarm: str
    text: str
    page: str
    capture: str | None = None
    count: int = 1


class Page(Struct):
    """What one run saw of a page kind: its first capture, or the last that was not read well."""

    given: Yield
    url: str = ""
    status: int | None = None
    outcome: str = ""
    note: str | None = None
    capture: str | None = None


class Evidence:
    """What a run's captures show, by page kind, and by what they are about."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.newest: tuple[str, str] | None = None  # page kind and record
        self._last: dict[str, tuple[str, str]] = {}  # of an article, a query, a list
        self._bad: dict[str, tuple[str, str]] = {}  # of an article or a URL

    def add(self, seen: Seen) -> None:
        """Counts one exchange."""
        facts, parsed = seen.facts, seen.parsed
        self.newest = place = (facts.page, seen.record)
        for key in (facts.article, facts.context.get("asked")):
            if key is not None:
                self._last[key] = place
        about = facts.article or facts.url
        if parsed.outcome not in ("ok", "empty"):
            self._bad[about] = place
        elif about in self._bad and self._bad[about][0] == facts.page:
            del self._bad[about]  # tried again, and read
        if parsed.outcome in ("none", "redirect"):
            return
        page = self.pages.setdefault(facts.page, Page(Yield()))
        page.given.add(parsed, len(seen.body))
        if not page.outcome or parsed.outcome not in _FINE:
            page.url, page.status, page.outcome = facts.url, seen.status, parsed.outcome
            page.note, page.capture = parsed.note, seen.record

    def of(self, about: str | None, *, bad: bool = False) -> tuple[str | None, str | None]:
        """Page kind and record of the last capture (that could not be read) of an article or URL, or of all; None where there
        is none."""
        found = self.newest if about is None else (self._bad.get(about) if bad else None) or self._last.get(about)
        return found or (None, None)

    def settled(self, article: str) -> None:
        """Nothing more of an article is read."""
        self._last.pop(article, None)
        self._bad.pop(article, None)


def login_address(location: str | None) -> bool:
    """Whether a redirect leads to where one logs in: we never do."""
    try:
        parts = urlsplit(location or "")
        return bool(_LOGIN_HOST.match(parts.hostname or "") or _LOGIN_PATH.search(parts.path))
    except ValueError:
        return False


def together(alarms: list[Alarm]) -> list[Alarm]:
    """One for each kind and page: the first's sentence and capture, and how many there were."""
    found: dict[tuple[str, str], Alarm] = {}
    for each in alarms:
        first = found.setdefault((each.alarm, each.page), Alarm(each.alarm, each.text, each.page, each.capture, 0))
        first.count += each.count
        first.capture = first.capture or each.capture
    return list(found.values())
