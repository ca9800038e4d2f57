"""verify on redacted archives: it passes and says so, and finds what is forged."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.manifest import manifest_paths, read_manifest
from archive.merkle import root_of
from archive.redacted import UNDER_WAY
from archive.tombstone import RECORD, REDACTION
from archive.warc_reader import Record, files, read_groups, read_records
from archive.warc_records import member_of
from tests import people
from tests.conftest import Sagwan
from tests.maker import Maker
from tests.people import PERSON, REF, neighbours


def redacted(sagwan: Sagwan, *, seal: bool = False) -> Path:
    """An archive in which the person was redacted; the file."""
    people.crowd(sagwan.archive).close()
    people.ready(sagwan)
    if seal:
        assert sagwan("seal").code == 0
    people.redact(sagwan, REF)
    return files(sagwan.archive)[0]


def test_verify_passes_and_says_it(sagwan: Sagwan) -> None:
    redacted(sagwan)
    ended = sagwan("verify")
    assert (ended.code, "DAMAGED" in ended.out) == (0, False), ended.out
    assert "note: 6 captures redacted on 20" in ended.out
    assert "1 comments: 요청 17/2026" in ended.out
    assert sagwan("verify", "--bytes").code == 0


def test_a_sealed_file_keeps_its_chain_and_its_root(sagwan: Sagwan) -> None:
    path = redacted(sagwan, seal=True)
    (manifest,) = manifest_paths(sagwan.archive)
    (sealed,) = read_manifest(manifest)[0].files
    entries = [group.records[-1].digest() for group in read_groups(path)]
    assert (entries[-1].hex(), root_of(entries).hex()) == (sealed.chain, sealed.root)
    ended = sagwan("verify")
    assert (ended.code, "DAMAGED" in ended.out) == (0, False), ended.out
    assert sagwan("seal").code == 0  # and what holds the redaction itself is sealed, too
    assert sagwan("verify").code == 0


def test_a_sealed_file_with_tombstones_is_not_excused_from_its_seal(sagwan: Sagwan) -> None:
    path = redacted(sagwan, seal=True)
    groups = list(read_groups(path))
    path.write_bytes(path.read_bytes()[: groups[-1].offset])  # its last group, which no tombstone is
    ended = sagwan("verify", "--bytes")
    assert ended.code == 2
    assert "not as manifest/" in ended.out
    assert "sealed" in ended.out


def again(record: Record, block: bytes | None = None, **headers: str | None) -> bytes:
    """The gzip member of a record with another block or other headers (None takes one away), its digests made to fit."""
    changed = {name.replace("_", "-").lower(): value for name, value in headers.items()}
    ours = {"warc-type", "content-length", "warc-block-digest", "warc-payload-digest", *changed}
    lines = record.raw.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
    kept = [(name, value.strip()) for line in lines for name, _, value in (line.partition(":"),) if name.lower() not in ours]
    kept += [(name, value) for name, value in ((n.replace("_", "-"), v) for n, v in headers.items()) if value is not None]
    payload = b"" if record.type in ("request", "response") else None
    return member_of(record.type, record.block if block is None else block, kept, payload)[0]


Forge = Callable[[Record], bytes | None]


def _text(record: Record) -> bytes | None:
    if record.type == "resource" and b'"likes":98' in record.block:
        return again(record, record.block.replace(b'"likes":98', b'"likes":99'))
    return None


def _rank(record: Record) -> bytes | None:
    return again(record, record.block.replace(b'"rank":1', b'"rank":9')) if record.type == "resource" else None


def _kept_digest(record: Record) -> bytes | None:
    return again(record, Sagwan_Redacted_Record="sha256:" + "0" * 64) if RECORD.lower() in record.headers else None


def _nobody(record: Record) -> bytes | None:
    return again(record, Sagwan_Redaction=None) if record.type == "response" and REDACTION.lower() in record.headers else None


def _another(record: Record) -> bytes | None:
    name = "12345678-1234-5678-1234-567812345678"
    return again(record, Sagwan_Redaction=name) if record.type == "resource" else None


def _event_gone(record: Record) -> bytes | None:
    return b"" if b'"kind":"redaction"' in record.block else None


def _covers(record: Record) -> bytes | None:
    if b'"kind":"redaction"' not in record.block:
        return None
    values = json.loads(record.block)
    values["covers"] = [*values["covers"][1:], "0" * 64]
    return again(record, json.dumps(values).encode())


def _remains_gone(record: Record) -> bytes | None:
    return b"" if record.type == "resource" else None


def _plain_one(record: Record) -> bytes | None:
    """A record that no redaction wrote, altered, with the digest that the closing record names."""
    if record.type == "response" and record.block.endswith(b"[]") and REDACTION.lower() not in record.headers:
        return again(record, record.block[:-2] + b"{}", Sagwan_Redacted_Record=f"sha256:{record.digest().hex()}")
    return None


@pytest.mark.parametrize(
    "forge",
    [_text, _rank, _kept_digest, _nobody, _another, _event_gone, _covers, _remains_gone, _plain_one],
    ids=lambda f: f.__name__,
)
def test_what_is_forged_is_found(sagwan: Sagwan, forge: Forge) -> None:
    maker = people.crowd(sagwan.archive)
    maker.keep(maker.exchange("https://comment.daum.net/apis/v1/comments/900900900/children", "daum.children", b"[]"))
    maker.close()
    people.ready(sagwan)
    people.redact(sagwan, REF)
    assert sagwan("verify", "--bytes").code == 0
    forged = 0
    for path in files(sagwan.archive):
        data, parts = path.read_bytes(), []
        for record in list(read_records(path)):
            new = forge(record) if not forged else None
            forged += new is not None
            parts.append(data[record.offset : record.offset + record.length] if new is None else new)
        path.write_bytes(b"".join(parts))
        assert gzip.decompress(path.read_bytes())
    assert forged == 1
    ended = sagwan("verify", "--bytes")
    assert ended.code == 2, ended.out
    assert "tombstone" in ended.out or "chain breaks" in ended.out or "what remains" in ended.out


def test_one_that_was_cut_short_is_a_finding(sagwan: Sagwan) -> None:
    redacted(sagwan)
    (sagwan.archive / UNDER_WAY).write_text("{}")
    ended = sagwan("verify", "--bytes")
    assert ended.code == 2
    assert "cut short: run the same `sagwan redact` again" in ended.out


def test_it_says_who_is_seen_again(sagwan: Sagwan) -> None:
    redacted(sagwan)
    assert "seen again" not in sagwan("verify").out
    maker = Maker(sagwan.archive)
    maker.page(neighbours(3))
    maker.close()
    ended = sagwan("verify")
    assert ended.code == 0
    assert f"note: {REF} was redacted before, and was seen again since: `sagwan redact` it again" in ended.out
    people.redact(sagwan, f"daum:@{people.pseudonym(people.ACCOUNT).hex()}")
    assert people.traces(sagwan.archive, PERSON, people.NAME) == []
    ended = sagwan("verify")
    assert (ended.code, "seen again" in ended.out) == (0, False), ended.out
