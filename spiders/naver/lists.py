"""Reading lists that a topic names (sections, rankings, presses), and the counts of articles that are not visited."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from itertools import count
from typing import Any

from archive.capture import Seen
from archive.records import Article, ListEntry
from crawler.spider import SourceSpider
from crawler.tally import Gap
from spiders.naver import list_urls, urls
from spiders.naver.source import SOURCE

MOST_PAGES = 200  # of one list


def entries_of(seen: Seen) -> list[ListEntry]:
    """What a list page names, in its order."""
    return [record for record in seen.parsed.records if isinstance(record, ListEntry)]


async def page_of_list(spider: SourceSpider, url: str, kind: str, **meta: Any) -> Seen | None:
    """One page of a list or search; None where it could not be read: then the run is broken."""
    seen = await spider.look(url, kind, **meta)
    if seen is not None and seen.parsed.outcome in ("ok", "empty"):
        return seen
    why = spider.unread(seen)
    spider.run.breaks(f"{url}: {why}", url)
    return None


async def listed(spider: SourceSpider, first: str) -> AsyncGenerator[Article]:
    """The articles of a list, page after page: all of a day's list, and of one without a day as far back as `since`
    (its first page where the topic has none)."""
    kind, url, topic = list_urls.list_page(first) or "", first, spider.topic
    known: set[str] = set()
    rank = 1
    for page in count(1):
        context = {} if kind == "naver.section_old" else {"rank": str(rank)}  # that one says its own
        seen = await page_of_list(spider, url, kind, why="list", context=context, headers={"Referer": first})
        if seen is None:
            return
        found = [entry.article for entry in entries_of(seen)]
        if page > 1 and not found:  # nobody asks for a page that the one before did not announce
            spider.run.alarm("empty", f"{url}: page {page} brings nothing, and was announced", seen)
            return
        if page > 1 and all(article.key in known for article in found):
            spider.run.alarm("repeat", f"{url}: page {page} brings only articles seen before", seen)
            return
        known.update(article.key for article in found)
        rank = max((entry.rank for entry in entries_of(seen)), default=0) + 1
        inside = [article for article in found if not topic.outside(article.published)]
        spider.found.named(article.key for article in inside)
        for article in inside:
            yield article
        following = list_urls.following(first, page, spider.cues(seen))
        done = list_urls.is_endless(first) and (topic.since is None or all(topic.before(each.published) for each in found))
        if following is None or done or spider.full:
            return
        if page == MOST_PAGES:
            spider.run.gaps.append(Gap("list", None, len(known), f"only {MOST_PAGES} pages of a list are read", first))
            return
        url = following


async def count_comments(spider: SourceSpider, articles: Iterable[str]) -> None:
    """The comment counts of articles that were found and are not visited: of many at once."""
    waiting = list(articles)
    for n in range(0, len(waiting), SOURCE.counted):
        keys = waiting[n : n + SOURCE.counted]
        url = urls.counts_url(keys)
        headers, context = {"Referer": list_urls.NEWS}, {"counted": " ".join(keys)}
        seen = await spider.look(url, "naver.counts", side=True, why="counts", headers=headers, context=context)
        if missing := spider.cues(seen).get("missing") if seen else None:
            spider.run.gaps.append(Gap("counts", None, None, f"not among those answered: {missing}", counts=False))
