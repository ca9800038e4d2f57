"""Clien's URLs: built and recognised. A post's key is its board and number: `park/19000001`."""

from __future__ import annotations

import re

from crawler.addresses import host_and_path

_PATH = re.compile("/service/board/([a-z0-9_]{1,40})(/[0-9]{1,15})?/?")


def article_key(url: str) -> str | None:
    """The board and number in a post's URL; None for any other URL."""
    host, path = host_and_path(url)
    match = _PATH.fullmatch(path) if host in ("www.clien.net", "clien.net", "m.clien.net") else None
    return match[1] + match[2] if match and match[2] else None


def article_url(key: str) -> str:
    """The post's page."""
    return f"https://www.clien.net/service/board/{key}"


def board(url: str) -> str | None:
    """The board whose list is at a URL; None for any other URL."""
    host, path = host_and_path(url)
    match = _PATH.fullmatch(path) if host == "www.clien.net" else None
    return match[1] if match and not match[2] else None
