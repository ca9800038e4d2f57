"""Writes the WARC files of one source of the synthetic campaign through our own writer.

`python -m bench.campaign_files --source naver --scale 0.01 --into DIR` prints one line of JSON. One process per source.
"""

from __future__ import annotations

import argparse
import json
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

from zlib_ng import zlib_ng

from archive.capture import Exchange, Facts, Listed
from archive.pseudonym import Pseudonyms, default_key_file
from archive.warc_writer import WarcWriter
from bench.campaign import DAY, PAGE, Look, Planned, plan
from bench.campaign_pages import Comments, Words, article_page, post_id, utc
from spiders.daum import urls as daum
from spiders.naver import urls as naver

TOPIC = "synthetic campaign"
BATCH = 100  # groups in one write
_JSON, _HTML = "application/json;charset=UTF-8", "text/html;charset=UTF-8"


class Source:
    """Makes the exchanges and events of one source in the order of time, and writes them."""

    def __init__(self, root: Path, source: str, articles: list[Planned], looks: list[Look], seed: int = 1) -> None:
        self._name = source
        key = Pseudonyms.load(default_key_file(), make=True)
        about = {"software": "sagwan bench", "format": "WARC File Format 1.1", "archive-format": "1", "source": source}
        about |= {"topic": TOPIC, "pseudonym-key": key.fingerprint}
        self._writer = WarcWriter(root, source, about | {"synthetic": "all of it is invented by a benchmark"})
        self._articles = {article.number: article for article in articles}
        self._looks = looks
        self._words = Words(seed)
        self._open: dict[int, Comments] = {}
        self._at = 0
        self._run = ""
        self._waiting: list[Exchange | dict[str, Any]] = []
        self.made = {"captures": 0, "comments": 0, "sightings": 0, "looks": len(self._looks)}

    def write(self) -> None:
        """Writes everything; a run for each day."""
        left = Counter(look.article for look in self._looks)
        day = 0
        for look in self._looks:
            if look.at // DAY != day:
                self._next_day(look.at)
                day = look.at // DAY
            self._look(look)
            left[look.article] -= 1
            if not left[look.article]:
                del self._open[look.article]
        self._end_run()
        self._writer.close()

    def _next_day(self, at: int) -> None:
        if self._run:
            self._end_run()
        self._run = str(uuid.uuid4())
        self._at = max(self._at + 1, at)
        begun = {"run": self._run, "topic": TOPIC, "source": self._name, "trigger": "bench", "code": "bench", "settings": {}}
        self._event("run_begun", **begun, robots_reason=None)

    def _end_run(self) -> None:
        self._event("run_ended", run=self._run, verdict="ok", counters={})
        self._flush()

    def _event(self, kind: str, **values: Any) -> None:
        self._at += 1
        self._add({"kind": kind, "at": self._at, **values})

    def _add(self, group: Exchange | dict[str, Any]) -> None:
        self._waiting.append(group)
        if len(self._waiting) >= BATCH:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            self._writer.write(self._waiting, self._at)
            self._waiting = []

    def _look(self, look: Look) -> None:
        self._at = max(self._at, look.at)
        article = self._articles[look.article]
        comments = self._open.get(look.article)
        first = comments is None
        if comments is None:
            comments = self._open[look.article] = Comments(article, self._words)
        key = comments.key
        comments.until(look.at)
        if first:
            url = daum.article_url(key) if self._name == "daum" else naver.article_url(key)
            page = article_page(article, key, self._words)
            self._exchange(url, f"{self._name}.article", page, key, listed=Listed("seed", article.number + 1))
        walk, started = (str(uuid.uuid4()), self._at) if look.whole else (None, 0)
        if look.whole and self._name == "daum":
            self._post(comments, key)
        order = comments.order(look.sort)
        self.made["comments"] += len(comments.likes) if look.whole and first else 0
        read = order if look.whole else order[:PAGE]
        comments.vote(read)
        for start in range(0, max(1, len(read)), PAGE):
            self._list(comments, key, read[start : start + PAGE], look.sort, start, walk)
        if walk is None:
            return
        if self._name == "daum" and read:
            self._list(comments, key, [], look.sort, len(read), walk)  # its end mark is an empty page
        declared = {"declared_before": len(order), "declared_after": len(order), "declared_replies": 0}
        collected = {"collected": len(order), "collected_replies": 0, "repeats": 0}
        about = {"walk": walk, "run": self._run, "article": key, "sort": look.sort, "started_at": started}
        self._event("walk_ended", **about, complete=1, stop_reason="end", **declared, **collected)
        comments.vanish()

    def _post(self, comments: Comments, key: str) -> None:
        number = len(comments.order("LATEST"))
        post = {"id": post_id(comments.article), "postKey": key, "commentCount": number, "childCount": 0, "flags": 0}
        self._exchange(daum.post_url(key), "daum.post", json.dumps({"post": post}).encode(), key)

    def _list(self, comments: Comments, key: str, page: list[int], sort: str, start: int, walk: str | None) -> None:
        if self._name == "daum":
            url = daum.list_url(str(post_id(comments.article)), start, PAGE, sort)
        else:
            url = naver.comments_url(key, sort, page=start // PAGE + 1)
        self._exchange(url, f"{self._name}.comments", comments.body(page, sort, start), key, walk=walk)
        self.made["sightings"] += len(page)

    def _exchange(self, url: str, page: str, body: bytes, key: str, **more: Any) -> None:
        self._at += 20
        at, host, target = self._at, url.split("/")[2], "/" + url.split("/", 3)[3]
        facts = Facts(
            source=self._name, page=page, run=self._run, topic=TOPIC, url=url, article=key, at=at, received_at=at + 15
        )
        facts.sent, facts.why, facts.fidelity, facts.protocol = at * 1000, "ladder", "wire", "http/1.1"
        for name, value in more.items():
            setattr(facts, name, value)
        packer = zlib_ng.compressobj(1, zlib_ng.DEFLATED, 31)
        packed = packer.compress(body) + packer.flush()
        kind = _HTML if page.endswith("article") else _JSON
        head = (
            f"HTTP/1.1 200 OK\r\nDate: {utc(at)}\r\nServer: bench\r\nContent-Type: {kind}"
            f"\r\nVary: Accept-Encoding\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n"
        )
        request = f"GET {target} HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: gzip, deflate\r\nUser-Agent: bench\r\n\r\n"
        self._add(Exchange(facts=facts, request=request.encode(), head=head.encode(), body=packed, ip="127.0.0.1"))
        self.made["captures"] += 1


def main() -> None:
    """Writes one source's files."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--source", choices=("naver", "daum"), required=True)
    parser.add_argument("--scale", type=float, default=0.01)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--into", type=Path, required=True)
    given = parser.parse_args()
    campaign = plan(given.scale, given.seed)
    source = Source(given.into, given.source, campaign.articles, campaign.looks(given.source), given.seed)
    source.write()
    print(json.dumps(source.made))


if __name__ == "__main__":
    main()
