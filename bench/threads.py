"""Daum-shaped threads: articles with pages of 100 comments, the same for the same arguments. No words of real people."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator

from msgspec import Struct

CLIENT = "bench-client-id"
CHANGED = 13  # per cent of the comments whose votes move from one round to the next (measured in anchors: 13.4 %)


class Threads(Struct, frozen=True):
    """So many articles with so many list pages each; `round` counts how often the votes have moved."""

    articles: int = 20
    pages: int = 104
    round: int = 0

    def keys(self) -> list[str]:
        """The articles' ids."""
        return [f"20260522{index:09}" for index in range(1, self.articles + 1)]

    def responses(self) -> Iterator[tuple[str, bytes, str]]:
        """(path and query, body, content type) of everything that a walk of all threads asks for."""
        yield "/robots.txt", b"User-agent: *\nAllow: /\n", "text/plain"
        token = {"access_token": "bench", "token_type": "bearer", "expires_in": 43200}
        json_type, html_type = "application/json;charset=UTF-8", "text/html;charset=UTF-8"
        yield f"/oauth/token?grant_type=alex_credentials&client_id={CLIENT}", _json(token), json_type
        texts = _texts()
        for index, key in enumerate(self.keys()):
            post = 144_000_000 + index
            yield f"/v/{key}", _article(key, texts[index]), html_type
            counts = {"id": post, "postKey": key, "commentCount": 100 * self.pages, "childCount": 0}
            yield f"/apis/v1/ui/single/main/@{key}", _json({"post": counts}), json_type
            for page in range(self.pages + 1):
                rows = range(100 * page, 100 * page + 100) if page < self.pages else ()
                body = "[" + ",".join(self._row(post, index, n, texts) for n in rows) + "]"
                where = f"/apis/v1/posts/{post}/comments?parentId=0&offset={100 * page}&limit=100&sort=RECOMMEND"
                yield where, body.encode(), json_type

    def _row(self, post: int, article: int, n: int, texts: list[str]) -> str:
        identity = 500_000_000 + article * 1_000_000 + n
        mixed = identity * 2_654_435_761 % 2**32
        user = -(mixed % (60 * self.pages) + article * 1_000_000 + 1)  # one in two people writes again
        likes = mixed // 7 % 40 + sum(mixed // 11 % 7919 * (turn + 1) % 100 < CHANGED for turn in range(self.round))
        dislikes = mixed // 13 % 9
        date = f"2026-05-{22 + n % 3}T{mixed % 24:02}:{mixed // 24 % 60:02}:{mixed // 1440 % 60:02}+0900"
        return (
            f'{{"id":{identity},"userId":{user},"postId":{post},"forumId":-99,"parentId":0,"type":"COMMENT","status":"S",'
            f'"flags":0,"rating":0,"content":{texts[mixed % len(texts)]},"createdAt":"{date}","updatedAt":"{date}",'
            f'"childCount":0,"likeCount":{likes},"dislikeCount":{dislikes},"recommendCount":{likes - dislikes},'
            f'"screenedByKeeper":false,"user":{{"id":{user},"status":"S","icon":"https://t1.daumcdn.net/profile/{mixed:x}",'
            f'"providerId":"DAUM","displayName":"이름{-user}","commentCount":{mixed % 3000},"providerUserId":"","flags":0,'
            '"roles":"","username":"","url":"","description":"","title":"","type":""}}'
        )


def _texts() -> list[str]:
    """Comment texts as JSON strings, 20 to 200 characters, of 3,000 invented words."""
    chance = random.Random(1)
    syllables = [chr(0xAC00 + chance.randrange(11_172)) for _ in range(400)]
    words = ["".join(chance.choices(syllables, k=chance.choice((2, 2, 3, 4)))) for _ in range(3_000)]
    texts = []
    for _ in range(10_000):
        length = min(200, 16 + int(chance.lognormvariate(3.7, 0.7)))
        texts.append(json.dumps(" ".join(chance.choices(words, k=length // 3))[:length], ensure_ascii=False))
    return texts


def _article(key: str, text: str) -> bytes:
    body = "\n".join(f'<p dmcf-pid="p{n}" dmcf-ptype="general">{text}</p>' for n in range(40))
    return (
        '<!doctype html><html lang="ko"><head><meta charset="utf-8"><meta property="og:title" content="기사">'
        '<meta property="og:regDate" content="20260522093902"></head><body><div id="harmonyContainer">'
        f'<section>{body}</section></div><div id="alex-area" data-post-id="@{key}" data-client-id="{CLIENT}"></div>'
        "</body></html>"
    ).encode()


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def on_the_wire(body: bytes, content_type: str) -> bytes:
    """A whole HTTP/1.1 response, its body in gzip-6."""
    packed = gzip.compress(body, 6, mtime=0)
    head = (
        "HTTP/1.1 200 OK\r\nDate: Sun, 22 Nov 2026 00:00:00 GMT\r\nServer: bench\r\n"
        f"Content-Type: {content_type}\r\nVary: Accept-Encoding\r\nContent-Encoding: gzip\r\n"
        f"Content-Length: {len(packed)}\r\n\r\n"
    )
    return head.encode() + packed
