"""What an answer of robots.txt means: rules, none (all is allowed), or nobody knows. Imports no Scrapy."""

from __future__ import annotations

import codecs
import re

from protego import Protego

from crawler.pages import block_page

AGENT = "Sagwan"
LATER = frozenset({401, 403, 408, 425, 429, 430})  # a refusal or `not now`, not `there is none`
MOST = 500 << 10  # bytes that are read (RFC 9309 2.5); the archive has the rest
# With a version behind it, as it stands in a site's log, the name is still ours; Protego takes it for another.
_OURS = re.compile(rf"^([ \t]*user-agent[ \t]*:[ \t]*{AGENT})/[^\r\n]*", re.IGNORECASE | re.MULTILINE)


def read_rules(status: int, body: bytes) -> Protego | str | None:
    """What an answer says: rules, None where there are none, or why it says neither."""
    if 200 <= status < 300:
        if body.lstrip().startswith(b"<") and (said := block_page(body)):
            return f"block page: {said}"
        text = _text(body[:MOST])
        whole = text if len(body) <= MOST else text.rpartition("\n")[0]  # half a rule is none
        return Protego.parse(_OURS.sub(r"\1", whole))
    if 400 <= status < 500 and status not in LATER:
        return None
    return f"status {status}"


def _text(body: bytes) -> str:
    """It is to be UTF-8 (RFC 9309 2.3); an editor of Windows may have written UTF-16, which it calls Unicode."""
    wide = body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return body.decode("utf-16" if wide else "utf-8-sig", "replace")
