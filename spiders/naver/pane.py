"""What an article's page says about its comments: whether there are any, where they stand, and with which parameters."""

from __future__ import annotations

import json
from itertools import islice
from typing import Any

from lxml.html import HtmlElement

from archive.records import Cue
from crawler.markup import every, first, running_text

# R: in `window.__htCboxOption` of 2024-01; C: the same names before.
_OPTIONS = {
    "sTicket": "ticket",
    "sTemplateId": "template",
    "sObjectId": "object",
    "sLikeItId": "like",
    "sSort": "sort",
    "aSortTypes": "sorts",
    "nPageSize": "page_size",
    "nReplyPageSize": "reply_page_size",
    "sApiDomain": "api",
}
_STARTS = ("window.__htCboxOption = {", "var commentOptions = JSON.parse(JSON.stringify({")  # R: 2024-01, 2022-02
_SAYS = "제공하지 않습니다"
_LOWER = 'translate(concat(@id, " ", @class), "BCEMNOTX", "bcemnotx")'
_NOTICES = f"""//text()[contains(., "{_SAYS}") and not(ancestor::script or ancestor::style)
    and not(ancestor::*[@id="dic_area" or @id="articleBodyContents"])
    and ancestor::*[contains({_LOWER}, "comment") or contains({_LOWER}, "cbox") or contains({_LOWER}, "cmt")]]/.."""


def options(script: str) -> dict[str, Any]:
    """The page's own parameters for the comment service, as its scripts say them; {} where it has none."""
    for start in _STARTS:
        at = script.find(start)
        if at >= 0:
            try:
                found = json.JSONDecoder().raw_decode(script, at + len(start) - 1)[0]
            except (ValueError, RecursionError):
                return {}
            return found if isinstance(found, dict) else {}
    return {}


def option_cues(found: dict[str, Any]) -> list[Cue]:
    """The options as cues `cbox.NAME`."""
    cues = []
    for name, short in _OPTIONS.items():
        value = found.get(name)
        if isinstance(value, list):
            value = " ".join(each for each in value if isinstance(each, str))
        if isinstance(value, (str, int)) and value != "":
            cues.append(Cue(f"cbox.{short}", str(value)))
    return cues


def pane(page: HtmlElement, script: str, found: dict[str, Any]) -> tuple[str, str | None]:
    """The state of the comments and the notice that says so.

    `cbox`: they stand under the article (R). `press-restricted`: not there, but in the comment view. `surge`: the same, where
    reactions surged (since 2025-09). `closed`: none. `none`: the page has no place for any. R: the wordings, as templates.
    """
    notice = _notice(page)
    if notice:
        return "surge" if "급증" in notice else "press-restricted" if "하단" in notice else "closed", notice
    exposure = script.partition('exposureStatus: "')[2].partition('"')[0]  # R: COMMENT_ON, 2022-02
    if exposure not in ("", "COMMENT_ON"):
        return "closed", exposure
    return ("cbox", None) if found or first(page, '//*[@id="cbox_module"]') is not None else ("none", None)


def _notice(page: HtmlElement) -> str | None:
    """A visible text that comments are not offered (U: where it stands was never recorded)."""
    for found in every(page, _NOTICES):
        for element in (found, *islice(found.iterancestors(), 3)):  # parts of it may be emphasised
            said = " ".join(running_text(element).split())
            if "댓글" in said and len(said) < 500:
                return said
    return None
