"""The smaller sites of the portal. Their articles are planted into a world by hand, and changed with its verbs.

    article = plant(portal.world, "naver_blog", comments=130)

An article whose `pane` is not `open` shows no comments. A deleted comment with replies stays in its place as a mark, another
one goes from its list; both are in `world.gone(article)`.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from . import talk, texts
from .answers import TEXT, Answer, Question, answer
from .blog import Blog
from .cafe import Cafe
from .livere import Livere
from .things import Article, Comment
from .world import World
from .zum import Zum

MINUTE = 60_000
Site = Callable[[Question], Answer]
_ADDRESSES = {
    "naver_blog": ("haru-{0:03}/{1}", "https://m.blog.naver.com/{key}"),
    "naver_cafe": ("{2}/{1}", "https://cafe.naver.com/haru{place}/{number}"),
    "zum": ("{1}", "https://m.news.zum.com/articles/{number}/%EB%B2%84%EC%8A%A4"),
    "livere": (
        "623/15201/714/{1}",
        "https://api-zero.livere.com/v1/comments/list?repSeq={number}&consumerSeq=623&livereSeq=15201&smartloginSeq=714",
    ),
}
HOMES = tuple(_ADDRESSES)


def plant(world: World, home: str, comments: int = 30, replies: int = 4, age: int = 2 * 24 * 60) -> Article:
    """An article of a small site with that many comments, of which so many are replies; published that many minutes ago."""
    place = len(world.on(home))
    chance = Random(f"{home} {place}")
    number = 223_000_000_000 + place
    key, address = _ADDRESSES[home]
    key = key.format(place, number, 27_000_000 + place)
    published = world.now - age * MINUTE
    article = Article(
        id=key,
        hash=f"{17_000_000 + place}_201_{number}",
        post=number,
        title=f"{texts.title(chance)} {place}",
        press=f"하루의 기록 {place}",
        press_site=home,
        reporter=f"글쓴이{place}",
        summary=None,
        text=texts.article_text(chance, texts.PLACES[0]),
        published=published,
        modified=published,
        pane="open",
        reactions={"like": 3 + place},
        home=home,
        link=address.format(key=key, place=place, number=number),
    )
    world.settle(article)
    made: list[int] = []
    for step in range(comments):
        above = made[step % 3] if step >= max(3, comments - replies) else None
        text = talk.comment_text(chance, step) or "짧은 글"
        at = published + (step + 1) * 7 * MINUTE // 10
        made.append(world.add_comment(article, text, above, at=at, chance=chance))
        world.vote(made[-1], likes=chance.randrange(50), dislikes=chance.randrange(9))
    return article


def listed(article: Article) -> list[Comment]:
    """The rows of a list, the newest comment first, each followed by its replies."""
    tops = sorted((c for c in article.comments if c.shown or c.shown_replies()), key=lambda c: -c.id)
    return [row for top in tops for row in (top, *top.shown_replies())]


def sites(world: World, naver: Site) -> dict[str, Site]:
    """The hosts of the small sites; on the host that several of Naver's share, `naver` answers what is none of theirs."""
    blog = Blog(world, listed)
    cafe = Cafe(world, listed)
    apis = {"/commentBox/cbox/web_naver_list_json.json": blog.comments, "/blogserver/like/v1/search/contents": blog.likes}

    def shared(question: Question) -> Answer:
        return (cafe.answer if question.path.startswith("/cafe-web/") else apis.get(question.path, naver))(question)

    made: dict[str, Site] = {"m.blog.naver.com": blog.post, "blog.naver.com": blog.post, "apis.naver.com": shared}
    made["cafe.naver.com"] = cafe.answer
    made["api-zero.livere.com"] = Livere(world, listed).comments
    made |= dict.fromkeys(("news.zum.com", "m.news.zum.com", "cmnt.zum.com"), Zum(world, listed).answer)
    return {host: _reading(world, site) for host, site in made.items()}


def _reading(world: World, site: Site) -> Site:
    def ask(question: Question) -> Answer:
        if question.method not in ("GET", "HEAD"):
            return answer("Method Not Allowed", TEXT, 405, ("Allow", "GET, HEAD"))
        with world.lock:
            return site(question)

    return ask
