"""The JSON of Daum, with exactly the fields that were recorded."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import uuid
from typing import Any

from .article_page import address, thumbnail
from .things import Article, Comment, stamp

FORUM = -99  # news
LIFE = 43_200  # seconds that a token is good for


def compact(value: object) -> str:
    """JSON as the site sends it: no blanks, Hangul as it is."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def token(client_id: str, ends: int) -> tuple[str, dict[str, Any]]:
    """A new token that ends at a second of Unix time, and the body that tells it."""
    name = str(uuid.uuid4())
    claims = {
        "forum_key": "news",
        "grant_type": "alex_credentials",
        "scope": [],
        "exp": ends,
        "authorities": ["ROLE_CLIENT"],
        "jti": name,
        "forum_id": FORUM,
        "client_id": client_id,
    }
    made = _signed(claims)
    return made, {"access_token": made, "token_type": "bearer", "expires_in": LIFE, "jti": name}


def post(article: Article, everything: int, replies: int) -> dict[str, Any]:
    """The post of an article; `commentCount` counts the replies too."""
    return {
        "post": {
            "id": article.post,
            "forumId": FORUM,
            "postKey": article.id,
            "flags": 0,
            "title": article.title,
            "url": address(article),
            "icon": thumbnail(article),
            "commentCount": everything,
            "childCount": replies,
            "popularOpened": everything > 100,
        }
    }


def comment(article: Article, written: Comment) -> dict[str, Any]:
    """A comment with all the fields that were recorded; `icon` is there only when an emoticon was used."""
    who = written.account
    row: dict[str, Any] = {
        "id": written.id,
        "userId": who.id,
        "postId": article.post,
        "forumId": FORUM,
        "parentId": written.parent,
        "type": "COMMENT",
        "status": written.status,
        "flags": written.flags,
        "rating": 0,
    }
    if written.emoticon is not None:
        row["icon"] = written.emoticon
    row |= {
        "content": written.text,
        "createdAt": stamp(written.created),
        "updatedAt": stamp(written.created),
        "childCount": len(written.shown_replies()),
        "likeCount": written.likes,
        "dislikeCount": written.dislikes,
        "recommendCount": written.likes - written.dislikes,
        "screenedByKeeper": False,
        "user": {"id": who.id, "status": who.status, "icon": who.icon, "providerId": who.provider}
        | {"displayName": who.name, "commentCount": who.written, "providerUserId": "", "flags": 0}
        | dict.fromkeys(("roles", "username", "url", "description", "title", "type"), ""),
    }
    return row


def _signed(claims: dict[str, Any]) -> str:
    """A JSON web token; nobody checks its signature, but it has one."""

    def part(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    text = ".".join(part(compact(piece).encode()) for piece in ({"alg": "HS256", "typ": "JWT"}, claims))
    return f"{text}.{part(hmac.digest(b'portal', text.encode(), hashlib.sha256))}"
