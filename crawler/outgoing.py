"""One request of a spider: what it says of itself for its capture, and what it posts."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from scrapy import Request

from crawler.rounds import LOOK, told


def request_of(url: str, page: str, side: bool, meta: dict[str, Any]) -> tuple[Request, str]:
    """A request for a page, and the text that it posts ("": it gets). `meta` is what `look` was given; a look of the schedule
    says why it is made. What is posted stands in the context, as `form`: a parser sees no request."""
    if (due := LOOK.get()) is not None:
        meta |= told(due, meta)
    headers, json = dict(meta.pop("headers", {})), meta.pop("json", "")
    text: str = json or urlencode(meta.pop("form", {}))
    if text:
        meta["context"] = meta.get("context", {}) | {"form": text}
        kind = "application/json" if json else "application/x-www-form-urlencoded"
        headers |= {"Content-Type": f"{kind}; charset=UTF-8"}
    method, told_to_us = "POST" if text else "GET", {"page": page, "side": side, **meta}
    return Request(url, method=method, headers=headers, body=text, meta=told_to_us, dont_filter=True), text
