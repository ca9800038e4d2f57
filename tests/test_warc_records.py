"""A record's bytes are those that warcio's own writer makes, and any gzip reader reads them."""

from __future__ import annotations

import gzip
import io
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.warc_records import member_of


def by_warcio(kind: str, block: bytes, headers: list[tuple[str, str]]) -> bytes:
    """The same record, its digests given, as warcio's writer writes it."""
    named = StatusAndHeaders("", headers, protocol="WARC/1.1")
    record = ArcWarcRecord("warc", kind, named, io.BytesIO(block), None, named.get_header("Content-Type"), len(block))
    out = io.BytesIO()
    WARCWriter(out, gzip=False, warc_version="1.1").write_record(record)
    return out.getvalue()


_VALUES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)


@given(st.sampled_from(["request", "response", "metadata"]), st.binary(max_size=5000), _VALUES, st.sampled_from([0, 6]))
def test_the_bytes_are_those_of_warcio(kind: str, block: bytes, value: str, level: int) -> None:
    headers = [("WARC-Record-ID", "<urn:uuid:1>"), ("WARC-Target-URI", f"https://x/{value}"), ("Content-Type", "text/plain")]
    member, digest = member_of(kind, block, headers, block[3:], level)
    written = gzip.decompress(member)
    sums = [f"sha256:{sha256(data).hexdigest()}" for data in (block, block[3:])]
    digests = [("WARC-Block-Digest", sums[0]), ("WARC-Payload-Digest", sums[1])]
    assert written == by_warcio(kind, block, [("WARC-Type", kind), *headers, *digests])
    assert digest == sha256(written).digest()


@pytest.mark.parametrize("size", [0, 100, 4000, 4096, 70_000, 200_000])
def test_records_of_every_size_are_read_back(size: int) -> None:
    block = bytes(n * n % 251 for n in range(size))
    for level in (0, 6):
        member, _ = member_of("response", block, [("Content-Type", "text/plain")], block, level)
        assert gzip.decompress(member).partition(b"\r\n\r\n")[2] == block + b"\r\n\r\n"
