"""A plain client for the portal's own tests: a Host header, and nothing of the crawler."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import quote

from .server import Portal
from .things import Article

Reply = tuple[int, http.client.HTTPMessage, bytes]


def ask(portal: Portal, url: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Reply:
    """Ask the portal for `host/path`; keyword arguments are headers, with _ for -."""
    host, _, path = url.partition("/")
    link = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=5)
    try:
        link.request(method, f"/{path}", body, {"Host": host} | {k.replace("_", "-"): v for k, v in headers.items()})
        reply = link.getresponse()
        return reply.status, reply.headers, reply.read()
    finally:
        link.close()


def rows(portal: Portal, url: str, **headers: str) -> Any:
    """The JSON of an address that answers 200."""
    status, _, body = ask(portal, url, **headers)
    assert status == 200, body
    return json.loads(body)


def bearer(portal: Portal) -> str:
    """A fresh token as the header wants it."""
    query = f"grant_type=alex_credentials&client_id={portal.world.client_id}"
    return "Bearer " + rows(portal, f"alex.daum.net/oauth/token?{query}")["access_token"]


def listing(post: int, offset: int = 0, limit: int = 10, sort: str = "RECOMMEND", parent: int = 0) -> str:
    """The address of a page of comments."""
    path = f"comment.daum.net/apis/v1/posts/{post}/comments"
    return f"{path}?parentId={parent}&offset={offset}&limit={limit}&sort={sort}"


def post(portal: Portal, place: int = 0) -> Any:
    """The post of the article in this place."""
    address = f"comment.daum.net/apis/v1/ui/single/main/@{portal.world.articles[place].id}"
    return rows(portal, address, Authorization=bearer(portal))["post"]


def walk(portal: Portal, number: int, sort: str = "RECOMMEND", limit: int = 10) -> list[dict[str, Any]]:
    """Read a list to its empty end."""
    found: list[dict[str, Any]] = []
    while page := rows(portal, listing(number, len(found), limit, sort)):
        found += page
    return found


def order(found: list[dict[str, Any]], sort: str) -> list[int]:
    """The ids of rows in the order that a sort promises."""
    keys = {"RECOMMEND": lambda r: (-r["recommendCount"], -r["id"]), "LATEST": lambda r: -r["id"]}
    return [r["id"] for r in sorted(found, key=keys.get(sort, lambda r: r["id"]))]


# -- Naver


def cbox(portal: Portal, article: Article, rest: str = "", callback: str = "_callback") -> dict[str, Any]:
    """An answer of the comment list of an article, out of its JSONP; `rest` is the rest of the query."""
    query = f"ticket=news&pool=cbox5&lang=ko&country=KR&objectId={quote(article.hash)}&{rest}"
    url = f"apis.naver.com/commentBox/cbox/web_naver_list_jsonp.json?{query}"
    status, headers, body = ask(portal, url, Referer=article.url)
    assert (status, headers["Content-Type"]) == (200, "application/javascript;charset=UTF-8"), body
    text = body.decode()
    assert text.startswith(f"{callback}({{"), text[:80]
    assert text.endswith("});")
    found: dict[str, Any] = json.loads(text[len(callback) + 1 : -2])
    return found


def walk_naver(portal: Portal, article: Article, sort: str = "NEW", size: int = 100, rest: str = "") -> list[dict[str, Any]]:
    """Read a list by its cursor to the empty end."""
    found: list[dict[str, Any]] = []
    after = ""
    while True:
        query = f"sort={sort}&pageSize={size}&pageType=more&moreParam.direction=next&moreParam.next={after}&{rest}"
        result = cbox(portal, article, query)["result"]
        if not result["commentList"]:
            return found
        found += result["commentList"]
        after = result["morePage"]["next"]


def all_naver(portal: Portal, article: Article, sort: str = "NEW") -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Top-level comments and replies of every status."""
    tops = walk_naver(portal, article, sort, rest="includeAllStatus=true")
    under = [
        reply
        for top in tops
        if top["replyAllCount"]
        for reply in walk_naver(portal, article, rest=f"includeAllStatus=true&parentCommentNo={top['commentNo']}")
    ]
    return tops, under
