"""One cheap check of each page kind of a source: does it still work? Asked through a run like any other, and kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import aclosing
from datetime import date
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from archive.errors import WriteFailed
from archive.samples import Samples
from crawler.alarms import Alarm
from crawler.errors import Stopping
from crawler.pages import choose, registered
from crawler.queries import Query, parse
from crawler.sources import Source
from crawler.tally import STOPPED, Tally

if TYPE_CHECKING:
    from crawler.spider import SourceSpider

_COMMON = "날씨"  # is in the news of every day
_RARE = "뷁쉙뛟쀍꿹뚫쒧퉯볩쮋"  # syllables that no Korean word has
_VERDICT = {"ok": "ok", "empty": "ok", "refused": "blocked", "failed": "failed"}


class Questions(Struct, frozen=True):
    """What one run asks of a source: articles (by key), a thread, lists (by URL), a query, and a word that finds nothing."""

    articles: tuple[str, ...]
    thread: str | None
    lists: tuple[str, ...]
    query: Query | None
    nonsense: Query | None

    def any(self) -> bool:
        """Whether there is anything to ask."""
        return bool(self.articles or self.thread or self.lists or self.query)


def questions(source: Source, samples: Samples, today: date) -> Questions:
    """What to ask: what the archive read last, and the lists that the source is known to have always."""
    lists = {kind: url for url in source.samples if (kind := source.list_page(url)) is not None}
    lists |= {kind: url for url in samples.urls.values() if (kind := source.list_page(url)) is not None}
    query = parse(samples.query or _COMMON) if source.search is not None else None
    word = "".join(_RARE[(today.toordinal() * step) % len(_RARE)] for step in (1, 3, 7, 9))
    articles = tuple(dict.fromkeys(samples.articles.values()))
    return Questions(articles, samples.thread, tuple(lists.values()), query, parse(word) if query else None)


class Probe:
    """Asks the questions, one after another: what fails is no reason not to ask the rest."""

    def __init__(self, spider: SourceSpider, asks: Questions) -> None:
        self._spider, self._run, self._asks = spider, spider.run, asks
        self._articles = list(asks.articles)

    async def work(self) -> None:
        """Asks all; what cannot be read stands in the run's books."""
        for ask in (self._lists, self._search, self._nonsense, self._pages, self._thread, self._counts):
            try:
                await ask()
            except (Stopping, WriteFailed):
                return  # the run knows why
            except Exception as error:
                self._spider.logger.exception("a probe failed")
                self._run.breaks(f"{self._run.source.name}: {type(error).__name__}: {error}", "")

    async def _first(self, what: Query | str) -> str | None:
        async with aclosing(self._spider.hits(what)) as hits:
            async for article in hits:
                return article.key
        return None

    async def _lists(self) -> None:
        for url in self._asks.lists:
            found = await self._first(url)
            if found is not None and not self._articles:
                self._articles.append(found)

    async def _search(self) -> None:
        if self._asks.query is not None:
            await self._first(self._asks.query)

    async def _nonsense(self) -> None:
        word = self._asks.nonsense
        if word is None:
            return
        found = await self._first(word)
        page = self._run.evidence.of(None)[0] or ""
        if found is not None:
            self._run.alarm("search", f"search {word}: finds {found}, and no article has that word", page=page)
        elif all(alarm.page != page for alarm in self._run.raised()):
            self._run.notes.append(f"search {word}: finds nothing, as it must: no article has that word")

    async def _pages(self) -> None:
        for key in self._articles:
            await self._spider.read_page(key, None)

    async def _thread(self) -> None:
        if self._asks.thread is not None:
            await self._spider.read_thread(self._asks.thread)
        elif self._articles:
            await self._spider.peek(self._articles[0])

    async def _counts(self) -> None:
        if self._run.source.counted and self._articles:
            await self._spider.count(self._articles[:1])


def report(source: str, tally: Tally | None, now: int) -> Iterator[dict[str, Any]]:
    """One line a page kind: what was asked, what came, and what that means. `tally` None: there was nothing to ask."""
    alarms = {alarm.page: alarm for alarm in reversed(tally.raised())} if tally is not None else dict[str, Alarm]()
    for kind in dict.fromkeys(entry.kind for entry in registered() if entry.kind.startswith(f"{source}.")):
        entry = choose(kind, now)
        if entry is None:
            continue
        line = {"kind": "probe", "source": source, "page": kind, "proven": entry.proof != "unproven", "proof": entry.proof}
        page = tally.evidence.pages.get(kind) if tally is not None else None
        if tally is None or page is None:
            yield line | _answer("not asked", _why_not(source, tally))
            continue
        alarm = alarms.get(kind)
        said = alarm.text if alarm is not None else page.note
        verdict = alarm.alarm if alarm is not None else _VERDICT.get(page.outcome, "broken")
        capture = (alarm and alarm.capture) or page.capture
        numbers = {"url": page.url, "status": page.status, "records": page.given.records, "captures": page.given.pages}
        yield line | _answer(verdict, said, **numbers, capture=capture)


def _why_not(source: str, tally: Tally | None) -> str:
    if tally is None:
        return f"nothing to ask: the archive has nothing of {source}; collect a topic first"
    stopped = tally.blocked or tally.failed or tally.locked or STOPPED.get(tally.stopping or "")
    return stopped or "nothing to ask: the archive has none among its newest captures, or what leads there could not be read"


def _answer(verdict: str, why: str | None, **more: Any) -> dict[str, Any]:
    return {
        "url": None,
        "status": None,
        "records": None,
        "captures": 0,
        "capture": None,
        **more,
        "verdict": verdict,
        "why": why,
    }
