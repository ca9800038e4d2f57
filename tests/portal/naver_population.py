"""The articles, accounts and comments of Naver, from a seed of their own: Daum's world is the same with and without."""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import TYPE_CHECKING

from . import naver_ids, talk, texts
from .things import BLIND, CLEANBOT, KST, Account, Article, Comment, Naver

if TYPE_CHECKING:
    from .world import World

HOUR = 3_600_000
REPLIES = 0.15  # of all comments: 0.52 replies for each top comment of the ranked lists of 2025, fewer elsewhere
GONE_BY_USER, GONE_BY_OPERATOR = 0.05, 0.004  # 5 of 97 and 4 of 69 in the recordings; of operators there is none
BLINDED, FOLDED, STICKERS = 0.003, 0.02, 0.01  # guesses: the recordings have none
LAST = 20 * HOUR  # after publication nobody comments any more
LONG_AGO = int(datetime(2018, 1, 17, 9, 35, 0, 250000, KST).timestamp() * 1000)
USEFUL = ("useful", "wow", "touched", "analytical", "recommend")
WARM = ("like", "warm", "sad", "angry", "want")
SETS_CHANGED = int(datetime(2022, 4, 28, tzinfo=KST).timestamp() * 1000)  # spring 2022: the day is a guess
# oid, press, site, sorts that the press allows: the second allows one, as the recorded presses of 2022 did.
EVERY = ("FAVORITE", "NEW", "RELATIVE", "REPLY", "OLD")
PRESSES = (
    ("971", "누리샘일보", "nurisaem", EVERY),
    ("972", "달마루신문", "dalmaru", ("NEW",)),
    ("973", "가온들통신", "gaondeul", ("FAVORITE", "NEW", "RELATIVE")),
    ("974", "물빛저널", "mulbit", ("NEW", "OLD", "FAVORITE")),
)
SECTIONS = (("102", "257", "사회"), ("100", "269", "정치"), ("101", "263", "경제"), ("105", "230", "IT"))


GAMES = (("sports", "107", "스포츠"), ("entertain", "106", "연예"))


def populate(world: World, seed: int, articles: int, comments: int, start: int, old: int = 0, games: int = 0) -> None:
    """Make Naver's accounts, articles and comments; the last `old` articles are of January 2018.

    `games` more are of sports and entertainment in turn, without comments.
    """
    if not articles + games:
        return
    chance = Random(f"naver {seed}")  # a text seeds the same way everywhere
    world.naver_accounts = [account(chance, place) for place in range(max(12, articles * comments * 2 // 5))]
    for place in range(articles):
        ago = place * 7 * HOUR + chance.randrange(HOUR) * bool(place)
        made = article(chance, place, (LONG_AGO if place >= articles - old else start) - ago)
        world.settle(made)
        thread(world, chance, made, comments)
    for place in range(games):
        made = article(chance, articles + place, start - (articles + place) * 2 * HOUR)
        assert made.naver is not None
        made.naver.service, made.naver.section, made.naver.section_name = GAMES[place % 2]
        world.settle(made)


def account(chance: Random, place: int) -> Account:
    """An account: its number is its place, its key and masked name are what a reader sees."""
    head = chance.choice(("retr", "sagw", "haru", "gaon", "nuri", "byul", "moon", "k2so", "dalb", "o0oo", "sole", "mint"))
    name = head[: chance.choice((4, 4, 4, 3))] + chance.choice(("", "", "7", "u")) + "****"
    icon = chance.choice((None, "", f"https://phinf.pstatic.net/contact/{chance.randrange(10**8)}/avatar_profile.png"))
    open_list = "open" if chance.random() < 0.6 else ""
    return Account(place, name, open_list, "naver", icon, 0, naver_ids.key(3_000_000 + place * 977 + chance.randrange(900)))


def article(chance: Random, place: int, published: int, title: str | None = None, text: str | None = None) -> Article:
    """An article of the press whose turn it is."""
    oid, press, site, sorts = PRESSES[place % len(PRESSES)]
    section, part, section_name = SECTIONS[place % len(SECTIONS)]
    aid = f"{1_000_000 + published // 60_000 % 10**8 + place:010d}"
    town = chance.choice(texts.PLACES)
    kinds = USEFUL if published >= SETS_CHANGED else WARM
    identity = Naver(oid, aid, section, part, section_name, str(70_000 + place), sorts=sorts)
    identity.origin = f"https://www.{site}.invalid/article/{aid}?ref=portal&did=1195m"
    identity.readers = int(chance.paretovariate(0.9) * 400) % 300_000
    return Article(
        id=f"{oid}/{aid}",
        hash=identity.object_id,
        post=0,
        title=title or texts.title(chance),
        press=press,
        press_site=site,
        reporter=None if place % 3 == 2 else chance.choice(texts.REPORTERS),
        summary=None if place % 3 == 2 else f"{town} 주민 모임 열려\n비용은 올해 예산에서",
        text=text or texts.article_text(chance, town),
        published=published // 1000 * 1000,
        modified=published // 1000 * 1000 + (0 if place % 2 else chance.randrange(60_000, HOUR) // 1000 * 1000),
        pane="open",
        reactions={kind: int(chance.paretovariate(0.8)) % 900 for kind in kinds},
        naver=identity,
    )


def votes(chance: Random) -> tuple[int, int]:
    """Votes of a comment when its day is over: a third has no like, half no dislike, one in a hundred has many."""
    likes = 0 if chance.random() < 0.3 else int(chance.paretovariate(0.75)) % 12_000
    dislikes = int(likes * chance.random() ** 2) + (int(chance.expovariate(0.6)) if chance.random() < 0.4 else 0)
    return likes, dislikes


def skin(chance: Random, section: str) -> str:
    """The template in which a comment was written: page, view, or the mobile view."""
    name = naver_ids.SKINS.get(section, "society")
    return chance.choice((f"default_{name}", f"view_{name}", f"view_{name}_m1", f"view_{name}_m1"))


def thread(world: World, chance: Random, home: Article, count: int) -> None:
    """The comments of an article."""
    replies = int(count * REPLIES)
    tops: list[Comment] = []
    for place in range(count - replies):
        moment = home.published + min(LAST, 60_000 + int(chance.expovariate(1 / (8.2 * HOUR))))
        awkward = place < len(texts.AWKWARD)
        tops.append(_written(world, chance, home, talk.comment_text(chance, place), moment, fated=not awkward))
    for _ in range(replies):
        above = tops[int(len(tops) * chance.random() ** 3)]  # a few comments draw most of the replies
        moment = min(home.published + LAST, above.created + 1_000 + int(chance.expovariate(1 / HOUR)))
        _written(world, chance, home, talk.reply_text(chance), moment, above.id)
    home.comments.sort(key=naver_ids.place)
    for top in home.comments:
        top.replies.sort(key=naver_ids.place)


def _written(
    world: World, chance: Random, home: Article, text: str, moment: int, parent: int = 0, fated: bool = True
) -> Comment:
    assert home.naver is not None
    likes, dislikes = votes(chance)
    author = world.naver_accounts[int(len(world.naver_accounts) * chance.random() ** 2)]
    made = Comment(naver_ids.fresh(world, moment, chance), parent, author, text, moment, likes, dislikes, "visible")
    made.skin = skin(chance, home.naver.section)
    fate = chance.random() if fated else 0.5
    if fate < GONE_BY_USER + GONE_BY_OPERATOR:
        made.deleted, made.by = True, "user" if fate < GONE_BY_USER else "operator"
        made.gone_at = min(home.published + LAST + HOUR, moment + 30_000 + int(chance.expovariate(1 / HOUR)))
    elif fate > 1 - BLINDED:
        made.status = BLIND
    elif fate > 1 - BLINDED - FOLDED:
        made.status = CLEANBOT
    elif fate > 1 - BLINDED - FOLDED - STICKERS:
        made.sticker, made.text = f"moon_and_sun_{chance.randrange(1, 40):02d}", ""
    world.place(home, made)
    return made
