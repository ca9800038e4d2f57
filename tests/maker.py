"""Makes archives without a network: exchanges in Daum's shapes through the real writer, store and parsers, at given times."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from archive.archive import open_for_writing
from archive.capture import Exchange, Facts, Seen
from archive.catchup import catch_up
from archive.event_kinds import event_of
from archive.manifest import last_manifest
from archive.pseudonym import Pseudonyms
from archive.store import Store
from archive.warc_writer import WarcWriter
from crawler import pages
from crawler.sources import load_pages

KEY = b"k" * 32
DAY = 1_790_000_000_000  # a day in September 2026, UTC ms
ARTICLE = "20260921090000123"


def row(key: int, likes: int = 0, dislikes: int = 0, text: str | None = None, **more: Any) -> dict[str, Any]:
    """One comment as Daum's list gives it."""
    comment = {
        "id": key,
        "userId": key % 7 - 3,
        "postId": 5,
        "forumId": -99,
        "parentId": 0,
        "type": "COMMENT",
        "status": "S",
        "flags": 0,
        "rating": 0,
        "content": text or f"댓글 {key}",
        "createdAt": "2026-09-21T09:10:11+0900",
        "updatedAt": "2026-09-21T09:10:11+0900",
        "childCount": 0,
        "likeCount": likes,
        "dislikeCount": dislikes,
        "recommendCount": likes - dislikes,
        "screenedByKeeper": False,
        "user": {"id": key % 7 - 3, "status": "S", "providerId": "DAUM", "displayName": f"이름{key % 7}"},
    }
    return comment | more


class Maker:
    """One source's writer with a clock of its own. `now` is UTC ms and grows by 10 with each exchange."""

    def __init__(self, root: Path, source: str = "daum", key: bytes = KEY) -> None:
        load_pages()
        self.root, self.source, self.now = root, source, DAY
        self.pseudonyms = Pseudonyms(key)
        self.db = open_for_writing(root / "archive.db", self.pseudonyms)
        self.store = Store(self.db, source, self.pseudonyms, pages.parse)
        catch_up(root, source, self.store)
        self.now = max(DAY, self.store.last_at()[1])
        last = last_manifest(root)
        info = {"pseudonym-key": self.pseudonyms.fingerprint, "sealed": f"{last.name} {last.sha256}" if last else ""}
        self.writer = WarcWriter(root, source, {"software": "test"} | info)
        self.run = str(uuid.uuid4())
        begun = {"topic": "t", "trigger": "test", "code": "test daum.comments/2", "settings": {}, "robots_reason": None}
        self.event("run_begun", run=self.run, source=source, **begun)

    def event(self, kind: str, **values: Any) -> None:
        """Writes and stores one event."""
        values = {"kind": kind, "at": self.now, **values}
        (placed,) = self.writer.write([values], self.now)
        with self.store.transaction():
            self.store.event(event_of(values), placed)

    def exchange(self, url: str, page: str, body: bytes, status: int = 200, **facts: Any) -> Exchange:
        """An exchange at the next moment, neither written nor stored."""
        self.now += 10
        known = Facts(source=self.source, page=page, run=self.run, topic="t", url=url, at=self.now, received_at=self.now + 5)
        for name, value in {"sent": self.now * 1000, "fidelity": "wire", "article": ARTICLE, **facts}.items():
            setattr(known, name, value)
        head = f"HTTP/1.1 {status} OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        request = f"GET {url} HTTP/1.1\r\nHost: comment.daum.net\r\n\r\n".encode()
        return Exchange(facts=known, request=request, head=head, body=body, ip="127.0.0.1")

    def keep(self, exchange: Exchange) -> Seen:
        """Writes and stores it."""
        (placed,) = self.writer.write([exchange], self.now)
        with self.store.transaction():
            return self.store.exchange(exchange, placed)

    def page(self, rows: Sequence[dict[str, Any]], sort: str = "RECOMMEND", offset: int = 0, **facts: Any) -> Seen:
        """One page of the comment list."""
        url = f"https://comment.daum.net/apis/v1/posts/5/comments?parentId=0&offset={offset}&limit=100&sort={sort}"
        return self.keep(self.exchange(url, "daum.comments", json.dumps(rows, ensure_ascii=False).encode(), **facts))

    def replies(self, parent: int, rows: Sequence[dict[str, Any]], **facts: Any) -> Seen:
        """The page of replies to a comment."""
        url = f"https://comment.daum.net/apis/v1/comments/{parent}/children?offset=0&limit=100&sort=CHRONOLOGICAL"
        return self.keep(self.exchange(url, "daum.children", json.dumps(rows, ensure_ascii=False).encode(), **facts))

    def walk(
        self,
        *looks: Sequence[dict[str, Any]],
        sort: str = "RECOMMEND",
        complete: bool = True,
        declares: bool = True,
        replies: Mapping[int, Sequence[dict[str, Any]]] | None = None,
    ) -> None:
        """A whole walk: its pages, the replies to its comments, and its end."""
        walk, started, count, replied = str(uuid.uuid4()), self.now, 0, 0
        for rows in looks:
            self.page(rows, sort, count, walk=walk)
            count += len(rows)
        for parent, rows in (replies or {}).items():
            self.replies(parent, rows, walk=walk)
            replied += len(rows)
        self.now += 10
        declared = dict.fromkeys(("declared_before", "declared_after"), count if declares else None)
        self.event(
            "walk_ended",
            **{"walk": walk, "run": self.run, "article": ARTICLE, "sort": sort, "started_at": started},
            **{"complete": int(complete), "stop_reason": "end" if complete else "not fetched", **declared},
            **{"declared_replies": replied if declares else None, "collected": count, "collected_replies": replied},
            repeats=0,
        )

    def close(self) -> None:
        """Ends the run."""
        self.now += 10
        self.event("run_ended", run=self.run, verdict="ok", counters={})
        self.writer.close()
        self.db.close()
