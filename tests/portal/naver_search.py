"""Naver's search: what matches a query, the 'more' endpoint with its next address, the page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from urllib.parse import urlencode

from .answers import HTML, JSON, Answer, Question, answer
from .naver_lists import ago, day
from .naver_rows import compact
from .things import Article
from .world import World

MORE = "https://s.search.naver.com/p/newssearch/3/api/tab/more"
PAGE = 10
MOST = 4_000  # results of one query by pages
TERM = re.compile(r'(-?)(?:"([^"]*)"|(\S+))')
DATES = re.compile(r"p:from(\d{8})to(\d{8})")


@dataclass
class Wish:
    """A query understood: every group must have a word in the text, no unwanted word may be there."""

    groups: list[list[str]]
    unwanted: list[str]

    def meets(self, text: str) -> bool:
        """Whether a text is wanted."""
        low = text.casefold()
        return all(any(word in low for word in group) for group in self.groups) and not any(w in low for w in self.unwanted)

    def marked(self, text: str, tag: str) -> str:
        """The text in HTML, with what was found marked."""
        words = sorted({word for group in self.groups for word in group}, key=len, reverse=True)
        if not words:
            return escape(text)
        parts = re.split(f"({'|'.join(map(re.escape, words))})", text, flags=re.IGNORECASE)
        return "".join(f"<{tag}>{escape(part)}</{tag}>" if place % 2 else escape(part) for place, part in enumerate(parts))


def wish(query: str) -> Wish:
    """Blanks mean and, a bar means or, quotation marks hold a phrase, a minus excludes."""
    groups: list[list[str]] = []
    unwanted: list[str] = []
    joined = False
    for minus, phrase, word in TERM.findall(query.replace("|", " | ")):
        text = (phrase or word).casefold().strip()
        if text == "|" and not phrase:
            joined = bool(groups)
        elif text and minus:
            unwanted.append(text)
        elif text and joined:
            groups[-1].append(text)
            joined = False
        elif text:
            groups.append([text])
    return Wish(groups, unwanted)


def matching(
    world: World, query: str, sort: str, first: str = "", last: str = "", twists: frozenset[str] = frozenset()
) -> list[Article]:
    """Articles of every site that match; by relevance (in the headline before in the text), or by time."""
    all_of_it = "ignore_query" in twists
    if "ignore_minus" in twists:
        query = " ".join(word for word in query.split() if not word.startswith("-"))
    wanted = wish("" if all_of_it else query)
    if not wanted.groups and not all_of_it:
        return []
    return _found(world, (world.revision, len(world.articles)), "" if all_of_it else query, sort, first, last)


@lru_cache(maxsize=16)  # a long search asks two hundred times for the same
def _found(world: World, _: tuple[int, int], query: str, sort: str, first: str, last: str) -> list[Article]:
    wanted = wish(query)
    found = [
        a
        for a in world.articles
        if not a.removed and (not first or first <= day(a) <= (last or first)) and wanted.meets(f"{a.title} {a.text} {a.press}")
    ]
    found.sort(key=lambda a: (a.published if sort == "2" else -a.published, a.id))
    if sort == "0":
        found.sort(key=lambda a: not wanted.meets(a.title))
    return found[:MOST]


def origin(article: Article) -> str:
    """The article at its press."""
    return article.naver.origin if article.naver else f"https://www.{article.press_site}.invalid/news/{article.id}"


def _asked(world: World, question: Question) -> tuple[list[Article], int]:
    query = question.query
    days = DATES.search(query.get("nso", ""))
    first, last = days.groups() if days else (query.get("ds", "").replace(".", ""), query.get("de", "").replace(".", ""))
    if query.get("pd", "3") != "3" or "ignore_days" in question.twists:
        first = last = ""
    found = matching(world, query.get("query", ""), query.get("sort", "0"), first, last, question.twists)
    start = int(query.get("start") or 1) if (query.get("start") or "1").isdigit() else 1
    return found, 1 if "repeat_page" in question.twists else max(1, start)


def _next(question: Question, start: int) -> str:
    kept = {"ssc": "tab.news.all", "sort": "0", "pd": "3", "rev": "0", "is_dts": "1"} | question.query
    kept.pop("where", None)
    return f"{MORE}?{urlencode(kept | {'start': str(start)})}"


def _cards(world: World, question: Question, shown: list[Article]) -> str:
    wanted = wish(question.query.get("query", ""))
    return "\n".join(_card(a, wanted, world.now) for a in shown)


def _card(article: Article, wanted: Wish, now: int) -> str:
    link = escape(origin(article))
    own = (
        f'<a nocr="1" href="{article.url}?sid={article.naver.section}" target="_blank" data-heatmap-target=".nav">'
        '<span class="sds-comps-text sds-comps-text-type-body2">네이버뉴스</span></a>'
        if article.naver and article.naver.service == "news"
        else ""
    )
    when = re.sub(r"(?<=\d)(분|시간|일)전", r"\1 전", ago(article.published, now))
    return (
        '<div class="sds-comps-vertical-layout sds-comps-full-layout fender-ui_228e3bd1">\n'
        '<div class="sds-comps-horizontal-layout sds-comps-inline-layout sds-comps-profile" data-sds-comp="Profile">'
        f'<span class="sds-comps-profile-info-title-text"><a href="https://{article.press_site}.invalid/" '
        f'data-heatmap-target=".prof"><span class="sds-comps-text">{escape(article.press)}</span></a></span>'
        f'<span class="sds-comps-profile-info-subtext"><span class="sds-comps-text">{when}</span></span>'
        f'<span class="sds-comps-profile-info-subtext">{own}</span></div>\n'
        f'<a nocr="1" href="{link}" target="_blank" data-heatmap-target=".tit">'
        f'<span class="sds-comps-text sds-comps-text-ellipsis-1 sds-comps-text-type-headline1">'
        f"{wanted.marked(article.title, 'mark')}</span></a>\n"
        f'<a nocr="1" href="{link}" target="_blank" data-heatmap-target=".body">'
        f'<span class="sds-comps-text sds-comps-text-ellipsis-3 sds-comps-text-type-body1">'
        f"{wanted.marked(article.text.replace(chr(10), ' ')[:120], 'mark')}</span></a>\n</div>"
    )


def more(world: World, question: Question) -> Answer:
    """Ten results as JSON with HTML in it, and the address of the next ten (null at the end)."""
    found, start = _asked(world, question)
    shown = [] if "no_rows" in question.twists else found[start - 1 : start - 1 + PAGE]
    html = f'<div class="fds-news-item-list-tab">\n{_cards(world, question, shown)}\n</div>' if shown else ""
    following = _next(question, start + PAGE) if start - 1 + PAGE < len(found) else None
    collection = [{"html": html, "script": "", "type": "news"}] if found else None
    return answer(compact({"collection": collection, "url": following}), JSON)


def page(world: World, question: Question) -> Answer:
    """The search page: the first ten, and the address of the rest hidden in a script."""
    found, start = _asked(world, question)
    shown = found[start - 1 : start - 1 + PAGE]
    none = '<div class="api_noresult_wrap"><div class="not_found02"><p>검색결과가 없습니다.</p></div></div>'
    inside = f'<div class="fds-news-item-list-tab">\n{_cards(world, question, shown)}\n</div>' if shown else none
    rest = compact({"url": _next(question, start + PAGE)}).replace("/", "\\/") if start - 1 + PAGE < len(found) else "{}"
    title = escape(question.query.get("query", ""))
    return answer(
        f'<!doctype html>\n<html lang="ko"><head><meta charset="utf-8"><title>{title} : 네이버 검색</title></head>\n'
        f'<body><div id="main_pack" class="main_pack"><div data-fender-root="true">\n{inside}\n</div>\n'
        f"<script>naver.search.ext = {rest};</script></div></body></html>\n",
        HTML,
    )
