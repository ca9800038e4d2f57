"""The comment lists of Naver: which rows a question gets, page by page, and the cursors to the next."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from . import naver_rows
from .answers import Answer, Question
from .naver_asked import OBJECT, OPENING, Asked, envelope, failure, hollow, offered, page_model, understood, wrapped
from .naver_config import config, notice
from .naver_order import Key, cursor, place_of, spot
from .naver_rows import compact
from .things import Article, Comment
from .world import World


@dataclass
class Shelf:
    """What was worked out for one article, until it changes."""

    revision: int
    kept: dict[Any, Any] = field(default_factory=dict)

    def get(self, key: Any, build: Callable[[], Any]) -> Any:
        """What stands under the key."""
        if key not in self.kept:
            if len(self.kept) > 2_000:
                self.kept.clear()
            self.kept[key] = build()
        return self.kept[key]


class Lists:
    """Answers the questions to commentBox/cbox from a world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._shelves: dict[str, Shelf] = {}
        self._rows: dict[tuple[str, int], tuple[tuple[Any, ...], str]] = {}

    def answer(self, question: Question, name: str, era: str) -> Answer:
        """Answer with JSONP, or with plain JSON where the address or the lack of a callback wants it."""
        with self.world.lock:
            body = self._body(question, era)
        return wrapped(question, name, f'{body[:-1]},"date":"{naver_rows.gmt(self.world.now)}"}}')

    def shelf(self, article: Article) -> Shelf:
        """The shelf of an article as it stands."""
        found = self._shelves.get(article.id)
        if found is None or found.revision != article.revision:
            found = self._shelves[article.id] = Shelf(article.revision)
        return found

    def _body(self, question: Question, era: str) -> str:
        query = question.query
        if "naver.com" not in question.headers.get("referer", ""):
            return failure("3999", "잘못된 접근입니다.")
        article = self._article(query.get("objectId", ""), question.twists)
        if article is None:
            return compact(envelope(hollow(query.get("sort", "FAVORITE"), era)))
        if article.pane == "refused":
            return failure("3011", f"{article.press} 댓글 정책에 따라 이 기사에서는 댓글을 제공하지 않습니다.")
        if not article.readable:
            return compact(envelope(hollow("NEW", era) | {"exposureConfig": {"reason": None, "status": "COMMENT_OFF"}}))
        asked = understood(question, article, era)
        if asked.parent and not self._above(asked):
            return failure("4004", "해당되는 댓글이 없습니다.")
        wanted = query.get("initialize") == "true"
        key = ("page", era, wanted, *(value for name, value in vars(asked).items() if name != "article"))
        return str(self.shelf(article).get(key, lambda: self._page(asked, era, wanted)))

    def _above(self, asked: Asked) -> bool:
        """Whether the comment whose replies are wanted stands under the article. Another article's never does."""
        world, parent = self.world, asked.parent
        return world.knows(parent) and world.article_of(parent) is asked.article and not world.comment(parent).parent

    def _article(self, name: str, twists: frozenset[str]) -> Article | None:
        """The article of an object id. A malformed one gets another article's comments, as happened in 2022."""
        open_ones = [a for a in self.world.on("naver") if a.readable]
        if not OBJECT.fullmatch(name):
            return open_ones[0] if open_ones else None
        try:
            found = self.world.article(name if name.startswith("news") else f"news{name}")
        except KeyError:
            return None
        if "foreign" in twists:
            others = [a for a in open_ones if a is not found]
            if not others:
                raise ValueError("the fault `foreign` needs a second readable article")
            return others[0]
        return found

    # -- one page

    def _order(self, asked: Asked) -> tuple[list[Comment], list[Key]]:
        def build() -> tuple[list[Comment], list[Key]]:
            article = asked.article
            pool = self.world.comment(asked.parent).replies if asked.parent else article.comments
            keyed = sorted(((spot(c, asked.sort), c) for c in pool if asked.everything or c.shown), key=lambda pair: pair[0])
            return [c for _, c in keyed], [key for key, _ in keyed]

        made: tuple[list[Comment], list[Key]]
        made = self.shelf(asked.article).get(("order", asked.parent, asked.sort, asked.everything), build)
        return made

    def _page(self, asked: Asked, era: str, initial: bool) -> str:
        comments, keys = self._order(asked)
        first = 0
        if asked.jump:
            first = (asked.page - 1) * asked.size
        elif (at := place_of(asked.after, asked.sort)) is not None:
            first = bisect_right(keys, at)
        elif (at := place_of(asked.before, asked.sort)) is not None:
            first = max(0, bisect_left(keys, at) - asked.size)
        if "repeat_page" in asked.twists:
            first = 0
        span = slice(first, first + asked.size)
        shown = comments[: asked.size] if "ignore_cursor" in asked.twists else comments[span]
        if "no_rows" in asked.twists:
            shown = []
        rows = ",".join(self._row(asked.article, written, era) for written in shown)
        rest = compact(self._rest(asked, keys, keys[span], era, initial))
        return f'{{{OPENING},"result":{{"commentList":[{rows}],{rest[1:]}}}'

    def _row(self, article: Article, written: Comment, era: str) -> str:
        """One comment as JSON; kept until something of it changes."""
        state = naver_rows.state(written)
        kept = self._rows.get((era, written.id))
        if kept is None or kept[0] != state:
            kept = self._rows[era, written.id] = (state, compact(naver_rows.comment(article, written, era)))
        return kept[1]

    def _rest(self, asked: Asked, keys: list[Key], span: list[Key], era: str, initial: bool) -> dict[str, Any]:
        article = asked.article
        counts = self.shelf(article).get(
            ("count", asked.everything, era), lambda: naver_rows.count(article, asked.everything, era)
        )
        rest: dict[str, Any] = {"userInfo": {}} if initial else {}
        rest["pageModel"] = page_model(asked.page, asked.size, len(keys))
        if era != "2021":
            ends = [cursor(keys[0], asked.sort), cursor(keys[-1], asked.sort)] if len(keys) > asked.size else [None, None]
            here = [cursor(span[0], asked.sort), cursor(span[-1], asked.sort)] if span else [None, None]
            rest["morePage"] = dict(zip(("prev", "next", "start", "end"), here + ends, strict=True))
        rest["exposureConfig"] = {"reason": None, "status": "COMMENT_ON"}
        rest |= {"count": counts, "listStatus": "all" if asked.everything else "current", "sort": asked.named}
        if initial and counts["total"] >= 100:
            rest["graph"] = naver_rows.graph(article)
        if initial:
            rest["config"] = config(article, offered(article))
        rest["bestList"] = []
        return rest | {"notice": notice(article)} if initial else rest
