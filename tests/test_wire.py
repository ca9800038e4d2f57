"""Exact bytes: what the server sent is what the archive holds."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from archive.capture import Exchange, Facts, read_capture
from crawler.wire import deframe, split_response
from tests.conftest import Sagwan
from tests.portal import Portal
from tests.rawserver import CLOSE, RawServer, plain
from tests.warcs import check, exchanges

PAGE = "<!doctype html><p>기사를 찾을 수 없습니다</p>".encode()
GONE = b"404 Not Found"  # an article that is gone: one look, no more requests
KEEP = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html;charset=UTF-8\r\n"
ROBOTS = plain(b"", status=GONE)
CHUNKED = KEEP + b"Transfer-Encoding: chunked\r\n\r\n"
EARLY = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
ODD = [b"sEt-cOOkiE: a=1; Path=/", b"X-Twice:  two  blanks ", b"Set-Cookie: b=2; Path=/", b"x-empty:"]
TWO_MEMBERS = gzip.compress(PAGE[:9]) + gzip.compress(PAGE[9:])
KOREAN = "기사를 찾을 수 없습니다".encode("cp949")


def chunked(*pieces: bytes, trailers: bytes = b"") -> bytes:
    return b"".join(b"%X;x=1\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n" + trailers + b"\r\n"


# name: (what the server sends, the body to be stored, or None where it is just what follows the head)
ANSWERS: dict[str, tuple[list[bytes], bytes | None]] = {
    "content-length": ([plain(PAGE, status=GONE)], None),
    "in small pieces": ([plain(PAGE, status=GONE)[i : i + 7] for i in range(0, 120, 7)], None),
    "empty": ([plain(b"", status=GONE)], None),
    "gzip kept": ([plain(gzip.compress(PAGE), b"Content-Encoding: gzip", status=GONE)], None),
    "gzip of two members": ([plain(TWO_MEMBERS, b"Content-Encoding: gzip", status=GONE)], None),
    "deflate kept": ([plain(zlib.compress(PAGE), b"Content-Encoding: deflate", status=GONE)], None),
    "raw deflate kept": ([plain(zlib.compress(PAGE, wbits=-15), b"Content-Encoding: deflate", status=GONE)], None),
    "euc-kr": ([plain(KOREAN, b"Content-Type: text/html;charset=euc-kr", status=GONE)], None),
    "a charset for a coding": ([plain(PAGE, b"Content-Encoding: utf-8", status=GONE)], None),
    "odd head": ([plain(PAGE, *ODD, status=b"404  Very Well Then")], None),
    "no reason": ([plain(PAGE, status=b"404")], None),
    "204": ([b"HTTP/1.1 204 No Content\r\nX-A: 1\r\n\r\n"], None),
    "304": ([b"HTTP/1.1 304 Not Modified\r\nETag: x\r\nContent-Length: 99\r\n\r\n"], None),
    "http/1.0 until it closes": ([b"HTTP/1.0 404 Not Found\r\nX-A: 1\r\n\r\n" + PAGE, CLOSE], None),
    "no length until it closes": ([KEEP + b"Connection: close\r\n\r\n" + PAGE, CLOSE], None),
    "chunked": ([CHUNKED + chunked(PAGE[:1], PAGE[1:20], PAGE[20:])], PAGE),
    "chunked with trailers": (
        [CHUNKED.replace(b"Transfer-Encoding: c", b"tRANSFER-eNCODING: C") + chunked(PAGE, trailers=b"X-Sum: 1\r\n")],
        PAGE,
    ),
    "chunked and gzip": (
        [KEEP + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(gzip.compress(PAGE, mtime=0))],
        gzip.compress(PAGE, mtime=0),
    ),
    "after 1xx": ([EARLY, b"HTTP/1.1 100 Continue\r\n\r\n", plain(PAGE, status=GONE)], PAGE),
}
FACTS = Facts(source="daum", page="daum.article", run="r", topic="t", url="https://v.daum.net/v/1")
KEYS = {f"2020010100000{i:04}": name for i, name in enumerate(ANSWERS)}


def topic_of(sagwan: Sagwan, keys: list[str], more: str = "") -> Path:
    path = sagwan.folder / "t.toml"
    seeds = ", ".join(f'"https://v.daum.net/v/{key}"' for key in keys)
    path.write_text(f'title = "t"\nsources = ["daum"]\nseeds = [{seeds}]\n{more}', encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[bytes, bytes, Exchange]]:
    """Each answer by name: the request and answer as the server saw them, and the exchange in the archive."""
    sagwan = Sagwan(tmp_path_factory.mktemp("wire"))

    def answers(target: str) -> list[bytes]:
        key = target.removeprefix("/v/")
        return ANSWERS[KEYS[key]][0] if key in KEYS else [ROBOTS]

    with RawServer(answers) as server:
        ended = sagwan("collect", topic_of(sagwan, list(KEYS)), "--connect-to", f"*={server.url}", "--json")
    assert ended.err == ""
    check(sagwan.archive)
    seen = {one.request.split(b" ")[1].decode(): one for one in server.log}
    found = {}
    for one in exchanges(sagwan.archive, "daum.article"):
        key = one.facts.url.rpartition("/")[2]
        assert KEYS[key] not in found, "one answer, one capture"
        found[KEYS[key]] = (seen[f"/v/{key}"].request, seen[f"/v/{key}"].answer, one)
    return found


@pytest.mark.parametrize(
    "said", ["utf-8", "none", "identity, gzip", "UTF-8, x-gzip", "gzip , none", "", "x-unheard-of", "gzip, deflate"]
)
def test_what_is_no_coding_hides_no_page(said: str) -> None:
    body = PAGE
    for coding in said.split(","):
        body = gzip.compress(body) if "gzip" in coding else zlib.compress(body) if "deflate" in coding else body
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {said}\r\n\r\n".encode()
    capture, digest, problem = read_capture(FACTS, head, body)
    assert (capture.body if capture else None, digest, problem) == (PAGE, sha256(PAGE).digest(), None)


@pytest.mark.parametrize("said", ["br", "zstd", "compress", "none, br", "gzip"])
def test_what_is_a_coding_that_we_do_not_undo_is_unreadable(said: str) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {said}\r\n\r\n".encode()
    assert read_capture(FACTS, head, PAGE)[0] is None
    assert read_capture(FACTS, head, b"")[1] == sha256(b"").digest()  # of nothing there is nothing to undo


@pytest.mark.parametrize("name", ANSWERS)
def test_the_record_is_what_the_server_sent(name: str, stored: dict[str, tuple[bytes, bytes, Exchange]]) -> None:
    request, answer, exchange = stored[name]
    body = ANSWERS[name][1]
    assert exchange.request == request
    assert exchange.head is not None
    assert (exchange.facts.fidelity, exchange.facts.truncated, exchange.facts.error) == ("wire", None, None)
    assert exchange.facts.protocol == ("http/1.0" if b"HTTP/1.0" in answer else "http/1.1")
    if body is None:
        assert exchange.head + exchange.body == answer
        assert exchange.facts.head is None
    else:
        assert exchange.body == body
        assert exchange.facts.head is not None
        assert answer.startswith(exchange.facts.head.encode("latin-1"))
        assert b"\nTransfer-Encoding" not in exchange.head
    assert (exchange.facts.trailers or "").startswith("X-Sum: 1" if "trailers" in name else "")


def test_what_was_sent_is_honest(stored: dict[str, tuple[bytes, bytes, Exchange]]) -> None:
    request = stored["content-length"][2].request
    key = next(key for key, name in KEYS.items() if name == "content-length")
    head, *lines = request.decode().split("\r\n")
    assert head == f"GET /v/{key} HTTP/1.1"
    sent = dict(line.split(": ", 1) for line in lines if line)
    assert sent["Host"] == "v.daum.net"
    assert sent["User-Agent"].startswith("Sagwan/")
    assert "tests@example.org" in sent["User-Agent"]
    assert sent["Accept-Encoding"] == "gzip, deflate"
    assert "Mozilla" not in request.decode()


def test_an_answer_without_a_head_is_kept_as_it_came(sagwan: Sagwan) -> None:
    key = next(iter(KEYS))
    with RawServer(lambda target: [b"no head at all\n", CLOSE] if "/v/" in target else ROBOTS) as server:
        ended = sagwan("collect", topic_of(sagwan, [key]), "--connect-to", f"*={server.url}", "--json")
    assert (ended.code, ended.only["verdict"]) == (2, "broken")
    kept = exchanges(sagwan.archive, "daum.article")
    assert [one.facts.attempt for one in kept] == [1, 2, 3]
    assert all(one.head is None and one.facts.error and one.facts.head == "no head at all\n" for one in kept)
    assert [bool(one.request) for one in kept] == [True] * 3
    check(sagwan.archive)


@pytest.mark.parametrize("status", [b"99999999999999999999 OK", b"9223372036854775808 OK", b"0200 OK"])
def test_a_status_that_is_none_does_not_stop_a_source_for_good(sagwan: Sagwan, status: bytes) -> None:
    key = next(iter(KEYS))
    with RawServer(lambda target: plain(b"<html>", status=status) if "/v/" in target else ROBOTS) as server:
        for _ in range(2):
            ended = sagwan("collect", topic_of(sagwan, [key]), "--connect-to", f"*={server.url}", "--json")
            assert (ended.code, ended.only["verdict"], ended.err) == (2, "broken", "")
    assert sagwan.rows("SELECT DISTINCT status, outcome FROM captures WHERE page = 'daum.article'") == [(0, "http")]
    assert sagwan("verify", "--json").only["findings"] == []
    check(sagwan.archive)


def test_a_kept_alive_connection_that_dies_is_an_attempt_of_its_own(sagwan: Sagwan) -> None:
    first, second = list(KEYS)[:2]
    died: list[str] = []

    def answers(target: str) -> bytes | list[bytes]:
        if target.endswith(second) and not died:
            died.append(target)
            return [CLOSE]
        return plain(PAGE, status=GONE)

    with RawServer(answers) as server:
        path = topic_of(sagwan, [first, second], "[source.daum]\nconnections = 1\n")
        ended = sagwan("collect", path, "--connect-to", f"*={server.url}", "--json")
    assert ended.code == 0
    attempts = [one for one in exchanges(sagwan.archive, "daum.article") if one.facts.url.endswith(second)]
    assert [(one.facts.attempt, one.facts.fidelity) for one in attempts] == [(1, None), (2, "wire")]
    assert attempts[0].request == attempts[1].request
    assert ended.only["errors"] == {"daum.article failed": 1}


def test_eight_connections_never_mix(sagwan: Sagwan) -> None:
    keys = [f"2020020200000{i:04}" for i in range(800)]
    with RawServer(lambda target: plain(target.encode(), status=GONE) if "/v/" in target else ROBOTS) as server:
        path = topic_of(sagwan, keys, "[source.daum]\nconnections = 8\n")
        ended = sagwan("collect", path, "--connect-to", f"*={server.url}", "--json")
    assert (ended.code, ended.only["captures"]) == (0, 801)
    kept = exchanges(sagwan.archive, "daum.article")
    assert sorted(one.facts.url[-17:] for one in kept) == keys
    for one in kept:
        target = f"/v/{one.facts.url[-17:]}".encode()
        assert one.request.startswith(b"GET " + target + b" HTTP/1.1\r\n")
        assert one.request.count(b"HTTP/1.1") == 1
        assert one.body == target
        assert one.facts.fidelity == "wire"
    asked = [one.connection for one in server.log if b"/v/" in one.request]
    assert 2 <= len(set(asked)) <= 8
    times = [(one.facts.at, one.facts.received_at) for one in kept]
    assert times == sorted(times)
    assert len(dict(times)) == 800  # no two have the same `at`


BLIND = """
import crawler.wire as w
w._Protocol.dataReceived = w.http11._LenientHTTP11ClientProtocol.dataReceived
w._Transport.write = lambda self, data: self._transport.write(data)
w._Transport.writeSequence = lambda self, parts: self._transport.writeSequence(parts)
from crawler.cli import main
main()
"""


def test_without_the_tap_an_exchange_is_marked_reconstructed(
    sagwan: Sagwan, portal: Callable[..., Portal], topic: Callable[..., Path]
) -> None:
    site = portal(comments=5, gzip=True)
    run = [sys.executable, "-c", BLIND]
    ended = sagwan("collect", topic(site), "--connect-to", f"*={site.url}", "--json", command=run)
    assert (ended.code, ended.only["comments"]) == (0, 5)
    kept = exchanges(sagwan.archive)
    assert {one.facts.fidelity for one in kept} == {"reconstructed"}
    assert all(one.request.startswith(b"GET /") and b"\r\nHost: " in one.request for one in kept)
    assert all((one.head or b"").startswith(b"HTTP/1.1 200 \r\n") for one in kept)
    assert any(b"Content-Encoding: gzip" in (one.head or b"") for one in kept)
    check(sagwan.archive)


def test_framing_is_undone_also_where_it_is_cut() -> None:
    head = KEEP + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"
    whole = chunked(b"abc", b"def")
    marked = KEEP + b"X-Archive-Orig-Transfer-Encoding: chunked\r\nX-Archive-Orig-Content-Length: 5\r\n\r\n"
    assert deframe(head, whole) == (b"abcdef", marked, b"")
    for end in range(len(whole)):
        assert b"abcdef".startswith(deframe(head, whole[:end])[0])
    assert split_response(b"HTTP/1.1 200 OK\r\nX") is None
    assert split_response(b"HTTP/1.1 101 Up\r\n\r\n\x00") == (b"", b"HTTP/1.1 101 Up\r\n\r\n", b"\x00")
