"""Reading lists that a topic names (sections, rankings, presses), and the counts of articles that are not visited."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from itertools import count

from archive.capture import Seen
from archive.records import Article, ListEntry
from crawler.spider import SourceSpider
from crawler.tally import Gap
from spiders.naver import list_urls, urls

MOST_PAGES = 200  # of one list
COUNTED_AT_ONCE = 33  # C: articles in one call of listCount


def articles_of(seen: Seen) -> list[Article]:
    """The articles that a list page names, in its order."""
    return [record.article for record in seen.parsed.records if isinstance(record, ListEntry)]


def readable(spider: SourceSpider, url: str, seen: Seen | None) -> bool:
    """Whether a list page was read; if not, the run is broken."""
    if seen is not None and seen.parsed.outcome in ("ok", "empty"):
        return True
    if seen is not None:
        spider.run.broken.append(f"{url}: {seen.parsed.outcome} {seen.parsed.note or ''}".strip())
    return False


async def listed(spider: SourceSpider, first: str) -> AsyncIterator[Article]:
    """The articles of a list, page after page: all of a day's list, and of a section without a day as far back as `since`
    (its first page where the topic has none)."""
    kind, url = list_urls.list_page(first) or "", first
    known: set[str] = set()
    for page in count(1):
        rank = {} if kind == "naver.section_old" else {"rank": str(len(known) + 1)}  # that one says its own
        seen = await spider.look(url, kind, why="list", context=rank, headers={"Referer": first})
        if not readable(spider, url, seen):
            return
        assert seen is not None
        found = articles_of(seen)
        if page > 1 and all(article.key in known for article in found):
            if found:
                spider.run.alarm("repeat", f"{url}: page {page} brings only articles seen before")
            return
        known.update(article.key for article in found)
        inside = [article for article in found if not spider.topic.outside(article.published)]
        for article in inside:
            yield article
        following = list_urls.following(first, page, spider.cues(seen))
        done = list_urls.is_endless(first) and (spider.topic.since is None or not inside)
        if following is None or done or spider.full:
            return
        if page == MOST_PAGES:
            spider.run.gaps.append(Gap("list", None, len(known), f"only {MOST_PAGES} pages of a list are read", first))
            return
        url = following


async def count_comments(spider: SourceSpider, keys: Iterable[str]) -> None:
    """The comment counts of articles that were found and are not visited: of many at once."""
    waiting = list(keys)
    for n in range(0, len(waiting), COUNTED_AT_ONCE):
        url = urls.counts_url(waiting[n : n + COUNTED_AT_ONCE])
        await spider.look(url, "naver.counts", side=True, why="counts", headers={"Referer": list_urls.NEWS})
