"""Fills a new world with articles of Nate news and posts of Pann, and says which of their comments are listed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING

from . import texts
from .population import HOUR, place_all, thread
from .things import BLIND, KST, Article, Comment

if TYPE_CHECKING:
    from .world import World

MARKS = {
    "operator": "운영원칙에 위배되어 관리자에 의해 삭제된 댓글입니다.",
    BLIND: "신고로 블라인드 처리된 댓글입니다.",
}
SORTS: dict[str, Callable[[Comment], tuple[int, int]]] = {
    "newest": lambda c: (-c.id, 0),
    "oldest": lambda c: (c.id, 0),
    "likes": lambda c: (-c.likes, -c.id),
    "dislikes": lambda c: (-c.dislikes, -c.id),
}


def populate(world: World, seed: int, boards: dict[str, int], comments: int, start: int) -> None:
    """Make so many articles on each board, the newest at `start`."""
    for board, number in boards.items():
        chance = Random(f"{board} {seed}")
        drafts: list[tuple[Article, Comment, Comment | None]] = []
        for place in range(number):
            home = article(chance, board, place, start - place * 5 * HOUR)
            world.settle(home)
            drafts += thread(chance, world.accounts, home, comments)
        place_all(world, chance, drafts, {"nate": 910_000_000, "pann": 920_000_000}[board])


def article(chance: Random, board: str, place: int, published: int) -> Article:
    """One article or post."""
    moment = datetime.fromtimestamp(published / 1000, KST)
    press, site = texts.PRESSES[place % len(texts.PRESSES)]
    post = 370_000_000 + place * 211 + chance.randrange(200)
    key = f"{moment:%Y%m%d}n{10_000 + place * 7:05d}" if board == "nate" else str(post)
    return Article(
        id=key,
        hash=key,
        post=post + (5_000_000 if board == "nate" else 0),
        title=texts.title(chance),
        press=press,
        press_site=site,
        reporter=None,
        summary=None,
        text=texts.article_text(chance, chance.choice(texts.PLACES)),
        published=published,
        modified=published + HOUR,
        pane="open",
        reactions={"likes": chance.randrange(900), "dislikes": chance.randrange(200), "views": chance.randrange(90_000)},
        home=board,
        link=f"https://news.nate.com/view/{key}" if board == "nate" else f"https://pann.nate.com/talk/{key}",
    )


def listed(article: Article, sort: str) -> list[Comment]:
    """The top-level comments that a list shows: what their writers deleted is not there, what others took away is a mark."""
    found = [c for c in article.comments if c.shown or c.by == "operator" or c.status == BLIND] if article.readable else []
    return sorted(found, key=SORTS[sort])


def mark(comment: Comment) -> str | None:
    """The words that stand where a comment stood."""
    return None if comment.shown else MARKS.get(comment.status) or MARKS[comment.by]


def best(article: Article) -> list[Comment]:
    """The three that stand above the list."""
    return [c for c in listed(article, "likes") if c.shown][:3]
