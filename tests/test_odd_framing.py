"""Answers whose length is none, or not true: each attempt is a capture, nothing hangs, and none is read as another's."""

from __future__ import annotations

import tracemalloc

import pytest

from crawler.wire import deframe
from tests.conftest import Sagwan
from tests.rawserver import RawServer, plain
from tests.test_wire import CHUNKED, KEEP, ROBOTS, topic_of
from tests.warcs import check, exchanges

KEY = "20200101000000001"
ODD = {
    "a chunk of less than nothing": CHUNKED + b"3\r\nabc\r\n-6\r\ndefghijklmn",
    "a length of five thousand digits": KEEP + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\nabc",
    "two lengths": KEEP + b"Content-Length: 3\r\nContent-Length: 5\r\n\r\nabcde",
    "a negative length": KEEP + b"Content-Length: -3\r\n\r\nabc",
    "a coding that nobody knows": KEEP + b"Transfer-Encoding: br, chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("size", [b"-6", b"-1", b"+3", b"1_0", b"0x3", b"", b" ", b"g", b"-" + b"f" * 20])
def test_a_chunk_without_a_size_ends_the_body(size: bytes) -> None:
    assert deframe(CHUNKED, b"3\r\nabc\r\n" + size + b"\r\ndefghijklmn\r\n0\r\n\r\n")[0] == b"abc"


def test_many_small_chunks_need_no_more_memory_than_they_have_bytes() -> None:
    sent = b"2\r\nab\r\n" * 100_000
    tracemalloc.start()
    body = deframe(CHUNKED, sent)[0]
    used = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (len(body), used < len(sent)) == (200_000, True)


@pytest.mark.parametrize("name", ODD)
def test_each_attempt_is_a_capture(sagwan: Sagwan, name: str) -> None:
    with RawServer(lambda target: ODD[name] if "/v/" in target else ROBOTS) as server:
        ended = sagwan("collect", topic_of(sagwan, [KEY]), "--connect-to", f"*={server.url}", "--json", timeout=60)
    assert (ended.code, ended.only["verdict"], ended.err) == (2, "broken", "")
    kept = exchanges(sagwan.archive, "daum.article")
    assert [one.facts.attempt for one in kept] == list(range(1, len(server.log)))
    assert all(one.facts.error and one.head and one.body.startswith(b"abc") for one in kept)
    check(sagwan.archive)


NO_STATUS = {
    "another protocol": b"ICY 200 OK\r\n",
    "another protocol of a version": b"FOO/1.1 404 Not Found\r\n",
    "tabs": b"HTTP/1.1\t404\tNot Found\r\n",
    "less than nothing": b"HTTP/1.1 -404 Not Found\r\n",
    "a plus": b"HTTP/1.1 +404 Not Found\r\n",
    "no line at all": b"\0\x01\xff\r\n",
}


@pytest.mark.parametrize("name", NO_STATUS)
def test_a_status_line_that_is_none_is_no_damage_of_ours(sagwan: Sagwan, name: str) -> None:
    answer = NO_STATUS[name] + b"Content-Length: 3\r\n\r\nabc"
    with RawServer(lambda target: answer if "/v/" in target else ROBOTS) as server:
        ended = sagwan("collect", topic_of(sagwan, [KEY]), "--connect-to", f"*={server.url}", "--json", timeout=60)
    assert ended.err == ""
    kept = exchanges(sagwan.archive, "daum.article")
    assert [(one.head or b"") + one.body for one in kept] == [answer] * (len(server.log) - 1)
    assert sagwan("verify", "--json").only["findings"] == []
    assert "1 files sealed" in sagwan("seal").out
    assert sagwan("rebuild", "--json").only["differences"] == 0


def test_a_head_that_is_not_kept_as_it_is_stands_in_the_metadata(sagwan: Sagwan) -> None:
    heads = [
        b"HTTP/1.1 404 Nowhere\nX-One: 1\nContent-Length: 7\n\n",
        b"HTTP/1.1 404 Nowhere\r\nx-one: 1\nContent-Length: 7\r\n\n",
        b"HTTP/1.1 101 Up\r\nUpgrade: x\r\n\r\nHTTP/1.1 404 Nowhere\r\nContent-Length: 7\r\n\r\n",
    ]
    body = b"a\r\n\r\nbc"  # which has what a head ends with
    keys = [f"2020010100000000{n}" for n in range(len(heads))]
    with RawServer(lambda target: heads[int(target[-1])] + body if "/v/" in target else plain(b"")) as server:
        assert sagwan("collect", topic_of(sagwan, keys), "--connect-to", f"*={server.url}").code == 0
    for one in exchanges(sagwan.archive, "daum.article"):
        n = int(one.facts.url[-1])
        assert (one.facts.fidelity, one.body) == (["wire", "wire", "reconstructed"][n], body)
        assert (one.facts.head or "").encode("latin-1") == heads[n]
        assert (one.head or b"").count(b"\n") == (one.head or b"").count(b"\r\n") == [4, 4, 3][n]
    check(sagwan.archive)
