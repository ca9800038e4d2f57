"""LiveRe's URLs: built and recognised. A page's key is `consumer/livere/login/page`: the numbers by which its widget asks."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from crawler.addresses import asked, host_and_path

HOST = "api-zero.livere.com"
PATH = "/v1/comments/list"
FIELDS = ("consumerSeq", "livereSeq", "smartloginSeq", "repSeq")  # R: of a request of the widget
_NUMBER = re.compile("[0-9]{1,18}")


def article_key(url: str) -> str | None:
    """The key in the address by which a page's widget asks for its comments; None for any other URL."""
    found = asked(url) if host_and_path(url) == (HOST, PATH) else {}
    numbers = [found.get(name, "") for name in FIELDS]
    return "/".join(numbers) if all(_NUMBER.fullmatch(number) for number in numbers) else None


def article_url(key: str) -> str:
    """The first page of the comments: only they say which page of which publisher they belong to."""
    return comments_url(key, 1)


def comments_url(key: str, page: int) -> str:
    """A page of 100 comments with their replies; `offset` counts pages, from 1 (C)."""
    query = {"callback": "livere", "limit": "100", "offset": str(page), "requestPath": PATH}
    return f"https://{HOST}{PATH}?{urlencode(query | dict(zip(FIELDS, key.split('/'), strict=True)))}"
