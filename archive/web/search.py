"""Full-text search over comments and articles."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from datasette.utils import sqlite_timelimit

from archive.errors import ArchiveError
from archive.search import Found, search
from archive.search_index import Reach, followed
from archive.web.frame import LONGEST_MS, Ask, BadAsk, Page, Words

SECONDS = 0.1  # that an answer waits for the index
FEW, MANY = 5, 50


@dataclass(frozen=True)
class Search:
    """What the page shows; `reach` is how far the index reaches, `problem` why there is none."""

    query: str
    kind: str
    articles: Found | None = None
    comments: Found | None = None
    reach: Reach | None = None
    problem: str | None = None


def answer(db: sqlite3.Connection, ask: Ask) -> Search:
    """What the words of `q` are found in: some articles and comments, or of one `kind` from `before` on."""
    query, kind = ask.args.get("q", "").strip(), ask.args.get("kind", "")
    if kind not in ("", "comment", "article"):
        raise BadAsk(f"kind={kind[:60]}: write comment or article")
    before = ask.number("before", 0, 1 << 36)
    if not query:
        return Search(query, kind)
    articles = comments = None
    try:
        with followed(ask.root, SECONDS) as (index, reach), sqlite_timelimit(index, LONGEST_MS):
            if kind != "comment":
                articles = search(db, index, query, "article", -before or None, MANY if kind else FEW)
            if kind != "article":
                comments = search(db, index, query, "comment", before or None, MANY)
    except ArchiveError as error:
        return Search(query, kind, problem=str(error))
    return Search(query, kind, articles, comments, reach)


WORDS: Words = {
    "search": ("검색", "Search"),
    "search_for": ("찾을 말", "Search for"),
    "search_hint": (
        '낱말의 일부도 찾습니다: ‘조작’은 ‘여론조작은’도 찾습니다. 여러 말은 모두 있어야 하고, "따옴표" 안은 한 덩어리입니다.',
        'Parts of words are found, too: 조작 finds 여론조작은. All words must be there; what stands in "quotes" is one.',
    ),
    "search_none": ("없습니다", "Nothing"),
    "search_cut": (
        "말은 여덟까지, 한 말은 100자까지 찾습니다. 찾은 말: {}",
        "Eight words are looked for, of each 100 letters. These were: {}",
    ),
    "search_partly": (
        "색인이 아직 {}% 입니다. 잠시 뒤 다시 찾으면 더 나옵니다.",
        "The index has {} % of the archive so far: search again in a moment.",
    ),
    "search_more_articles": ("기사 더 보기", "More articles"),
    "search_older": ("더 오래된 것", "Older"),
    "search_not_now": ("지금 글은 다름", "its text is another one now"),
}
PAGE = Page("search", answer, WORDS, menu=True)
