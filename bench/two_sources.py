"""Two sources in two processes on one archive: what the second core adds. Naver and Daum in the shapes of the campaign."""

from __future__ import annotations

import json
import os
import sqlite3
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from bench import processes
from bench.campaign import BEGAN, DAY, PAGE, Planned
from bench.campaign_pages import CLIENT, Comments, Words, article_page, post_id
from bench.table import Row
from spiders.daum import urls as daum
from spiders.naver import urls as naver

_JSON, _HTML = "application/json;charset=UTF-8", "text/html;charset=UTF-8"


class Pair(Struct, frozen=True):
    """So many articles at each of the two sources, with so many list pages of 100 comments each."""

    articles: int = 8
    pages: int = 40

    def planned(self, source: str) -> list[Planned]:
        """The articles of one source."""
        first = 1 if source == "daum" else 2
        return [Planned(first + 2 * n, source, BEGAN, PAGE * self.pages) for n in range(self.articles)]

    def seeds(self) -> list[str]:
        """Where all articles stand."""
        words = Words(1)
        keys = {source: [Comments(one, words).key for one in self.planned(source)] for source in ("daum", "naver")}
        return [daum.article_url(key) for key in keys["daum"]] + [naver.article_url(key) for key in keys["naver"]]

    def responses(self) -> Iterator[tuple[str, bytes, str]]:
        """(path and query, body, content type) of everything that walks of all threads ask for."""
        yield "/robots.txt", b"User-agent: *\nAllow: /\n", "text/plain"
        token = {"access_token": "bench", "token_type": "bearer", "expires_in": 43200}
        yield _target(daum.token_url(CLIENT)), json.dumps(token).encode(), _JSON
        words = Words(1)
        for source in ("daum", "naver"):
            for planned in self.planned(source):
                comments = Comments(planned, words)
                comments.until(planned.born + 2 * DAY)
                yield from (_daum if source == "daum" else _naver)(planned, comments, words)


def _daum(planned: Planned, comments: Comments, words: Words) -> Iterator[tuple[str, bytes, str]]:
    key, order = comments.key, comments.order("RECOMMEND")
    post = {"id": post_id(planned), "postKey": key, "commentCount": len(order), "childCount": 0, "flags": 0}
    yield _target(daum.article_url(key)), article_page(planned, key, words), _HTML
    yield _target(daum.post_url(key)), json.dumps({"post": post}).encode(), _JSON
    for first in range(0, len(order) + 1, PAGE):
        url = daum.list_url(str(post_id(planned)), first, PAGE, "RECOMMEND")
        yield _target(url), comments.body(order[first : first + PAGE], "RECOMMEND", first), _JSON


def _naver(planned: Planned, comments: Comments, words: Words) -> Iterator[tuple[str, bytes, str]]:
    key = comments.key
    yield _target(naver.article_url(key)), article_page(planned, key, words), _HTML
    for sort in ("NEW", "FAVORITE"):
        order = comments.order(sort)
        for first in range(0, len(order), PAGE):
            url = naver.comments_url(key, sort, page=first // PAGE + 1)
            yield _target(url), comments.body(order[first : first + PAGE], sort, first), _JSON


def _target(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def rows(folder: Path, times: int, pair: Pair | None = None) -> list[Row]:
    """What both together take against one after the other, each time in an archive of its own."""
    pair = pair or Pair()
    topic = folder / "two-sources.toml"
    seeds = ",\n".join(f'  "{url}"' for url in pair.seeds())
    options = "[source.daum]\nreplies = false\n[source.naver]\nreplies = false\n"
    topic.write_text(f'title = "bench"\nseeds = [\n{seeds},\n]\n{options}')
    with processes.serving("bench.server", "--two", "--articles", str(pair.articles), "--pages", str(pair.pages)) as port:
        added = [_added(folder, topic, port, n, PAGE * pair.pages * pair.articles) for n in range(times)]
    return [Row("two sources in two processes on one archive: times as fast as one after the other", statistics.median(added))]


def _added(folder: Path, topic: Path, port: int, n: int, comments: int) -> float:
    names = ("daum", "naver")
    alone = sum(_seconds(_collect(folder / f"alone-{n}-{name}", topic, port, [name], comments)) for name in names)
    both = _seconds(_collect(folder / f"both-{n}", topic, port, names, comments))
    print(f"  two sources {n + 1}: {alone:.1f} s one after the other, {both:.1f} s at once", file=sys.stderr, flush=True)
    return alone / both


def _collect(archive: Path, topic: Path, port: int, sources: Sequence[str], comments: int) -> Path:
    """Collects so many comments of each source into an archive, a process for each source, all at once."""
    env = os.environ | processes.key(topic.parent)
    rule = f"*=http://127.0.0.1:{port}"
    command = [processes.SAGWAN, "collect", topic, "--archive", archive, "--connect-to", rule, "--json", "--source"]
    running = [
        subprocess.Popen([*command, source], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env, text=True)
        for source in sources
    ]
    for process in running:
        out, err = process.communicate()
        # Exit 2: the invented times of the newest list are not quite in order, which is an alarm.
        assert process.returncode in (0, 2), err[-4000:]
        said = json.loads(out)
        assert (said["comments"], said["gaps"]) == (comments, []), out[:2000]
    return archive


def _seconds(archive: Path) -> float:
    """From the first request to the last response."""
    db = sqlite3.connect(archive / "archive.db")
    first, last = db.execute("SELECT min(at), max(received_at) FROM captures WHERE page != 'robots'").fetchone()
    db.close()
    return float(last - first) / 1000
