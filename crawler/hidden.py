"""Comments that a site lists and does not show: their marks, and a page whose layout makes all of them look so. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from lxml.html import HtmlElement

from archive.records import Comment
from crawler.pages import LayoutError

_SOME = 3  # comments: of one or two nobody knows
_SAID = "descendant::text()[not(ancestor::a or ancestor::button or ancestor::script or ancestor::style)]"


def mark(item: HtmlElement) -> str:
    """The words of a comment's element without those of its links and buttons: a living comment has one to delete it."""
    return " ".join(cast("list[str]", item.xpath(_SAID)))


def need_shown(found: Sequence[Comment], lack: str) -> None:
    """Raises LayoutError where no comment of a page is shown, and why is not known of all: so a page looks whose layout has
    another name for what they `lack`. Pages on which each has the mark of one that was deleted are rare, and right."""
    states = {each.state for each in found}
    if len(found) >= _SOME and "visible" not in states and "unknown" in states:
        raise LayoutError(f"{len(found)} comments, and none with {lack}", "broken")
