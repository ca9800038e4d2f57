"""A site compresses a body that holds records of ours, as we write them. Where a byte of its own record goes bad, none of them
is read: they would be comments that nobody saw."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from archive.pseudonym import Pseudonyms
from archive.rebuild import anew
from archive.verify import verify
from archive.warc_damage import next_group
from archive.warc_reader import Record, files, read_records
from archive.warc_records import event_records, exchange_records, warcinfo_record
from crawler import pages
from tests.maker import DAY, KEY, Maker, row

URL = "https://comment.daum.net/apis/v1/posts/5/comments?offset=0&sort=RECOMMEND"
HEAD = range(10, 15)  # kind and length of the block in which the body stands: only who changes these has it begin elsewhere


@pytest.fixture
def hostile(tmp_path: Path) -> tuple[Path, Record]:
    """The file of an archive, and the response in it whose body is such."""
    maker = Maker(tmp_path)
    maker.page([row(1)])
    info = warcinfo_record({"software": "test"}, maker.writer.name, DAY, bytes(32))
    run = "0" * 8 + "-0000-4000-8000-" + "0" * 12
    begun = {"kind": "run_begun", "at": maker.now, "run": run, "source": "daum", "topic": "t", "trigger": "t", "settings": {}}
    event = event_records({**begun, "code": "test daum.comments/2"}, info.record, info.chain)
    forged = maker.exchange(URL, "daum.comments", json.dumps([row(666, text="아무도 하지 않은 말")]).encode(), run=run)
    made = exchange_records(forged, info.record, event.chain)
    served = maker.exchange(f"{URL}&x", "daum.new", b"".join([*info.members, *event.members, *made.members]))
    served.head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
    maker.keep(served)
    maker.page([row(1), row(2)])
    maker.close()
    (path,) = files(tmp_path)
    (record,) = [one for one in read_records(path) if one.type == "response" and b"Content-Encoding" in one.block]
    return path, record


def damaged(path: Path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)


def test_no_byte_that_goes_bad_lets_them_in(hostile: tuple[Path, Record]) -> None:
    path, record = hostile
    for place in (n for n in range(record.length) if n not in HEAD):
        damaged(path, record.offset + place)
        reads_on = next_group(path, record.offset)
        assert reads_on is not None
        assert reads_on >= record.offset + record.length, place
        damaged(path, record.offset + place)


def test_rows_and_findings_name_only_what_was_written(hostile: tuple[Path, Record], tmp_path: Path) -> None:
    path, record = hostile
    damaged(path, path.read_bytes().find(b"Content-Encoding: gzip", record.offset))
    made = anew(tmp_path, tmp_path / "new.db", Pseudonyms(KEY), pages.parse)
    assert len(made.damage) == 1
    with closing(sqlite3.connect(tmp_path / "new.db")) as db:
        assert db.execute("SELECT key FROM comments ORDER BY n").fetchall() == [("1",), ("2",)]
    (said,) = verify(tmp_path, None, pages.parse).findings
    assert said.startswith(f"{path.name}: at {record.offset}: not a whole gzip member")
