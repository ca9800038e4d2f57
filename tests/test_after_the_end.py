"""Bytes behind an answer's end, and answers whose end nobody declared."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from tests.conftest import Sagwan
from tests.faults.island import certificate
from tests.rawserver import CLOSE, RESET, RawServer, plain
from tests.test_tls import fetch
from tests.test_wire import CHUNKED, GONE, KEEP, PAGE, ROBOTS, chunked, topic_of
from tests.warcs import check, exchanges

KEYS = ["20200101000000001", "20200101000000002"]
FORGED = plain(b"forged", status=GONE)
UNTIL_IT_CLOSES = KEEP + b"Connection: close\r\n\r\n" + PAGE


@pytest.mark.parametrize("answer", [plain(PAGE, status=GONE), CHUNKED + chunked(PAGE), plain(b"", status=GONE)])
def test_what_follows_an_answer_ends_its_connection(sagwan: Sagwan, answer: bytes) -> None:
    # Some of it may still be on the way when the next request goes out, and would be read as the answer to that.
    with RawServer(lambda target: answer + FORGED if "/v/" in target else ROBOTS) as server:
        path = topic_of(sagwan, KEYS, "[source.daum]\nconnections = 1\n")
        ended = sagwan("collect", path, "--connect-to", f"*={server.url}", "--json")
    assert ended.code == 0, ended
    kept = exchanges(sagwan.archive, "daum.article")
    assert [(one.facts.attempt, one.facts.fidelity, b"forged" in one.body) for one in kept] == [(1, "wire", False)] * 2
    asked = [one.connection for one in server.log if b"/v/" in one.request]
    assert len(set(asked)) == 2
    check(sagwan.archive)


@pytest.mark.parametrize("status", [b"204 No Content", b"304 Not Modified"])
@pytest.mark.parametrize("length", [b"", b"Content-Length: 4\r\n"])
def test_an_answer_that_has_no_body_keeps_its_head_as_it_came(sagwan: Sagwan, status: bytes, length: bytes) -> None:
    head = b"HTTP/1.1 " + status + b"\r\nx-oDD:  1 \r\n" + length + b"\r\n"
    with RawServer(lambda target: head + b"body" if "/v/" in target else ROBOTS) as server:
        sagwan("collect", topic_of(sagwan, KEYS[:1]), "--connect-to", f"*={server.url}", "--json")
    (kept,) = exchanges(sagwan.archive, "daum.article")
    assert (kept.head, kept.body, kept.facts.fidelity) == (head, b"", "wire")
    check(sagwan.archive)


def test_a_body_without_a_length_that_is_reset_is_not_whole(sagwan: Sagwan) -> None:
    with RawServer(lambda target: [UNTIL_IT_CLOSES, RESET] if "/v/" in target else ROBOTS) as server:
        ended = sagwan("collect", topic_of(sagwan, KEYS[:1]), "--connect-to", f"*={server.url}", "--json")
    assert (ended.code, ended.only["verdict"]) == (2, "broken"), ended
    kept = exchanges(sagwan.archive, "daum.article")
    assert [one.facts.attempt for one in kept] == [1, 2, 3]
    assert all(one.facts.error and PAGE.startswith(one.body) for one in kept)
    assert {one.facts.truncated for one in kept if one.head} <= {"disconnect"}
    check(sagwan.archive)


@pytest.mark.parametrize(("end", "whole"), [(RESET, False), (CLOSE, True)])
def test_the_same_over_tls(sagwan: Sagwan, tmp_path: Path, end: bytes, whole: bool) -> None:
    path, _ = certificate(tmp_path, "localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    sagwan.env["SSL_CERT_FILE"] = str(tmp_path / "localhost.crt")
    with RawServer(lambda target: [UNTIL_IT_CLOSES, end], tls=context) as server:
        made = fetch(sagwan, f"https://localhost:{server.port}/v/1")
    assert (made["error"] is None) == whole
