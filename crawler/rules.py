"""What an answer of robots.txt means: rules, none (all is allowed), or nobody knows. Imports no Scrapy."""

from __future__ import annotations

import codecs

from protego import Protego

from crawler.pages import block_page

AGENT = "Sagwan"
LATER = frozenset({401, 403, 408, 425, 429, 430})  # a refusal or `not now`, not `there is none`
MOST = 500 << 10  # bytes that are read (RFC 9309 2.5); the archive has the rest
_OURS = AGENT.lower()
_NAMES = frozenset({"user-agent", "useragent", "user agent"})  # of the line that begins a group, as Protego takes them


def read_rules(status: int, body: bytes) -> Protego | str | None:
    """What an answer says: rules, None where there are none, or why it says neither."""
    if 200 <= status < 300:
        if body.lstrip().startswith(b"<") and (said := block_page(body)):
            return f"block page: {said}"
        lines = _text(body[:MOST]).splitlines()
        whole = lines if len(body) <= MOST else lines[:-1]  # half a rule is none
        return Protego.parse("\n".join(map(_named, whole)))
    if 400 <= status < 500 and status not in LATER:
        return None
    return f"status {status}"


def _named(line: str) -> str:
    """The line; where it names whom rules are for, under our name, that of all, or one name for all others. Protego gives each
    that is named each rule of its group: a small file with thousands of both would fill the memory. And with a version behind
    it, as it stands in a site's log, our name is still ours; Protego takes it for another."""
    name = _agent(line).lower()
    if not name or name == "*":
        return line
    bare = _OURS if name.startswith(f"{_OURS}/") else name.replace("*", "")
    return f"User-agent: {bare if bare and _OURS.startswith(bare) else 'others'}"  # Protego takes a beginning of ours for us


def _agent(line: str) -> str:
    """Whom a line names that begins a group of rules, as Protego reads it; "" where it is another line, or names nobody."""
    said = line.partition("#")[0].strip()
    field, colon, value = said.partition(":")
    if field.strip().lower() in _NAMES:
        return value.strip()
    words = said.split()
    if colon and (not value or value[0].isspace()):
        return ""
    return next((" ".join(words[n:]) for n in (1, 2) if " ".join(words[:n]).lower() in _NAMES), "")


def _text(body: bytes) -> str:
    """It is to be UTF-8 (RFC 9309 2.3); an editor of Windows may have written UTF-16, which it calls Unicode."""
    wide = body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return body.decode("utf-16" if wide else "utf-8-sig", "replace")
