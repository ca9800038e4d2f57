"""Heads that are no heads: ten megabytes of them, heads without an end, and cookies enough to stop the next request."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from tests.conftest import write_topic
from tests.faults import proofs
from tests.faults.answers import ARTICLE, Spoilt, row, spoil
from tests.faults.catalogue import fault
from tests.faults.stage import Proven, Stage
from tests.rawserver import RawServer

MB = 1 << 20
LARGEST_COOKIES = 8_192  # bytes of a Cookie header: what servers take
ONE = {"daum.article failed": 3}


@fault("answers", "A head of 10 MB: in one line, in a hundred thousand lines")
def big_heads(stage: Stage) -> Proven:
    """A browser takes 256 KB."""
    why = "could not be fetched"
    ran = spoil(
        stage,
        Spoilt(ARTICLE, {"fault": "big_header", "size": 10 * MB}, "broken", why, ONE),
        Spoilt(ARTICLE, {"fault": "big_header", "size": 100, "lines": 100_000}, "broken", why, ONE),
    )
    stored = max(path.stat().st_size for path in stage.sagwan.archive.rglob("*.warc.gz"))
    assert stored < MB, f"{stored} bytes of WARC"
    return row(ran)


@fault("answers", "A head without an end, as fast as it goes")
def endless_head(stage: Stage) -> Proven:
    """It must not fill the memory until the patience is over."""
    gone = threading.Event()
    sent = [0]

    def flood(target: str) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\n"
        piece = b"X-Filler: " + b"x" * 1000 + b"\r\n"
        while not gone.is_set():
            sent[0] += 64 * len(piece)
            yield piece * 64

    with RawServer(flood) as server:
        article = "https://v.daum.net/v/20261121090000123"
        text = f'title = "t"\nsources = ["daum"]\nseeds = ["{article}"]\n[source.daum]\nrobots = "ignore"\nreason = "test"\n'
        file = write_topic(stage.folder, text=text)
        shown = stage.collect(server, file)
        gone.set()
    assert (shown.code, shown.verdicts) == (2, ["broken"]), shown
    shown.says("could not be fetched", "head")
    assert sent[0] < 64 * MB, f"{sent[0]} bytes were taken"
    return shown.proven(f"three attempts, {sent[0] / MB:.0f} MB sent in all; {stage.agree()}")


@fault("answers", "A cookie bomb: 500 cookies of 2 KB")
def cookies(stage: Stage) -> Proven:
    """Given back, they would be a head that no server takes: the site could not be read any more."""
    site = stage.portal()
    site.faults.set("/v/|posts", "cookie_bomb", number=500, size=2000)
    shown = stage.collect(site, stage.topic(site))
    given = max(len(one["cookie"] or "") for one in site.requests)
    assert given <= LARGEST_COOKIES, f"{given} bytes of cookies were given back"
    assert (shown.code, shown.verdicts) == (2, ["ok"]), shown
    shown.says("alarm: cookies")
    assert proofs.nothing_invented(stage.sagwan, site) == 20
    proofs.same_number(stage.sagwan, site)
    return shown.proven(f"{given} bytes were given back at most, all comments are there; {stage.agree()}")
