"""What a spider wants to be shown in the browser, and what it is given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct, field

from archive.capture import ASSET, PART, RENDERED, Seen
from crawler.pages import registered_for
from crawler.sources import Source


class Shown(Struct):
    """What a page brought. `page` is the page itself, `parts` all that it loaded and that was kept, `pane` the DOM that was
    wanted (`shows`): of the source's frame, or of the page itself where that has none. `refused` counts, by host, requests
    that were not made. `problem` says why it is not whole."""

    page: Seen | None = None
    parts: list[Seen] = field(default_factory=list)
    pane: Seen | None = None
    screenshot: Seen | None = None
    refused: Counter[str] = field(default_factory=Counter)
    problem: str | None = None


class Wish(Struct):
    """What is to be shown of a source: `meta` is that of the page's own request, `kind_of` gives the page kind of everything
    else by method and URL, `shows` that of what is rendered of the source's frame, `click` is a CSS selector of what is clicked
    if it is there, `until` of what must appear in some frame."""

    source: Source
    url: str
    meta: dict[str, Any]
    kind_of: Callable[[str, str], str]
    shows: str | None = None
    click: str | None = None
    until: str | None = None
    screenshot: bool = False

    def meta_of(self, method: str, url: str, itself: bool = False, kind: str | None = None) -> dict[str, Any]:
        """The meta of one exchange of the page. What no parser reads is no look at anything."""
        if itself:
            return self.meta
        kind = kind or self.kind_of(method, url)
        why = self.meta.get("why") if registered_for(kind) else PART
        if method not in RENDERED and urlsplit(url).hostname in self.source.assets:
            why = ASSET
        return self.meta | {"page": kind, "why": why, "side": True, "listed": None}
