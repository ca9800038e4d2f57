"""Sources of the tests, one for each way in which a board gives out comments: way_all, way_last, way_first, way_json,
way_token, way_session, way_pieces. Each is a whole community board in some lines."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from types import ModuleType

from archive.capture import Capture
from archive.records import Account, Article, Comment, Count, Cue, ListEntry, Listing, Moment, Record
from crawler.board_spider import BoardSpider
from crawler.boards import Ask, Board
from crawler.markup import decoded, every, first, has, tree, words
from crawler.pages import LayoutError, page
from crawler.places import ANNOUNCED, first_rank, order_of
from crawler.sources import Allow, Source, all_sources

HOST = "ways.example.org"


def post(capture: Capture) -> Iterator[Record]:
    """A post, with the comments that stand on its page."""
    text, key = decoded(capture, "utf-8"), capture.article or ""
    root = tree(text)
    found = first(root, "//article")
    if found is None:
        if "alert('삭제된" not in text:
            raise LayoutError("no article")
        yield Article(key, capture.url, kind="post", state="gone", notice="삭제된 글입니다.")
        return
    yield Article(key, capture.url, kind="post", title=words(first(found, ".//h1")), pane="board",
                  published=at(found.get("data-at")))  # fmt: skip
    yield Count("comments", int(found.get("data-count")))
    yield Count("likes", int(found.get("data-likes")))
    yield Cue("token", found.get("data-token"))
    yield from rows(capture)


def rows(capture: Capture) -> Iterator[Record]:
    """Comments as pieces of HTML."""
    root = tree(decoded(capture, "utf-8"))
    box = first(root, "//section")
    if box is None:
        return
    here, last = int(box.get("data-page")), int(box.get("data-pages"))
    yield Cue("page", str(here))
    yield Cue("pages", str(last))
    found = [
        (p.get("id")[1:], p.get("data-parent"), p.get("data-at"), p.get("data-likes"), p.get("data-dislikes"),
         p.get("data-user"), p.text)
        for p in every(box, f".//p[{has('c')}]")
    ]  # fmt: skip
    yield listing((here - 1) * 10 + 1, found)


def answers(capture: Capture) -> Iterator[Record]:
    """Comments as JSON."""
    told = json.loads(capture.body or b"{}")
    if "rows" not in told:
        raise LayoutError(f"no rows: {told.get('errorDetail')}")
    yield Cue("page", str(told["page"]))
    yield Cue("pages", str(told["pages"]))
    yield Count("comments", told["total"])
    yield listing(first_rank(capture.context), told["rows"])


def listed(capture: Capture) -> Iterator[Record]:
    """A list of posts."""
    root = tree(decoded(capture, "utf-8"))
    for rank, link in enumerate(every(root, f"//a[{has('post')}]"), first_rank(capture.context)):
        key = link.get("href").rpartition("/")[2]
        yield ListEntry("section", "list", rank, Article(key, f"https://{HOST}/all/{key}", kind="post", title=words(link)))
    if first(root, f"//a[{has('next')}]") is not None:
        yield Cue("next", ANNOUNCED)


def at(ms: str) -> Moment:
    """A time."""
    return Moment(int(ms), int(ms), "second", ms)


def listing(rank: int, rows: list[tuple[object, ...]]) -> Listing:
    """A page of comments, each followed by its replies."""
    found = tuple(map(comment, rows))
    return Listing("LISTED", order_of([each.key for each in found if each.parent is None]), rank, found)


def comment(row: tuple[object, ...]) -> Comment:
    """One comment of either."""
    key, parent, created, likes, dislikes, user, text = map(str, row)
    above = parent if parent != "0" else None
    return Comment(key, text, Account(user), above, at(created), likes=int(likes), dislikes=int(dislikes))


def paged(way: str, key: str, number: int, cues: Mapping[str, str]) -> Ask:
    """The post's page once more."""
    return Ask(f"https://{HOST}/{way}/{key}?page={number}")


def by_get(way: str, key: str, number: int, cues: Mapping[str, str]) -> Ask:
    """A page beside it."""
    return Ask(f"https://{HOST}/{way}/{key}/comments?page={number}")


def by_form(key: str, number: int, cues: Mapping[str, str]) -> Ask:
    """With the token of the post's page."""
    return Ask(f"https://{HOST}/token/comments", form={"no": key, "page": str(number), "token": cues["token"]})


def by_json(key: str, number: int, cues: Mapping[str, str]) -> Ask:
    """With its session, which the cookies hold."""
    return Ask(f"https://{HOST}/session/comments", json=json.dumps({"act": "list", "no": key, "page": number}))


BOARDS = {
    "all": Board("way_all.post", list_url=lambda url, page: f"{url}?page={page}"),
    "last": Board("way_last.post", "way_last.post", partial(paged, "last")),
    "first": Board("way_first.post", "way_first.post", partial(paged, "first")),
    "json": Board("way_json.post", "way_json.comments", partial(by_get, "json"), inline=False),
    "token": Board("way_token.post", "way_token.comments", by_form, inline=False),
    "session": Board("way_session.post", "way_session.comments", by_json, inline=False, start=0),
    "pieces": Board("way_pieces.post", "way_pieces.comments", partial(by_get, "pieces"), inline=False),
}


def _key(way: str, url: str) -> str | None:
    match = re.fullmatch(f"https://{HOST}/{way}/([0-9]+)", url)
    return match[1] if match else None


def _source(way: str) -> Source:
    return Source(
        name=f"way_{way}",
        title="a board of the tests",
        allow=(
            Allow("GET", HOST, f"/{way}/*"),
            Allow("GET", HOST, f"/{way}/*/comments"),
            Allow("POST", HOST, "/token/comments"),
            Allow("POST", HOST, "/session/comments", ("act", "list")),
            Allow("GET", HOST, "/list"),
        ),
        article_key=partial(_key, way),
        article_url=f"https://{HOST}/{way}/{{}}".format,
        list_page=lambda url: f"way_{way}.list" if url == f"https://{HOST}/list" and way == "all" else None,
        threads=frozenset({None, "board"}),
    )


for _way, _board in BOARDS.items():
    _made = all_sources()[f"way_{_way}"] = _source(_way)
    sys.modules[f"spiders.way_{_way}.pages"] = ModuleType(f"spiders.way_{_way}.pages")
    page(f"way_{_way}.post", version=1, proof="unproven")(post)
    page(f"way_{_way}.comments", version=1, proof="unproven")(rows if _way == "pieces" else answers)
    page(f"way_{_way}.list", version=1, proof="unproven")(listed)
    _spider = type(f"Way{_way}", (BoardSpider,), {"name": f"way_{_way}", "source": _made, "board": _board})
    _spider.__module__ = __name__
    globals()[_spider.__name__] = _spider
