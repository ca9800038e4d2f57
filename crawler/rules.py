"""What an answer of robots.txt means: rules, none (all is allowed), or nobody knows. Imports no Scrapy."""

from __future__ import annotations

from protego import Protego

from crawler.pages import block_page

AGENT = "Sagwan"
LATER = frozenset({401, 403, 408, 425, 429, 430})  # a refusal or `not now`, not `there is none`
MOST = 500 << 10  # bytes that are read (RFC 9309 2.5); the archive has the rest


def read_rules(status: int, body: bytes) -> Protego | str | None:
    """What an answer says: rules, None where there are none, or why it says neither."""
    if 200 <= status < 300:
        if body.lstrip().startswith(b"<") and (said := block_page(body)):
            return f"block page: {said}"
        whole = body if len(body) <= MOST else body[:MOST].rpartition(b"\n")[0]  # half a rule is none
        return Protego.parse(whole.decode("utf-8-sig", "replace"))
    if 400 <= status < 500 and status not in LATER:
        return None
    return f"status {status}"
