"""What the tests of XE and Rhymix boards share: a reader through the registry, at the time of the recordings."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import spiders.fmkorea.pages
import spiders.rhymix.pages
import spiders.theqoo.pages
from archive.capture import Capture, Parsed
from crawler import pages
from tests.naver import RECORDED

SEEN = 1_795_320_066_000  # 2026-11-22 13:01:06 in Seoul
assert spiders.rhymix.pages
assert spiders.fmkorea.pages
assert spiders.theqoo.pages


def read(page: str, url: str, body: str | bytes, article: str | None = None, status: int = 200, **context: str) -> Parsed:
    """What the registered parser makes of an answer."""
    data = body.encode() if isinstance(body, str) else body
    return pages.parse(
        Capture(page=page, url=url, status=status, headers=(), body=data, at=SEEN, received_at=SEEN, article=article,
                context=context)
    )  # fmt: skip


@cache
def recording(name: str) -> tuple[str, int, bytes]:
    """URL, status and body of one recording."""
    for line in (RECORDED / "exchanges.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["id"] == name:
            return row["url"], row["status"], (RECORDED / row["body"]).read_bytes()
    raise AssertionError(f"no recording {name}")


def recorded(page: str, name: str, **more: Any) -> Parsed:
    """What the registered parser makes of a recording."""
    url, status, body = recording(name)
    return read(page, url, body, status=status, **more)
