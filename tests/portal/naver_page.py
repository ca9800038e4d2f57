"""Naver's article page in the layout of 2022 till now, with the marks of the page recorded in 2024."""

from __future__ import annotations

from datetime import datetime
from html import escape

from .naver_layout import FIGURE, NOTE, PAGE, SURGE
from .naver_option import option
from .naver_rows import compact
from .things import KST, Article

USEFUL = (
    ("useful", "쏠쏠정보"),
    ("wow", "흥미진진"),
    ("touched", "공감백배"),
    ("analytical", "분석탁월"),
    ("recommend", "후속강추"),
)


def html(text: str) -> str:
    """Text as this site writes it in HTML: with the equals sign as an entity, too."""
    return escape(text).replace("=", "&#x3D;")


def stamp(ms: int) -> str:
    """A moment as the page shows it: 2024.01.22. 오후 11:01."""
    moment = datetime.fromtimestamp(ms / 1000, KST)
    half = "오전" if moment.hour < 12 else "오후"
    return f"{moment:%Y.%m.%d.} {half} {(moment.hour - 1) % 12 + 1}:{moment:%M}"


def gdid(article: Article) -> str:
    """The third name of an article."""
    assert article.naver is not None
    return f"88{int(article.naver.oid):06X}_{int(article.naver.aid):024d}"


def picture(article: Article) -> str:
    """The address of the article's picture."""
    assert article.naver is not None
    day = datetime.fromtimestamp(article.published / 1000, KST)
    return f"https://imgnews.pstatic.net/image/{article.naver.oid}/{day:%Y/%m/%d}/{article.naver.aid}_001.jpg"


def render(article: Article) -> str:
    """The page of an article as it stands."""
    naver = article.naver
    assert naver is not None
    return PAGE.format(
        meta=_meta(article),
        title=escape(article.title, quote=False),
        oid=naver.oid,
        aid=naver.aid,
        sid=naver.section,
        part=naver.part,
        gdid=gdid(article),
        press=escape(article.press),
        press_site=article.press_site,
        dates=_dates(article),
        origin=html(naver.origin),
        journalist=_journalist(article),
        faces="\n".join(_face(kind, label) for kind, label in USEFUL),
        button=_button(article),
        body=_body(article),
        byline=_byline(article),
        section=naver.section_name,
        option=compact(option(article)),
        pane=_pane(article),
    )


def _meta(article: Article) -> str:
    assert article.naver is not None
    short = article.text.replace("\n", " ")[:150]
    own = f"{article.url}?sid={article.naver.section}"
    rows = [
        ("property", "og:title", article.title),
        ("property", "og:type", "article"),
        ("property", "og:url", own),
        ("property", "og:image", f"{picture(article)}?type=w800"),
        ("property", "og:description", short),
        ("property", "og:article:author", f"{article.press} | 네이버"),
        ("name", "twitter:card", "summary_large_image"),
        ("name", "twitter:title", article.title),
        ("name", "twitter:site", "네이버 뉴스"),
        ("name", "twitter:creator", article.press),
        ("name", "twitter:image", f"{picture(article)}?type=w800"),
        ("name", "twitter:description", short),
    ]
    lines = [f'\t\t<meta {kind}="{name}" content="{html(value)}">' for kind, name, value in rows]
    place = f"gdid={gdid(article)},service=news,collection=news,section={article.naver.section}"
    return "\n".join([*lines, f'\t\t<meta name="napp-site-analysis" content="{place}">'])


def _dates(article: Article) -> str:
    kinds = [("입력", "_ARTICLE_DATE_TIME", "data-date-time", article.published)]
    if article.modified != article.published:
        kinds.append(("수정", "_ARTICLE_MODIFY_DATE_TIME", "data-modify-date-time", article.modified))
    return "\n".join(
        '\t\t\t<div class="media_end_head_info_datestamp_bunch">\n'
        f'\t\t\t\t<em class="media_end_head_info_datestamp_term">{word}</em><span class="media_end_head_info_datestamp_time '
        f'{name}" {attribute}="{datetime.fromtimestamp(ms / 1000, KST):%Y-%m-%d %H:%M:%S}">{stamp(ms)}</span>\n\t\t\t</div>'
        for word, name, attribute, ms in kinds
    )


def _journalist(article: Article) -> str:
    assert article.naver is not None
    if not article.reporter:
        return ""
    link = f"https://media.naver.com/journalist/{article.naver.oid}/{article.naver.journalist}"
    return (
        f'\t\t<div class="media_end_head_journalist">\n\t\t\t<a href="{link}" class="media_end_head_journalist_box">\n'
        f'\t\t\t\t<em class="media_end_head_journalist_name">{html(article.reporter)}</em>\n\t\t\t</a>\n\t\t</div>'
    )


def _face(kind: str, label: str) -> str:
    return (
        f'\t\t\t\t\t\t<li class="u_likeit_list {kind}" role="menuitem"><a class="u_likeit_list_button _button off" '
        f'data-type="{kind}" href="#"><span class="u_likeit_list_name _label">{label}</span>'
        '<span class="u_likeit_list_count _count">0</span></a></li>'
    )


def _button(article: Article) -> str:
    """The number of comments is filled in by script: the page itself has none."""
    assert article.naver is not None
    if article.pane in ("off", "refused"):
        return ""
    return (
        '\t\t\t\t<div class="media_end_head_info_variety_cmtcount _COMMENT_HIDE">\n'
        f'\t\t\t\t\t<a href="/mnews/article/comment/{article.id}?sid&#x3D;{article.naver.section}" '
        'class="media_end_head_cmtcount_button _COMMENT_COUNT_VIEW" id="comment_count" data-clk="rplt">댓글</a>\n\t\t\t\t</div>'
    )


def _body(article: Article) -> str:
    lines = [escape(part, quote=False).replace("\n", "<br>") for part in article.text.split("\n\n")]
    summary = "" if article.summary is None else escape(article.summary, quote=False).replace("\n", "<br>")
    head = f'<strong class="media_end_summary">{summary}</strong>' if summary else ""
    return head + FIGURE.format(picture=picture(article), press=escape(article.press)) + "<br><br>".join(lines) + "<br><br>"


def _byline(article: Article) -> str:
    if not article.reporter:
        return ""
    line = f"{html(article.reporter)}(desk@{article.press_site}.invalid)"
    return f'\t<div class="byline">\n\t\t<p class="byline_p">\n\t\t\t<span class="byline_s">{line}</span>\n\t\t</p>\n\t</div>'


def _pane(article: Article) -> str:
    assert article.naver is not None
    name = f"<em>{escape(article.press)}</em>"
    if article.pane == "open":
        box = '\t\t<div id="cbox_module" class="_COMMENT _COMMENT_HIDE">\n\t\t</div>'
        return NOTE.format(style=' style="display:none;"', text=f"{name}가 이 기사의 댓글 정책을 결정합니다.") + "\n" + box
    if article.pane == "surge":
        return NOTE.format(style="", text=SURGE.format(oid=article.naver.oid, aid=article.naver.aid))
    if article.pane == "restricted":  # the words are the template that the page of 2022 carries
        named = f"{name} 댓글 정책에 따라 {name}에서 제공하는 {article.naver.section_name}섹션 기사의<br>"
        return NOTE.format(style="", text=f"{named} 본문 하단에는 댓글 서비스를 제공하지 않습니다.")
    return NOTE.format(style="", text=f"{name} 댓글 정책에 따라<br>이 기사에서는 댓글을 제공하지 않습니다.")
