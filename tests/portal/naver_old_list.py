"""Naver's list of a section's day as it was until 2024: EUC-KR, twenty a page, with the marks of the recorded one."""

from __future__ import annotations

from html import escape

from .answers import Answer, Question
from .naver_lists import listed
from .naver_old import euc_kr
from .naver_page import picture, stamp
from .things import Article
from .world import World

PAGE = 20


def old_list(world: World, question: Question) -> Answer:
    """A page of a day; a number beyond the last page gives the last page."""
    query = question.query
    found = listed(world, query.get("sid1", ""), query.get("sid2", ""), query.get("date", ""))
    pages = max(1, -(-len(found) // PAGE))
    wanted = int(query["page"]) if query.get("page", "").isdigit() else 1
    page = 1 if "repeat_page" in question.twists else min(max(1, wanted), pages)
    shown = found[(page - 1) * PAGE : page * PAGE]
    blocks = "\n".join(
        f'<ul class="{name}">\n{"".join(_item(a, query) for a in rows)}</ul>'
        for name, rows in (("type06_headline", shown[:10]), ("type06", shown[10:]))
        if rows
    )
    rest = "&".join(f"{key}={query[key]}" for key in ("mode", "sid2", "mid", "sid1", "date") if key in query)
    links = "\n".join(
        f"<strong>{number}</strong>"
        if number == page
        else f'<a href="?{rest}&page={number}" class="nclicks(fls.page)">{number}</a>'
        for number in range(1, pages + 1)
    )
    return euc_kr(
        '<!DOCTYPE HTML>\n<html lang="ko">\n<head>\n<meta charset="euc-kr">\n<title>네이버 뉴스</title>\n</head>\n<body>\n'
        '<table><tr><td class="content"><div id="main_content" class="content">\n<div class="list_body newsflash_body">\n'
        f'{blocks}\n</div>\n<div class="paging">\n{links}\n</div>\n</div></td></tr></table>\n</body>\n</html>\n'
    )


def _item(article: Article, query: dict[str, str]) -> str:
    assert article.naver is not None
    link = (
        f"https://news.naver.com/main/read.naver?mode=LS2D&mid=shm&sid1={article.naver.section}&sid2={article.naver.part}"
        f"&oid={article.naver.oid}&aid={article.naver.aid}"
    )
    title = escape(article.title)
    image = f'<img src="{picture(article)}" width="106" height="72" alt="{title}"/>'
    photo = f'<dt class="photo">\n<a href="{link}">\n{image}\n</a>\n</dt>'
    return (
        f'<li>\n<dl>\n{photo}\n<dt>\n<a href="{link}">\n {title}\n</a>\n</dt>\n<dd>\n'
        f'<span class="lede">{escape(article.text.replace(chr(10), " ")[:80])} …</span>\n'
        f'<span class="writing">{escape(article.press)}</span>\n<span class="date">{stamp(article.published)}</span>\n'
        "</dd>\n</dl>\n</li>\n"
    )
