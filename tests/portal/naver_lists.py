"""Naver's lists of articles: sections with their cursor, the ranking per press, the ranking of one press."""

from __future__ import annotations

import re
from datetime import datetime
from html import escape
from typing import Any

from .answers import HTML, JSON, Answer, Question, answer
from .naver_old import euc_kr
from .naver_page import picture
from .naver_rows import compact
from .things import KST, Article
from .world import World

PAGE = 36  # articles of one piece of a section
TOP = 5  # articles of a press in the ranking
TEMPLATES = ("SECTION_ARTICLE_LIST", "SECTION_ARTICLE_LIST_FOR_LATEST")
SHELL = """<!doctype html>
<html lang="ko">
<head><meta charset="utf-8"><title>{title} : 네이버 뉴스</title>
<meta property="og:type" content="website"><meta property="og:site_name" content="네이버 뉴스"></head>
<body class="as_section"><div id="wrap"><div id="ct_wrap" class="ct_wrap"><div id="newsct" class="newsct">
{inside}
</div></div></div></body></html>
"""
ITEM = """<li class="sa_item {kind}">
<div class="sa_item_inner"><div class="sa_item_flex">
<div class="sa_thumb _LAZY_LOADING_ERROR_HIDE"><div class="sa_thumb_inner">\
<a href="{url}" class="sa_thumb_link _NLOG_IMPRESSION" data-imp-url="{url}"{params}>\
<img data-src="{picture}?type&#x3D;nf220_150" class="_LAZY_LOADING" alt=""></a></div></div>
<div class="sa_text">
<a href="{url}" class="sa_text_title _NLOG_IMPRESSION" data-clk="clart">
<strong class="sa_text_strong">{title}</strong></a>
<div class="sa_text_lede">{lede}</div>
<div class="sa_text_info"><div class="sa_text_info_left"><div class="sa_text_press">{press}</div>
<a href="{comments}" class="sa_text_cmt _COMMENT_COUNT_LIST" style="display: none;" data-object-id="{object}"\
 data-zero-allow="false"></a>
<div class="sa_text_datetime is_recent"><b>{when}</b></div></div></div>
</div></div></div></li>"""


def ago(ms: int, now: int) -> str:
    """How long ago, as lists say it; a date when that is long."""
    minutes = max(0, now - ms) // 60_000
    if minutes < 60:
        return f"{minutes}분전" if minutes else "방금전"
    if minutes < 60 * 24:
        return f"{minutes // 60}시간전"
    if minutes < 60 * 24 * 7:
        return f"{minutes // 60 // 24}일전"
    return f"{datetime.fromtimestamp(ms / 1000, KST):%Y.%m.%d.}"


def day(article: Article) -> str:
    """The day of publication in Korea."""
    return f"{datetime.fromtimestamp(article.published / 1000, KST):%Y%m%d}"


def listed(world: World, section: str = "", part: str = "", date: str = "", oid: str = "") -> list[Article]:
    """The news articles of a section, a part of it, a day, a press: the newest first."""
    found = [
        a
        for a in world.on("naver")
        if a.naver is not None
        and a.naver.service == "news"
        and not a.removed
        and (not section or a.naver.section == section)
        and (not part or a.naver.part == part)
        and (not date or day(a) == date)
        and (not oid or a.naver.oid == oid)
    ]
    return sorted(found, key=lambda a: (-a.published, a.id))


def cursor(article: Article, template: str) -> str:
    """The place after an article: its second, and in the lists by time some digits more."""
    assert article.naver is not None
    second = f"{datetime.fromtimestamp(article.published / 1000, KST):%Y%m%d%H%M%S}"
    return second + (article.naver.aid[-5:] if template.endswith("LATEST") else "")


def piece(world: World, question: Question, section: str, part: str, template: str, number: int, plain: bool) -> str:
    """A piece of a list as HTML. `next` decides where it begins; the number of the page decides nothing."""
    query, twists = question.query, question.twists
    everything = listed(world, section, part, query.get("date", ""))
    after = "" if "repeat_page" in twists else query.get("next", "")
    rest = [a for a in everything if not after or cursor(a, template) < after]
    shown = rest[:PAGE]
    while len(shown) < len(rest) and cursor(rest[len(shown)], template) == cursor(shown[-1], template):
        shown.append(rest[len(shown)])  # a cursor of whole seconds must not cut a second in two
    here = cursor(shown[-1], template) if shown else after
    more = len(rest) > len(shown)
    if "ignore_cursor" in twists:
        shown = everything[: len(shown)]
    if twists & {"no_rows", "few_rows"}:
        shown = shown[: "few_rows" in twists]
    items = "\n".join(_item(a, world.now, "_LAZY_LOADING_WRAP", "" if plain else "mnews/") for a in shown)
    state = {"sid": section, "sid2": part, "cluid": "", "has-next": str(more).lower(), "cursor-name": "next"}
    state |= {"cursor": here, "page-no": str(number), "date": query.get("date", ""), "template": template}
    attributes = " ".join(f'data-{name}="{escape(value)}"' for name, value in state.items())
    return (
        f'<div class="section_latest_article _CONTENT_LIST _PERSIST_META" {attributes}>\n'
        f'<div class="section_article _TEMPLATE"><ul class="sa_list">\n{items}\n</ul></div>\n</div>'
    )


def _item(article: Article, now: int, kind: str, form: str, rank: int = 0) -> str:
    assert article.naver is not None
    log = {"section1_id": article.naver.section, "rank": rank}
    return ITEM.format(
        kind=kind,
        url=f"https://n.news.naver.com/{form}article/{article.id}",
        comments=f"https://n.news.naver.com/{form}article/comment/{article.id}",
        params=f' data-nlog-params="{escape(compact(log))}"' if rank else "",
        picture=picture(article),
        title=escape(article.title),
        lede=escape(article.text.replace("\n", " ")[:110]),
        press=escape(article.press),
        object=article.naver.object_id,
        when=ago(article.published, now),
    )


def section_page(world: World, question: Question, section: str, part: str = "") -> Answer:
    """A whole section page: the headlines by number of comments, and the first piece of the latest."""
    template = TEMPLATES[bool(part)]
    lead = sorted(listed(world, section, part), key=lambda a: -len(a.comments))[: 0 if part else 10]
    heads = "\n".join(_item(a, world.now, "_SECTION_HEADLINE", "mnews/", place) for place, a in enumerate(lead, 1))
    block = f'<div class="section_article as_headline _TEMPLATE"><ul class="sa_list">\n{heads}\n</ul></div>\n' if lead else ""
    name = "section_more_inner _CONTENT_LIST_LOAD_MORE_BUTTON"
    button = f'\n<div class="section_more"><a href="#" class="{name}">기사 더보기</a></div>'
    latest = piece(world, question, section, part, template, 1, plain=False)
    inside = f'{block}<div class="section_latest">\n{latest}{button}\n</div>'
    return answer(SHELL.format(title=section, inside=inside), HTML)


def more(world: World, question: Question, template: str) -> Answer:
    """The next piece of a section as JSON. Without a Referer it is an empty shell."""
    query = question.query
    found = ""
    if question.headers.get("referer"):
        number = int(query.get("pageNo", "1")) if query.get("pageNo", "1").isdigit() else 1
        found = piece(world, question, query.get("sid", ""), query.get("sid2", ""), template, number + 1, plain=True)
    body: dict[str, Any] = {"component": {template: {"template": template}}, "renderedComponent": {template: found}, "uhv": ""}
    return answer(compact(body), JSON)


def _ranked(world: World, date: str, oid: str, by_comments: bool) -> list[Article]:
    found = listed(world, date=date, oid=oid)
    if not date and found:  # the ranking of now: of the two days before the newest
        found = [a for a in found if a.published > found[0].published - 48 * 3_600_000]
    if by_comments:
        return sorted(found, key=lambda a: (-sum(c.shown for c in a.comments), a.id))
    return sorted(found, key=lambda a: (-(a.naver.readers if a.naver else 0), a.id))


def ranking(world: World, question: Question, by_comments: bool) -> Answer:
    """The ranking of a day, or of now: of each press the five most read, or most commented. EUC-KR."""
    boxes = []
    found = _ranked(world, question.query.get("date", ""), "", by_comments)
    for oid, press in sorted({(a.naver.oid, a.press) for a in found if a.naver}):
        rows = [a for a in found if a.naver and a.naver.oid == oid][:TOP]
        items = "\n".join(_ranked_item(a, place, world.now) for place, a in enumerate(rows, 1))
        boxes.append(
            f'<div class="rankingnews_box">\n<a href="https://media.naver.com/press/{oid}" class="rankingnews_box_head">\n'
            f'<span class="rankingnews_thumb"><img src="https://mimgnews.pstatic.net/{oid}.png" alt=""></span>\n'
            f'<strong class="rankingnews_name">{escape(press)}</strong></a>\n'
            f'<ul class="rankingnews_list">\n{items}\n</ul></div>'
        )
    inside = "\n".join(boxes)
    return euc_kr(
        '<!DOCTYPE HTML>\n<html lang="ko">\n<head><meta charset="euc-kr"><title>랭킹 : 네이버 뉴스</title></head>\n'
        '<body><div id="wrap"><div class="rankingnews _popularWelBase _persist">\n'
        '<div class="rankingnews_box_wrap _popularRanking"><div class="_officeCard _officeCard0">\n'
        f"{inside}\n</div></div></div></div></body></html>\n"
    )


def _ranked_item(article: Article, place: int, now: int) -> str:
    url = f"https://n.news.naver.com/article/{article.id}?ntype=RANKING"
    return (
        f'<li><em class="list_ranking_num">{place}</em><div class="list_content">'
        f'<a href="{url}" class="list_title nclicks(\'RBP.rnknws\')">{escape(article.title)}</a>'
        f'<span class="list_time">{ago(article.published, now)}</span></div>'
        f'<a href="{url}" class="list_img"><img src="{picture(article)}" alt=""></a></li>'
    )


def press_ranking(world: World, question: Question, oid: str) -> Answer:
    """The most read or most commented twenty of one press."""
    by_comments = question.query.get("type") == "comment"
    found = _ranked(world, question.query.get("date", ""), oid, by_comments)[:20]
    items = "\n".join(
        f'<li class="as_thumb"><a href="https://n.news.naver.com/article/{a.id}?ntype=RANKING" class="_es_pc_link">'
        f'<div class="list_ranking_inner"><em class="list_ranking_num">{place}</em></div><div class="list_content">'
        f'<strong class="list_title">{escape(a.title)}</strong><span class="list_time">{ago(a.published, world.now)}</span>'
        "</div></a></li>"
        for place, a in enumerate(found, 1)
    )
    return answer(SHELL.format(title="랭킹", inside=f'<ul class="press_ranking_list">\n{items}\n</ul>'), HTML)


def route(world: World, question: Question, path: str) -> Answer | None:
    """The list of an address of news.naver.com or media.naver.com, if it is one."""
    if found := re.fullmatch(r"section/(\d{3})", path):
        return section_page(world, question, found[1])
    if found := re.fullmatch(r"breakingnews/section/(\d{3})/(\w{3})", path):
        return section_page(world, question, found[1], found[2])
    if (name := path.removeprefix("section/template/")) in TEMPLATES:
        return more(world, question, name)
    if found := re.fullmatch(r"main/ranking/popular(Day|Memo)\.(?:nhn|naver)", path):
        return ranking(world, question, found[1] == "Memo")
    if found := re.fullmatch(r"press/(\d{3})/ranking", path):
        return press_ranking(world, question, found[1])
    return None
