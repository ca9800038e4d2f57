"""The community boards of the portal. Their posts are planted into a world by hand, and changed with its verbs.

    post = plant(portal.world, "rhymix", comments=130)

A new board is one line in BOARDS: its hosts, the key and the address of a post by its number, and what answers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from . import bobaedream, clien, cook82, gnuboard, ilbe, inven, mlbpark, ppomppu, ruliweb, talk, texts, todayhumor
from .answers import Answer, Question
from .dcinside import HOSTS as DCINSIDE
from .dcinside import KEY, LINK, Dcinside
from .forum import site
from .gnuboard import Gnuboard
from .rhymix import FMKorea, Rhymix
from .theqoo import TheQoo
from .things import Article, Comment
from .todayhumor import TodayHumor
from .ways import Ways
from .world import World

MINUTE = 60_000


@dataclass(frozen=True)
class Board:
    """One board: {n} in `key` and `link` is the post's number, which rises from `start`."""

    home: str
    hosts: tuple[str, ...]
    key: str
    link: str
    start: int
    make: Callable[[World], Callable[[Question], Answer]]


BOARDS = (
    Board("82cook", (cook82.HOST,), "{n}", cook82.LINK, 4_000_000, site(cook82.page)),
    Board("bobaedream", (bobaedream.HOST,), "freeb/{n}", bobaedream.LINK, 2_400_000, site(bobaedream.page)),
    Board("clien", (clien.HOST,), "park/{n}", clien.LINK, 19_000_000, site(clien.page)),
    Board("dcinside", DCINSIDE, KEY, LINK, 2_870_402, lambda world: Dcinside(world).answer),
    Board("gnuboard", gnuboard.HOSTS, "gnu.example.org/free/{n}", gnuboard.LINK, 500, lambda world: Gnuboard(world).answer),
    Board("ilbe", (ilbe.HOST,), "{n}", ilbe.LINK, 11_000_000_000, site(ilbe.page)),
    Board("inven", (inven.HOST,), "webzine/2097/{n}", inven.LINK, 2_700_000, site(inven.page)),
    Board("mlbpark", (mlbpark.HOST,), "bullpen/{n}", mlbpark.LINK, 202_611_200_000_000, site(mlbpark.page)),
    Board("ppomppu", ppomppu.HOSTS, "freeboard/{n}", ppomppu.LINK, 9_000_000, ppomppu.site),
    Board(
        "rhymix",
        ("board.example.org",),
        "board.example.org/{n}",
        "https://board.example.org/humor/{n}",
        3_000,
        lambda world: Rhymix(world, threaded).answer,
    ),
    Board("ruliweb", ruliweb.HOSTS, "community/300143/{n}", ruliweb.LINK, 70_000_000, site(ruliweb.page)),
    Board("todayhumor", todayhumor.HOSTS, "sisa/{n}", todayhumor.LINK, 1_200_000, lambda world: TodayHumor(world).answer),
    Board(
        "theqoo", ("theqoo.net",), "{n}", "https://theqoo.net/square/{n}", 5_000, lambda world: TheQoo(world, threaded).answer
    ),
    Board(
        "fmkorea",
        ("www.fmkorea.com",),
        "{n}",
        "https://www.fmkorea.com/best/{n}",
        7_000,
        lambda world: FMKorea(world, threaded).answer,
    ),
    Board("ways", ("ways.example.org",), "{n}", "https://ways.example.org/all/{n}", 10_000, lambda world: Ways(world).answer),
)
_BY_HOME = {board.home: board for board in BOARDS}


def sites(world: World) -> dict[str, Callable[[Question], Answer]]:
    """What answers for each host."""
    return {host: answer for board in BOARDS for answer in [board.make(world)] for host in board.hosts}


def plant(world: World, home: str, comments: int = 30, replies: int = 4, age: int = 2 * 24 * 60) -> Article:
    """A post with that many comments, of which so many are replies; published that many minutes ago."""
    board, place = _BY_HOME[home], len(world.on(home))
    chance, number = Random(f"{home} {place}"), board.start + place
    published = (world.now - age * MINUTE) // MINUTE * MINUTE
    post = Article(
        id=board.key.format(n=number),
        hash=f"{home}-{number}",
        post=number,
        title=f"{texts.title(chance)} {place}",
        press="",
        press_site=home,
        reporter=f"글쓴이{place}",
        summary=None,
        text=texts.article_text(chance, texts.PLACES[0]),
        published=published,
        modified=published,
        pane="open",
        reactions={"likes": 10 + chance.randrange(90), "dislikes": chance.randrange(20), "views": chance.randrange(9_000)},
        home=home,
        link=board.link.format(n=number),
    )
    world.settle(post)
    made: list[int] = []
    for step in range(comments):
        above = made[step % 3] if step >= max(3, comments - replies) else None
        text, at = talk.comment_text(chance, step) or "짧은 글", published + (step + 1) * MINUTE
        made.append(world.add_comment(post, text, above, at=at, chance=chance))
        world.vote(made[-1], likes=chance.randrange(50), dislikes=chance.randrange(9))
    return post


def threaded(post: Article) -> list[Comment]:
    """The comments of a post as most boards list them: the oldest first, each followed by its replies. A deleted one with
    replies stays in its place as a mark."""
    tops = sorted((c for c in post.comments if c.shown or c.shown_replies()), key=lambda c: c.id)
    return [row for top in tops for row in (top, *top.shown_replies())]
