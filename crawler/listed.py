"""Searches and lists of articles with numbered pages: what a topic's query, or a list that it names, brings."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from functools import partial

from archive.records import Article, ListEntry
from crawler.places import ANNOUNCED
from crawler.queries import Query
from crawler.spider import SourceSpider
from crawler.tally import Gap

MOST_PAGES = 200  # of one list
MOST_STEPS, NEWEST_STEPS = 100, 10  # of one search: in a visit of the whole topic, and each time that it is due


async def articles(
    spider: SourceSpider,
    what: Query | str,
    kind: str,
    address: Callable[[int], str],
    *,
    newest_first: bool = False,
    context: Mapping[str, str] = {},
    step: Callable[[str, int], str] | None = None,
) -> AsyncGenerator[Article]:
    """The articles of a search or list, in its order. `address` gives each page's URL by its number from 1.

    A further page is asked for where the one before has the cue `next`; one that is not ANNOUNCED may bring nothing: then the
    list has ended. `newest_first`: it goes no further back than the topic's `since`. A page of hits finds the topic's query in
    its context (`query`): the site may have been asked for less; `context` is what else it is to know. The cue `elsewhere`
    stands for what a page has besides its entries, `hits` is the number of both.

    A search that looks through a stretch of a board at a time says with the cue `step` at which URL the stretch after its own
    begins: it is gone to once a stretch ends, also where that brought nothing. `step` gives a page of one by that URL.
    """
    run, topic, known, rank, announced = spider.run, spider.topic, set[str](), 1, False
    searched, steps, page = isinstance(what, Query), set[str](), 0
    while True:
        page += 1
        url = address(page)
        told = {**context, "rank": str(rank)} | ({"query": str(what)} if searched else {})
        seen = await spider.look(url, kind, why="search" if searched else "list", context=told)
        if seen is None or seen.parsed.outcome not in ("ok", "empty"):
            run.breaks(f"{url}: {spider.unread(seen)}", url)
            return
        found = [record for record in seen.parsed.records if isinstance(record, ListEntry)]
        said = spider.cues(seen)
        keys = {entry.article.key for entry in found} | ({said["elsewhere"]} if "elsewhere" in said else set())
        if page > 1 and keys <= known:
            if announced:
                name, brings = ("repeat", "only articles seen before") if keys else ("empty", "nothing, and was announced")
                run.alarm(name, f"{url}: page {page} brings {brings}", seen)
            return
        known |= keys
        rank = rank + int(said["hits"]) if "hits" in said else max((entry.rank for entry in found), default=rank - 1) + 1
        inside = [entry for entry in found if not topic.outside(entry.article.published)]
        if isinstance(what, Query):
            inside = [entry for entry in inside if spider.found.hit(what, entry)]
        else:
            spider.found.named(entry.article.key for entry in inside)
        for entry in inside:
            yield entry.article
        gone_by = newest_first and topic.since is not None and bool(found)
        gone_by = gone_by and all(topic.before(entry.article.published) for entry in found)
        following = said.get("next")
        after = said.get("step") if step is not None and following is None else None
        if gone_by or spider.full or (following is None and after is None):
            return
        announced = following == ANNOUNCED
        if step is not None and after is not None:
            if after in steps:
                run.alarm("repeat", f"{url}: the step behind it is one that was read: {after}", seen)
                return
            steps.add(after)
            address, page = partial(step, after), 0
            if len(steps) == (NEWEST_STEPS if run.scheduled else MOST_STEPS):
                only = f"only {len(steps)} steps of a search are read: to go on, name the next one, {after}"
                run.gaps.append(Gap("list", None, len(known), only, str(what), counts=not run.scheduled))
                return
        if page == MOST_PAGES:
            run.gaps.append(Gap("list", None, len(known), f"only {MOST_PAGES} pages of a list are read", str(what)))
            return
