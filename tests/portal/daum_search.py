"""Daum's news search, in the layout of 2024 to 2026. C: the names of its elements. What it says without hits is invented."""

from __future__ import annotations

from datetime import datetime
from html import escape

from .answers import Question
from .things import KST, Article
from .world import World

HOST = "search.daum.net"
HITS = 10  # on one page

HIT = """<li data-docid="{id}"><div class="c-tit-doc"><div class="inner_header"><strong class="tit_item">
<a class="item-writer" href="http://{site}.invalid/"><span class="txt_info">{press}</span></a></strong></div></div>
<div class="c-item-content"><div class="item-bundle-mid"><div class="item-title"><strong class="tit-g">
<a href="{link}">{title}</a></strong></div><div class="item-contents"><p class="conts-desc">{summary}</p></div>
<span class="gem-subinfo"><span class="txt_info">{date}</span></span></div></div></li>"""


def page(world: World, question: Question) -> str:
    """One page of hits, the newest first. Every fourth article only its press shows."""
    query = question.query
    shown = _found(world, question)
    here = int(query.get("p", "1"))
    items = "".join(_hit(place, article) for place, article in shown[(here - 1) * HITS : here * HITS])
    last = -(-len(shown) // HITS)
    links = "".join(f'<a class="link_page" href="?w=news&amp;q={query["q"]}&amp;p={n}">{n}</a>' for n in range(1, last + 1))
    paging = f'<div class="compo-paging"><span class="inner_paging">{links}</span></div>' if last > 1 else ""
    body = f'<ul class="c-list-basic">{items}</ul>{paging}' if items else "<p>검색결과가 없습니다.</p>"
    return f'<!doctype html><html><head><meta charset="utf-8"></head><body><div id="dnsColl">{body}</div></body></html>'


def _found(world: World, question: Question) -> list[tuple[int, Article]]:
    query = question.query
    known = sorted((a for a in world.on("daum") if not a.removed), key=lambda a: (-a.published, a.id))
    places = list(enumerate(known))
    if "ignore_query" not in question.twists:
        places = [(n, a) for n, a in places if all(word in a.title + a.text for word in query.get("q", "").split())]
    if query.get("period") == "u":
        places = [(n, a) for n, a in places if query["sd"] <= _stamp(a, "%Y%m%d%H%M%S") <= query["ed"]]
    return places


def elsewhere(place: int) -> bool:
    """Whether the article at that place among all, the newest first, is shown by its press alone."""
    return place % 4 == 3


def _stamp(article: Article, form: str) -> str:
    return datetime.fromtimestamp(article.published / 1000, KST).strftime(form)


def _hit(place: int, article: Article) -> str:
    link = f"http://{article.press_site}.invalid/v/{place}" if elsewhere(place) else f"http://v.daum.net/v/{article.id}"
    return HIT.format(
        id=article.post,
        site=article.press_site,
        press=escape(article.press),
        link=link,
        title=escape(article.title),
        summary=escape(article.text[:80]),
        date=_stamp(article, "%Y.%m.%d."),
    )
