"""Korean and English: which of them a reader gets, and the words that several pages share. A page's own stand in its module."""

from __future__ import annotations

import re
from collections.abc import Callable

from markupsafe import Markup

from archive.web.frame import Words

LANGUAGES = ("ko", "en")

SHARED: Words = {
    "sagwan": ("사관", "Sagwan"),
    "tagline": ("본 것을 본 때와 함께 적는다", "what was seen, and when"),
    "skip": ("본문으로", "Skip to the text"),
    "other_language": ("English", "한국어"),
    "data": ("데이터", "Data"),
    "zone": ("모든 시각은 서울(KST, UTC+9)", "All times are Seoul’s (KST, UTC+9)"),
    "zone_of_tables": (
        "이 표의 모든 시각은 UTC (서울보다 9시간 늦음)",
        "All times in these tables are UTC, nine hours behind Seoul",
    ),
    "read_only": ("읽기 전용 · 바깥으로 나가는 요청 없음", "Read-only · no outside requests"),
    "pseudonyms": ("사람은 가명으로만 표시됩니다", "People are shown as pseudonyms only"),
    "unknown": ("알 수 없음", "unknown"),
    "article": ("기사", "Article"),
    "articles": ("기사", "article[s]"),
    "comment": ("댓글", "Comment"),
    "comments": ("댓글", "comment[s]"),
    "likes": ("공감", "likes"),
    "dislikes": ("비공감", "dislikes"),
    "replies": ("답글", "replies"),
    "not_shown": ("보이지 않음", "not shown"),
    "not_shown_since": ("{}부터 보이지 않음", "not shown since {}"),
    "rounded_by_site": ("사이트가 어림하여 적은 수: 약 {}", "rounded by the site: about {}"),
    "about_so_much": ("사이트가 어림하여 적은 수와의 차이", "from or to a number that the site rounded"),
    "account": ("계정", "Account"),
    "evidence": ("증거", "evidence"),
    "capture": ("수집", "capture"),
    "seen": ("본 때", "seen"),
    "ago": ("{} 전", "{} ago"),
    "s": ("{}초", "{} s"),
    "min": ("{}분", "{} min"),
    "h": ("{}시간", "{} h"),
    "d": ("{}일", "{} d"),
    "show": ("보기", "Show"),
    # states of a comment or an article
    "visible": ("보임", "visible"),
    "deleted_by_user": ("작성자 삭제", "deleted by its author"),
    "deleted_by_operator": ("운영자 삭제", "deleted by the operator"),
    "blinded": ("블라인드", "blinded"),
    "hidden_by_filter": ("필터로 숨김", "hidden by a filter"),
    "placeholder": ("자리만 남음", "only its place is left"),
    "redacted": ("아카이브에서 가림", "redacted in this archive"),
    "missing": ("제자리에 없음", "missing"),
    "gone": ("사라짐", "gone"),
    "restricted": ("일부에게만 공개", "not open to everybody"),
    # how a run ended, and what was read of an exchange: the words of the command line, in Korean
    "verdict_ok": ("정상", "ok"),
    "verdict_thin": ("모자람", "thin"),
    "verdict_empty": ("비었음", "empty"),
    "verdict_broken": ("읽지 못함", "broken"),
    "verdict_blocked": ("막힘", "blocked"),
    "verdict_failed": ("실패", "failed"),
    "verdict_locked": ("다른 실행 중", "locked"),
    "verdict_unfinished": ("끝 없음: 실행 중이거나 죽음", "no end: it runs, or was killed"),
    "outcome_ok": ("읽음", "ok"),
    "outcome_empty": ("비었음", "empty"),
    "outcome_layout": ("모르는 모양", "layout"),
    "outcome_refused": ("거절", "refused"),
    "outcome_http": ("HTTP 오류", "http"),
    "outcome_redirect": ("다른 주소로", "redirect"),
    "outcome_none": ("읽지 않음", "none"),
    "outcome_error": ("오류", "error"),
    # the documented views
    "views_why": (
        "아카이브의 자료를 그대로: 표로 보고, 거르고, JSON과 CSV로 받습니다. 한 번에 1,000줄까지.",
        "The archive’s rows as they are: to look at, to filter, to take as JSON or CSV, 1,000 at a time.",
    ),
    "view_captures": (
        "사이트와 주고받은 모든 것: 거절과 오류까지, 그 증거가 어느 WARC 파일의 어디에 있는지",
        "Every exchange with a site, refusals and errors too, and where in which WARC file its evidence lies",
    ),
    "view_observations": (
        "댓글의 공감·비공감·답글 수와 상태: 앞서 본 것과 달라질 때마다 한 줄",
        "Likes, dislikes, replies and state of comments: a row each time they differ from the look before",
    ),
    "view_comment_versions": (
        "댓글의 글과 쓴 계정(가명), 쓴 때: 글이 달라질 때마다 한 줄",
        "Texts of comments, their accounts (pseudonyms), when they were written: a row for each version",
    ),
    "view_sightings": (
        "어느 댓글이 어느 순위에 보였는지: 볼 때마다, 달라지지 않아도",
        "Which comment was seen at which place: every look, changed or not",
    ),
    # errors
    "not_there": ("없습니다", "Not there"),
    "bad_ask": ("읽을 수 없는 요청", "That cannot be read"),
    "too_long": ("시간이 너무 오래 걸립니다", "That takes too long"),
    "failed": ("보여 줄 수 없습니다", "That cannot be shown"),
    "home": ("처음으로", "To the first page"),
}


def language(chosen: str | None, accepted: str) -> str:
    """`ko` or `en`: what the reader chose, else what the browser prefers (an Accept-Language header), else Korean."""
    if chosen in LANGUAGES:
        return str(chosen)
    wanted: list[tuple[float, str]] = []
    for entry in accepted.lower().split(","):
        name, _, rest = entry.strip().partition(";")
        quality = rest.strip().removeprefix("q=") if rest else "1"
        try:
            wanted.append((-float(quality), name.partition("-")[0]))
        except ValueError:
            continue
    return next((name for _, name in sorted(wanted, key=lambda entry: entry[0]) if name in LANGUAGES), "ko")


def speaker(words: Words, lang: str) -> Callable[..., Markup]:
    """A function that gives the word of a key in a language; further arguments go, escaped, into its `{}`. What stands in
    brackets is left out where the number before it is one: `{} look[s]`. Raises KeyError."""
    place = LANGUAGES.index(lang)

    def say(key: str, *values: object) -> Markup:
        text = words[key][place]
        return Markup(_counted(text, values) if "[" in text else text).format(*values)  # noqa: S704  our own words

    return say


def _counted(text: str, values: tuple[object, ...]) -> str:
    left, number = list(values), values[0] if values else None

    def one(match: re.Match[str]) -> str:
        nonlocal number
        if match[1] is None:
            number = left.pop(0)
            return "{}"
        return "" if str(number) == "1" else match[1]

    return re.sub(r"\{\}|\[(\w+)\]", one, text)
