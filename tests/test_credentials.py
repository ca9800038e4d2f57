"""The operator's own credentials never reach a WARC, in whatever spelling and place they come back."""

from __future__ import annotations

import base64
import gzip
import html
import json
import tracemalloc
import zlib
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive.capture import MAX_BODY, Exchange, Facts, decode, split_head
from archive.warc_reader import exchange, files, read_groups
from archive.warc_writer import WarcWriter
from crawler.secrets import MARK, Redactor
from tests.warcs import check

ODD = 'Pa55/wörd+"key"<&'
PLAIN = "abc-DEF_123456"


def spellings(value: str) -> list[bytes]:
    """How a value can come out, made independently of the redactor."""
    basic = [base64.b64encode(f"{'x' * n}{value}".encode()) for n in range(3)]
    return [
        value.encode(),
        quote(value, safe="").encode(),
        quote_plus(value).encode(),
        json.dumps(value)[1:-1].replace("/", "\\/").encode(),
        json.dumps(value, ensure_ascii=False)[1:-1].encode(),
        html.escape(value).encode(),
        *basic,
        *(text.translate(bytes.maketrans(b"+/", b"-_")) for text in basic),
    ]


def left(value: str, everything: bytes) -> list[bytes]:
    """The spellings that are still there; of base64 its middle, which is the same whatever stands around it."""
    found = spellings(value)
    return [text for text in [*found[:6], *(text[4:-4] for text in found[6:])] if text in everything]


def stored(folder: Path, made: Exchange) -> tuple[Exchange, bytes]:
    """The exchange as it is in a WARC file after redaction, and every byte of that file, decompressed twice over."""
    Redactor([ODD, PLAIN, "short"]).clean(made)
    writer = WarcWriter(folder, "daum", {"software": "test"})
    writer.write([made], made.facts.at)
    writer.close()
    check(folder)
    (path,) = files(folder)
    everything = path.read_bytes()
    with path.open("rb") as stream:
        for record in ArchiveIterator(stream, no_record_parse=True):
            block = record.raw_stream.read()
            everything += str(record.rec_headers).encode() + block
            for bits in (31, 15, -15):  # what is still readable of a compressed body counts too
                inflater = zlib.decompressobj(bits)
                body = block.partition(b"\r\n\r\n")[2]
                try:
                    for i in range(len(body)):
                        everything += inflater.decompress(body[i : i + 1])
                except zlib.error:
                    continue
    (group,) = [group for group in read_groups(path) if group.values["kind"] == "exchange"]
    return exchange(group), everything


def make(
    url: str = "https://v.daum.net/v/1", request: bytes = b"", head: bytes = b"", body: bytes = b"", **facts: object
) -> Exchange:
    known = {"source": "daum", "page": "p", "run": "r", "topic": "t", "at": 1_700_000_000_000, "sent": 1_700_000_000_000_000}
    return Exchange(
        facts=Facts(**(known | {"url": url, "fidelity": "wire", "head": facts.pop("received", None)} | facts)),
        request=request or b"GET / HTTP/1.1\r\n\r\n",
        head=head or b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body),
        body=body,
    )


def places(secret: bytes) -> dict[str, Exchange]:
    """An exchange with the secret in one place each."""
    text, say = secret.decode(), b"your key " + secret + b" is not valid, " + secret
    length, coded = b"Content-Length: %d\r\n", b"HTTP/1.1 401 No\r\nContent-Encoding: %b\r\n"
    packed = gzip.compress(say * 20)
    flat = gzip.compress(say * 3, compresslevel=0)
    raw = zlib.compress(say * 3, wbits=-15)
    return {
        "request line": make(request=b"GET /s?q=a&k=" + secret + b" HTTP/1.1\r\nHost: x\r\n\r\n"),
        "request header": make(request=b"GET / HTTP/1.1\r\nX-Key: " + secret + b"\r\n\r\n"),
        "request body": make(request=b"POST / HTTP/1.1\r\nContent-Length: 99\r\n\r\nk=" + secret),
        "url": make(url="https://v.daum.net/v/1?k=" + text),
        "response head": make(head=b"HTTP/1.1 302 Found\r\nLocation: /?k=" + secret + b"\r\nContent-Length: 0\r\n\r\n"),
        "response body": make(body=say),
        "gzip body": make(head=coded % b"gzip" + length % len(packed) + b"\r\n", body=packed),
        "gzip body, not compressed": make(head=coded % b"gzip" + length % len(flat) + b"\r\n", body=flat),
        "gzip body, cut": make(head=coded % b"gzip" + b"\r\n", body=packed[:-9], truncated="disconnect", error="x"),
        "gzip body, broken": make(head=coded % b"gzip" + b"\r\n", body=packed[:-8] + b"12345678"),
        "gzip body, its second member broken": make(
            head=coded % b"gzip" + b"\r\n", body=gzip.compress(b"x") + packed[:-8] + b"12345678"
        ),
        "deflate body": make(head=coded % b"deflate" + b"\r\n", body=zlib.compress(say)),
        "raw deflate body": make(head=coded % b"deflate" + length % len(raw) + b"\r\n", body=raw),
        "head as received": make(body=b"ok", received="HTTP/1.1 200 OK\r\nX-Key: " + secret.decode("latin-1")),
        "trailers": make(body=b"ok", trailers="X-Key: " + secret.decode("latin-1")),
        "error": make(error="DownloadFailed: " + text),
        "context": make(context={"query": text}),
    }  # fmt: skip


@pytest.mark.parametrize("place", places(b"x"))
@pytest.mark.parametrize("value", [ODD, PLAIN])
def test_no_spelling_is_left_anywhere(tmp_path: Path, place: str, value: str) -> None:
    for n, spelling in enumerate(spellings(value)):
        kept, everything = stored(tmp_path / str(n), places(spelling)[place])
        assert left(value, everything) == []
        assert MARK in everything
        assert kept.facts.redacted > 0
        assert kept.facts.fidelity == "wire, redacted"


@pytest.mark.parametrize("coding", ["gzip", "deflate", None])
def test_a_redacted_body_can_still_be_read(tmp_path: Path, coding: str | None) -> None:
    plain = b'{"error": "key ' + PLAIN.encode() + b' is not valid"}'
    body = {"gzip": gzip.compress(plain), "deflate": zlib.compress(plain), None: plain}[coding]
    line = f"Content-Encoding: {coding}\r\n".encode() if coding else b""
    head = b"HTTP/1.1 401 No\r\n" + line + b"Content-Length: %d\r\nX-A: 1\r\n\r\n" % len(body)
    kept, _ = stored(tmp_path, make(head=head, body=body))
    assert kept.head is not None
    status, headers = split_head(kept.head)
    names = [name for name, _ in headers]
    assert status == 401
    assert "content-length" not in names  # it was true of another body
    assert json.loads(decode(kept.body, headers)) == {"error": f"key {MARK.decode()} is not valid"}
    assert kept.facts.head == head.decode()


def test_what_holds_no_secret_is_left_alone(tmp_path: Path) -> None:
    body = gzip.compress(b"a short text, and Pa55 too")
    made = make(head=b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n", body=body)
    kept, _ = stored(tmp_path, made)
    assert (kept.body, kept.facts.redacted, kept.facts.fidelity, kept.facts.head) == (body, 0, "wire", None)


def test_the_values_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SAGWAN_TEST_KEY", PLAIN)
    monkeypatch.delenv("SAGWAN_TEST_NONE", raising=False)
    made = make(body=PLAIN.encode())
    Redactor.from_environment(("SAGWAN_TEST_KEY", "SAGWAN_TEST_NONE")).clean(made)
    assert made.body == MARK


def test_a_bomb_is_not_looked_through_to_its_end(tmp_path: Path) -> None:
    """The value stands behind 600 MB of nothing: what is too long to be looked through is not kept, and not held in memory."""
    deflater = zlib.compressobj(1, zlib.DEFLATED, 31)
    parts = [deflater.compress(bytes(1 << 20)) for _ in range(600)]
    bomb = b"".join([*parts, deflater.compress(PLAIN.encode()), deflater.flush()])
    made = make(head=b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n", body=bomb)
    tracemalloc.start()
    try:
        Redactor([PLAIN]).clean(made)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (made.body, made.facts.redacted) == (MARK, 1)
    assert most < 3 * MAX_BODY
