"""Fills a new world from a seed: the same seed and sizes always give the same people, ids and texts."""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import TYPE_CHECKING

from . import texts
from .things import KST, Account, Article, Comment

if TYPE_CHECKING:
    from .world import World

HOUR = 3_600_000
REPLY_SHARE = 0.1  # of all comments; the one thread that was recorded whole has 414 of 4,784
LONGEST = 20 * HOUR  # after publication nobody comments any more
REACTIONS = ("LIKE", "DISLIKE", "GREAT", "SAD", "ABSURD", "ANGRY", "RECOMMEND", "IMPRESS")
NO_PICTURE = "http://t1.daumcdn.net/media/common/newsview/m640/img_profile_180227.png"
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def populate(world: World, seed: int, articles: int, comments: int, start: int) -> tuple[Random, str]:
    """Make accounts, articles and comments; returns the chance for later verbs and the site's client id."""
    chance = Random(seed)
    client_id = "".join(chance.choices(LETTERS, k=24))
    world.accounts = accounts(chance, max(12, articles * comments * 9 // 10))
    drafts: list[tuple[Article, Comment, Comment | None]] = []
    for place in range(articles):
        home = article(chance, place, start - place * 7 * HOUR - chance.randrange(HOUR) * bool(place))
        world.settle(home)
        drafts += thread(chance, world.accounts, home, comments)
    place_all(world, chance, drafts, 900_000_000 + chance.randrange(1_000_000))
    return chance, client_id


def place_all(world: World, chance: Random, drafts: list[tuple[Article, Comment, Comment | None]], number: int) -> None:
    """Give comments their numbers: they rise with time over the whole site, as they do in the recording; a reply never precedes
    its parent."""
    drafts.sort(key=lambda draft: (draft[1].created, draft[2] is not None))
    for home, comment, parent in drafts:
        number += chance.randrange(1, 400)
        comment.id = number
        comment.parent = parent.id if parent else 0
        world.place(home, comment)


def _token(chance: Random, length: int) -> str:
    return "".join(chance.choices(LETTERS, k=length))


def accounts(chance: Random, count: int) -> list[Account]:
    """People of Daum."""
    numbers = chance.sample(range(10_000, 200_000_000), count)
    made = []
    for number in numbers:
        sign = -1 if chance.random() < 0.6 else 1
        status, provider = chance.choices((("S", "DAUM"), ("S", "KAKAO"), ("I", "DAUM"), ("D", "UNKNOWN")), (90, 6, 2, 2))[0]
        name = {"S": texts.display_name(chance), "I": "휴면 사용자", "D": "탈퇴한 사용자"}[status]
        icon = f"https://t1.daumcdn.net/profile/{_token(chance, 11)}0" if status == "S" else NO_PICTURE
        written = 0 if status == "D" else int(chance.paretovariate(0.7)) % 60_000
        made.append(Account(sign * number, name, status, provider, icon, written))
    return made


def article(chance: Random, place: int, published: int) -> Article:
    """An article of Daum, of the press whose turn it is."""
    press, site = texts.PRESSES[place % len(texts.PRESSES)]
    moment = datetime.fromtimestamp(published / 1000, KST)
    # Post ids of old articles are negative and carry more digits; every second one here does so too.
    post = -99_000_000_000 - chance.randrange(900_000_000) if place % 2 else 144_000_000 + chance.randrange(900_000)
    town = chance.choice(texts.PLACES)
    return Article(
        id=moment.strftime("%Y%m%d%H%M%S") + f"{published % 1000:03d}",
        hash=chance.choice(LETTERS[:52]) + _token(chance, 9),
        post=post,
        title=texts.title(chance),
        press=press,
        press_site=site,
        reporter=None if place % 3 == 2 else chance.choice(texts.REPORTERS),
        summary=None if place % 3 == 2 else f"{town} 주민 모임 열려\n비용은 올해 예산에서",
        text=texts.article_text(chance, town),
        published=published,
        modified=published + chance.randrange(60_000, HOUR),
        reactions={kind: int(chance.paretovariate(0.8)) % 900 for kind in REACTIONS},
    )


def _comment(chance: Random, people: list[Account], text: str, created: int) -> Comment:
    # Most have few votes and one or two have thousands; many share the same difference, so ties matter.
    likes = int(chance.paretovariate(0.6)) % 14_000 - 1
    dislikes = int(likes * chance.random() ** 3) + (chance.randrange(9) if chance.random() < 0.2 else 0)
    emoticon = f"22122{chance.randrange(10, 99)}:15:{chance.randrange(1, 9)}" if chance.random() < 0.02 else None
    return Comment(
        id=0,
        parent=0,
        account=chance.choice(people),
        text=text,
        created=created,
        likes=likes,
        dislikes=dislikes,
        flags=chance.choices((256, 0, 1280, 1024), (63, 34, 2, 1))[0],
        emoticon=emoticon,
    )


def thread(
    chance: Random, people: list[Account], article: Article, count: int
) -> list[tuple[Article, Comment, Comment | None]]:
    """Comments and replies of one article, without numbers: each with the one above it."""
    replies = int(count * REPLY_SHARE)
    last = article.published + LONGEST
    tops = [
        _comment(
            chance,
            people,
            texts.comment_text(chance, place),
            min(last, article.published + 60_000 + int(chance.expovariate(1 / (2.5 * HOUR)))),
        )
        for place in range(count - replies)
    ]
    made: list[tuple[Article, Comment, Comment | None]] = [(article, top, None) for top in tops]
    for _ in range(replies):
        above = tops[int(len(tops) * chance.random() ** 3)]  # a few comments draw most of the replies
        created = min(last, above.created + 1_000 + int(chance.expovariate(1 / HOUR)))
        made.append((article, _comment(chance, people, texts.reply_text(chance), created), above))
    return made
