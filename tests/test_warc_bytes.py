"""Our records are byte for byte what warcio writes from the same headers and block, each in a gzip member of its own."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.warc_reader import files, read_records
from tests.maker import Maker, row


def by_warcio(raw: bytes) -> bytes:
    """A record, read to headers and block here, and written again by warcio."""
    head, _, rest = raw.partition(b"\r\n\r\n")
    version, *lines = head.decode().split("\r\n")
    headers = [(name, value) for name, _, value in (line.partition(": ") for line in lines) if name != "Content-Length"]
    block = rest[:-4]
    named = StatusAndHeaders("", headers, protocol=version)
    record = ArcWarcRecord(
        "warc", named.get_header("WARC-Type"), named, io.BytesIO(block), None, named.get_header("Content-Type"), len(block)
    )
    out = io.BytesIO()
    WARCWriter(out, gzip=False, warc_version="1.1").write_record(record)
    return out.getvalue()


def test_records_are_what_warcio_writes(tmp_path: Path) -> None:
    maker = Maker(tmp_path)
    maker.walk([row(1, text="가 \U0001f600"), row(2)])
    plain = maker.exchange("https://v.daum.net/v/1?q=%EA%B0%80", "daum.article", "<p>글".encode() * 999, protocol="http/1.1")
    packed = maker.exchange("https://v.daum.net/v/2", "daum.article", gzip.compress(b"x" * 999))
    packed.head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
    cut = maker.exchange("https://v.daum.net/v/3", "daum.article", b"half", truncated="disconnect", error="lost")
    nothing = maker.exchange("https://v.daum.net/v/4", "daum.article", b"", error="refused")
    nothing.head = nothing.ip = None
    for exchange in (plain, packed, cut, nothing):
        maker.keep(exchange)
    maker.close()
    (path,) = files(tmp_path)
    data, kinds = path.read_bytes(), list[str]()
    for record in read_records(path):
        raw = gzip.decompress(data[record.offset : record.offset + record.length])
        assert raw == by_warcio(raw)
        kinds.append(record.type)
    assert set(kinds) == {"warcinfo", "request", "response", "metadata"}
    assert kinds.count("response") == 4
