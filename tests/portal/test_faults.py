"""Each fault does what its name says, seen from the client's end of the socket."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import time
import zlib
from collections.abc import Iterator

import pytest

from . import Portal
from .client import ask, listing, rows, walk

KOREAN = "👍🏽"  # in an awkward comment of every article; no Korean code page has it


@pytest.fixture
def portal() -> Iterator[Portal]:
    with Portal(seed=5, articles=2, comments=40) as running:
        yield running


@pytest.fixture
def page(portal: Portal) -> str:
    """The address of a whole list, in the order of writing."""
    return listing(portal.world.articles[0].post, 0, 100, "CHRONOLOGICAL")


def raw(portal: Portal, url: str, enough: int = 10_000_000) -> bytes:
    """All that the portal sends for one request, up to `enough` bytes, as it comes off the socket."""
    host, _, path = url.partition("/")
    with socket.create_connection(("127.0.0.1", portal.port), timeout=5) as link:
        link.sendall(f"GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        got = b""
        while len(got) < enough and (more := link.recv(65_536)):
            got += more
        return got


@pytest.mark.parametrize("status", [403, 429, 430, 500, 503])
def test_refusals(portal: Portal, page: str, status: int) -> None:
    fault = portal.faults.set("/comments", status, times=1, after=1, retry_after=120)
    replies = [ask(portal, page) for _ in range(3)]
    assert [reply[0] for reply in replies] == [200, status, 200]
    assert replies[1][1]["Retry-After"] == "120"
    assert (fault.seen, fault.hits) == (3, 1)
    assert [row["faults"] for row in portal.requests] == [[], [str(status)], []]


def test_a_fault_meets_only_its_path_and_can_be_taken_back(portal: Portal, page: str) -> None:
    portal.faults.set(r"^comment\.daum\.net/.*offset=0", "403")
    assert ask(portal, page)[0] == 403
    assert ask(portal, "v.daum.net/robots.txt")[0] == 200
    portal.faults.clear()
    assert ask(portal, page)[0] == 200
    with pytest.raises(ValueError, match="no such fault: nonsense; known: a status code, big_header"):
        portal.faults.set("/", "nonsense")


def test_reset(portal: Portal, page: str) -> None:
    portal.faults.set("/comments", "reset")
    with pytest.raises(ConnectionResetError):
        raw(portal, page)
    portal.faults.clear()
    assert ask(portal, page)[0] == 200


def test_half(portal: Portal, page: str) -> None:
    whole = ask(portal, page)[2]
    portal.faults.set("/comments", "half")
    with pytest.raises(http.client.IncompleteRead) as caught:
        ask(portal, page)
    assert caught.value.partial == whole[: len(whole) // 2]


@pytest.mark.parametrize("by", [-7, 11])
def test_wrong_length(portal: Portal, page: str, by: int) -> None:
    whole = ask(portal, page)[2]
    portal.faults.set("/comments", "wrong_length", by=by)
    head, _, body = raw(portal, page).partition(b"\r\n\r\n")
    assert body == whole
    assert f"Content-Length: {len(whole) + by}".encode() in head


def test_chunked(portal: Portal, page: str) -> None:
    whole = ask(portal, page)[2]
    portal.faults.set("/comments", "chunked")
    status, headers, body = ask(portal, page)
    assert (status, headers["Transfer-Encoding"], headers["Content-Length"], body) == (
        200,
        "chunked",
        None,
        whole,
    )
    body = raw(portal, page).partition(b"\r\n\r\n")[2]
    assert body.startswith(b"1;part=1\r\n[\r\n")
    assert body.endswith(b"\r\n0\r\n\r\n")


def test_endless(portal: Portal, page: str) -> None:
    portal.faults.set("/comments", "endless", pause=0)
    got = raw(portal, page, 3_000_000)
    assert len(got) >= 3_000_000
    assert b"Content-Length" not in got[:400]
    begun = time.monotonic()
    portal.close()  # an endless answer does not keep the portal open
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize("fault", ["slow", "slow_body"])
def test_slow(portal: Portal, page: str, fault: str) -> None:
    whole = ask(portal, page)[2]
    portal.faults.set("/comments", fault, seconds=0.1)
    begun = time.monotonic()
    assert ask(portal, page)[2] == whole
    assert time.monotonic() - begun >= 0.1


def test_codings(portal: Portal, page: str) -> None:
    whole = ask(portal, page)[2]
    for fault, options, decode in (
        ("gzip", {}, gzip.decompress),
        ("deflate", {}, zlib.decompress),
        ("deflate", {"raw": True}, lambda body: zlib.decompress(body, -15)),
    ):
        portal.faults.clear()
        portal.faults.set("/comments", fault, **options)
        _, headers, body = ask(portal, page)
        assert (headers["Content-Encoding"], decode(body)) == (fault, whole)


def test_euc_kr(portal: Portal, page: str) -> None:
    article = portal.world.articles[0]
    whole = ask(portal, page)[2]
    html = ask(portal, f"v.daum.net/v/{article.id}")[2].decode()
    portal.faults.set("/", "euc-kr")
    _, headers, body = ask(portal, page)
    assert headers["Content-Type"] == "application/json;charset=EUC-KR"
    assert KOREAN in whole.decode()
    assert json.loads(body.decode("cp949")) == json.loads(whole)
    _, headers, body = ask(portal, f"v.daum.net/v/{article.id}")
    assert headers["Content-Type"] == "text/html;charset=EUC-KR"
    assert body.decode("cp949") == html.replace('charset="utf-8"', 'charset="euc-kr"')


def test_lists_that_lie(portal: Portal) -> None:
    mine, other = portal.world.articles
    first, second = (rows(portal, listing(mine.post, offset)) for offset in (0, 10))
    latest = rows(portal, listing(mine.post, sort="LATEST"))
    assert first != second != latest != first
    portal.faults.set("offset=10", "repeat_page")
    assert rows(portal, listing(mine.post, 10)) == first
    portal.faults.set("sort=LATEST", "ignore_sort")
    assert rows(portal, listing(mine.post, sort="LATEST")) == first
    portal.faults.clear()
    portal.faults.set(f"/posts/{mine.post}/", "foreign")
    assert walk(portal, mine.post) == walk(portal, other.post)


@pytest.mark.parametrize("to", ["http://127.0.0.1:1/", "file:///etc/passwd", "loop"])
def test_redirects(portal: Portal, page: str, to: str) -> None:
    portal.faults.set("/comments", "redirect", to=to, status=307)
    status, headers, _ = ask(portal, page)
    assert (status, headers["Location"]) == (307, f"https://{page}" if to == "loop" else to)


def test_bomb(portal: Portal, page: str) -> None:
    portal.faults.set("/comments", "bomb")
    _, headers, body = ask(portal, page)
    assert headers["Content-Encoding"] == "gzip"
    assert len(body) < 400_000
    unpacker, size = zlib.decompressobj(31), 0
    while not unpacker.eof:
        piece = unpacker.decompress(body, 1 << 20)
        body, size = unpacker.unconsumed_tail, size + len(piece)
    assert size == 200_000_000


@pytest.mark.parametrize(
    ("fault", "options", "kind", "words"),
    [
        ("block_page", {}, "text/html;charset=UTF-8", ["비정상적인 접근", "자동입력방지 문자", "captcha"]),
        ("login_page", {}, "text/html;charset=UTF-8", ["<!doctype html>", 'type="password"']),
        ("junk", {}, "text/html;charset=UTF-8", ["<!doctype html>"]),
        ("empty", {}, "application/json;charset=UTF-8", ["[]"]),
        ("empty", {"body": ""}, "application/json;charset=UTF-8", [""]),
        ("body", {"body": '{"new": 1}'}, "application/json;charset=UTF-8", ['{"new": 1}']),
    ],
)
def test_other_bodies(portal: Portal, page: str, fault: str, options: dict[str, str], kind: str, words: list[str]) -> None:
    portal.faults.set("/comments", fault, **options)
    status, headers, body = ask(portal, page)
    assert (status, headers["Content-Type"]) == (200, kind)
    assert all(word in body.decode() for word in words)
    assert len(body) == len(words[0].encode()) or kind.startswith("text/html")


def test_odd_heads(portal: Portal, page: str) -> None:
    whole = ask(portal, page)[2]
    portal.faults.set("/comments", "two_cookies", reason="Okay Then")
    head, _, body = raw(portal, page).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 Okay Then\r\ncONTENT-tYPE: application/json;charset=UTF-8\r\n")
    assert (head.count(b"\r\nSet-Cookie: "), head.count(b"\r\nsEt-cOOkiE: "), body) == (1, 1, whole)
    portal.faults.set("/comments", "big_header", size=70_000)
    assert len(raw(portal, page).partition(b"\r\n\r\n")[0]) > 70_000


def test_faults_add_up(portal: Portal, page: str) -> None:
    whole = ask(portal, page)[2]
    portal.faults.set("/comments", "gzip")
    portal.faults.set("/comments", "chunked")
    portal.faults.set("/comments", "slow", seconds=0.01)
    _, headers, body = ask(portal, page)
    assert headers["Transfer-Encoding"] == "chunked"
    assert gzip.decompress(body) == whole


def test_gzip_only_where_wanted_and_understood(page: str) -> None:
    with Portal(seed=5, articles=2, comments=40, gzip=True) as portal:
        plain = ask(portal, page)
        assert plain[1]["Content-Encoding"] is None
        _, headers, body = ask(portal, page, Accept_Encoding="gzip, deflate")
        assert (headers["Content-Encoding"], gzip.decompress(body)) == ("gzip", plain[2])
