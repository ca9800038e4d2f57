"""An answer on its way to the browser: whatever its framing and coding, it is known how long it gets, and its end."""

from __future__ import annotations

import zlib
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.passing import Passing

URL = "https://www.probe.kr/a/x"
MOST = 1000


def packed(body: bytes, coding: str) -> bytes:
    """The body in a coding; `raw` is deflate without a head."""
    if coding == "identity":
        return body
    made = zlib.compressobj(wbits={"gzip": 31, "deflate": 15, "raw": -15}[coding])
    return made.compress(body) + made.flush()


def chunks(body: bytes, size: int) -> bytes:
    """The body in chunks."""
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x;x=1\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


@given(
    body=st.binary(max_size=60) | st.binary(min_size=1, max_size=20).map(lambda part: part * 200),
    coding=st.sampled_from(["identity", "gzip", "deflate", "raw"]),
    size=st.none() | st.integers(1, 50),
    cuts=st.lists(st.integers(0, 300), max_size=5),
    ending=st.sampled_from([b"\r\n", b"\n"]),
)
def test_it_is_known_how_long_it_gets_and_whether_it_came_whole(
    body: bytes, coding: str, size: int | None, cuts: list[int], ending: bytes
) -> None:
    coded = packed(body, coding)
    framing = b"Transfer-Encoding: chunked" if size else b"Content-Length: %d" % len(coded)
    name = {"raw": "deflate"}.get(coding, coding).encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\n%s\r\n\r\n" % (name, framing)
    data = head.replace(b"\r\n", ending) + (chunks(coded, size) if size else coded)
    places = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    answer = Passing(URL, MOST)
    for start, end in pairwise(places):
        answer.came(data[start:end])
        assert answer.whole() or end < len(data)
    assert answer.head == head
    assert answer.too_long == (len(body) > MOST)
    short = Passing(URL, MOST)
    short.came(data[:-1])
    assert not short.whole()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 9\r\n\r\nx", "a body in br"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip, deflate\r\nContent-Length: 9\r\n\r\nx", "a body in gzip, deflate"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno number\r\n", "a chunk without a length"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n", "a chunk without a length"),
        (b"HTTP/1.1 200 OK\r\nX: " + bytes(2 << 20), "a head without an end"),
    ],
)
def test_what_could_be_without_an_end_is_none(data: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Passing(URL, MOST).came(data)


def test_what_is_no_gzip_is_nobodys_bomb() -> None:
    answer = Passing(URL, MOST)
    answer.came(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello")
    assert (answer.too_long, answer.whole()) == (False, True)


@pytest.mark.parametrize(
    "said", [b"utf-8", b"none", b"identity, gzip", b"identity\r\nContent-Encoding: x-gzip", b"gzip, utf-8"]
)
def test_what_is_no_coding_is_passed_on_and_hides_no_bomb(said: bytes) -> None:
    for size in (MOST, MOST + 1):
        body = packed(bytes(size), "gzip" if b"gzip" in said else "identity")
        answer = Passing(URL, MOST)
        answer.came(b"HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\nContent-Length: %d\r\n\r\n%s" % (said, len(body), body))
        assert (answer.too_long, answer.whole()) == (size > MOST, True)
