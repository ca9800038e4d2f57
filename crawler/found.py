"""What a run's searches bring, and what of it is not followed: what is surely not what any query asked for.

The list event of such an article is in the archive all the same: that the site showed it for this query is a fact.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from archive.records import Article, ListEntry
from crawler.matching import excludes, matches
from crawler.queries import Part, Query, lacking
from crawler.sources import Source
from crawler.topics import Topic

Text = tuple[str | None, str | None]  # title and text; None: nobody knows


def belongs(topic: Topic, source: Source, text: Text) -> bool:
    """Whether an article that the archive has under a topic is followed, where nobody asks which query found it: not where no
    query may mean it, nor where one leaves it out and none surely means it. A topic with lists may have it from one."""
    asks = topic.asks()
    if not asks or topic.lists_of(source.name):
        return True
    verdicts = {_verdict(query, text, source.lacks()) for query in asks}
    return True in verdicts or (None in verdicts and not any(excludes(query, _joined(text)) for query in asks))


def _verdict(query: Query, text: Text, lacks: frozenset[Part]) -> bool | None:
    return matches(query, _joined(text), whole=None not in text, lacks=lacks)


def _joined(text: Text) -> str:
    return "\n".join(part for part in text if part)


class Found:
    """The finds of one run on one source. `again` is told an article that was given up and is found by another query now;
    `known` says what an earlier run read of an article, so that it is not fetched again to be given up again."""

    def __init__(self, topic: Topic, source: Source, again: Callable[[str], None], known: Callable[[str], Text | None]) -> None:
        self._topic, self._source, self._again, self._known = topic, source, again, known
        self._lacks = source.lacks()
        self._named: set[str] = set()
        self._right: defaultdict[str, set[Query]] = defaultdict(set)  # the queries for which an article may be right
        self._wrong: defaultdict[str, set[Query]] = defaultdict(set)
        self.left: set[str] = set()  # the articles that are not followed

    def named(self, keys: Iterable[str]) -> None:
        """Articles that the topic names, by seed or list: they are followed whatever the queries say."""
        for key in keys:
            self._named.add(key)
            self._follow(key)

    def hit(self, query: Query, entry: ListEntry) -> bool:
        """Whether a hit may be what its query asks for, by what the list shows of it."""
        key = entry.article.key
        if self._surely_wrong(query, entry):
            self._wrong[key].add(query)
            self._judge(key)
            return False
        self._right[key].add(query)
        self._follow(key)
        return True

    def keeps(self, key: str, article: Article) -> bool:
        """Whether an article whose page was read is followed: named, or right for a query that found it; one that this run did
        not find, for any."""
        text = (article.title, article.text)
        if key not in self._named and not self._right[key] and not self._wrong[key]:
            return belongs(self._topic, self._source, text)
        wrong = {query for query in self._right[key] if _verdict(query, text, self._lacks) is False}
        self._right[key] -= wrong
        self._wrong[key] |= wrong
        self._judge(key)
        return key not in self.left

    def _surely_wrong(self, query: Query, entry: ListEntry) -> bool:
        key = entry.article.key
        if not query.unwanted and not lacking(query, self._lacks):
            return False  # the site's search says all of it
        shown = (entry.shown or entry.article.title, None)
        if query in self._wrong[key] or _verdict(query, shown, self._lacks) is False:
            return True
        before = self._known(key)
        return before is not None and _verdict(query, before, self._lacks) is False

    def _judge(self, key: str) -> None:
        if self._wrong[key] and not self._right[key] and key not in self._named:
            self.left.add(key)

    def _follow(self, key: str) -> None:
        if key in self.left:
            self.left.discard(key)
            self._again(key)
