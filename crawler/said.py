"""What sites say in words where something is not there: alerts with status 200, and marks in a comment's place. Pure."""

from __future__ import annotations

import re
from typing import cast

from lxml.html import HtmlElement

from archive.records import State
from crawler.markup import tree

_ALERT = re.compile(r"alert\s*\(\s*(['\"])(.{1,300}?)\1", re.DOTALL)
_ALERT_WITHIN = 2_000  # characters: such a page begins with its script
_UNSEEN = " or ".join(f"ancestor::{name}" for name in ("script", "style", "title", "noscript", "template"))
# U: the words of these alerts were never recorded. What is not among them may be a passing trouble, and is no state.
_GONE = ("삭제", "존재하지 않", "없는 기사", "없는 게시", "노출 중단", "노출이 중단")
_PASSING = ("다시 시도", "다시 접속", "쿠키", "캐시", "잠시")  # to be deleted, or tried again, by the reader


def alerted(text: str) -> str | None:
    """What a page says that is only a script: many sites answer with status 200 and an alert where there is nothing to show.
    None for a page that shows something: the scripts of living pages have alerts, too."""
    match = _ALERT.search(text[:_ALERT_WITHIN])
    return " ".join(match[2].split()) if match and not seen(tree(text)).strip("\ufeff \n") else None


def seen(page: HtmlElement) -> str:
    """All text that a reader sees of a page with its scripts on, its white space as single spaces."""
    return " ".join("".join(cast("list[str]", page.xpath(f"//text()[not({_UNSEEN})]"))).split())


def gone(said: str | None) -> bool:
    """Whether an alert says that what was asked for is no longer there, and not that it may be again in a while."""
    return said is not None and any(word in said for word in _GONE) and not any(word in said for word in _PASSING)


def state_of(text: str | None, *, someone: bool) -> State:
    """What a mark says (U: its words were never recorded). Anybody can write such words: they are a mark only where nobody did.
    `placeholder`: deleted, and the site does not say by whom."""
    if someone:
        return "visible"
    said = " ".join((text or "").split())
    if "블라인드" in said or "신고" in said:
        return "blinded"
    if "삭제" in said:
        operator = any(word in said for word in ("관리자", "운영자", "운영원칙"))
        own = any(word in said for word in ("작성자", "본인"))
        return "deleted_by_operator" if operator else "deleted_by_user" if own else "placeholder"
    return "unknown"
