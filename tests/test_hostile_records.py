"""An archive that somebody hands over: a record, or a table, may say what cannot be. One line each; nothing else is lost."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.archive import open_for_writing
from archive.capture import Exchange, Facts
from archive.catchup import catch_up
from archive.errors import Damaged
from archive.pseudonym import Pseudonyms
from archive.rebuild import Rebuilt, rebuild
from archive.store import Store
from archive.verify import verify
from archive.verify_bytes import check_file
from archive.warc_reader import NOTHING_BEFORE, files
from archive.warc_records import CHAIN, event_records, exchange_records, member_of, warcinfo_record
from crawler import pages
from tests.conftest import Sagwan
from tests.maker import DAY, KEY, Maker, row
from tests.portal import Portal

URL = "https://comment.daum.net/apis/v1/posts/5/comments?parentId=0&offset=0&limit=100&sort=RECOMMEND"


def late(maker: Maker) -> Exchange:
    """An exchange of a year that no table holds."""
    one = maker.exchange(URL, "daum.comments", b"[]")
    one.facts.at = 1 << 70
    return one


ODD: dict[str, tuple[Callable[[Maker], Exchange | dict[str, Any]], str]] = {
    "a kind of event that nobody knows": (lambda _: {"kind": "hello", "at": DAY}, "Invalid value 'hello'"),
    "a run without its name": (lambda _: {"kind": "run_begun", "at": DAY}, "required field `run`"),
    "a time beyond all times": (late, "Expected `int` <= 253000000000000 - at `$.at`"),
}


def hand_over(root: Path, odd: Callable[[Maker], Exchange | dict[str, Any]]) -> Path:
    """Two walks with something odd between them, whose chain and digests are right; and a stranger among the files."""
    maker = Maker(root)
    maker.walk([row(1), row(2)])
    maker.writer.write([odd(maker)], maker.now)
    maker.walk([row(1, likes=3), row(2)])
    maker.close()
    (path,) = files(root)
    path.with_name("notes.txt").write_text("x")
    return path


@pytest.mark.parametrize("name", ODD)
def test_an_odd_record_is_one_finding_and_no_row_behind_it_is_lost(sagwan: Sagwan, name: str) -> None:
    odd, said = ODD[name]
    path = hand_over(sagwan.archive, odd)
    (sagwan.folder / "pseudonym.key").write_bytes(KEY)
    for asked in (("verify",), ("verify", "--bytes")):
        ended = sagwan(*asked, "--json")
        assert (ended.code, ended.err) == (2, "")
        line, stranger = sorted(ended.only["findings"], reverse=True)
        assert stranger.startswith("notes.txt: not a WARC file")
        assert line.startswith(f"{path.name}: at ")
        assert said in line
    ended = sagwan("rebuild", "--json")
    assert (ended.code, ended.err) == (2, "")
    (line,) = ended.only["damage"]
    assert said in line
    assert ended.only["differences"] == 0


def test_a_run_does_not_begin_behind_an_odd_record(tmp_path: Path) -> None:
    path = hand_over(tmp_path, ODD["a run without its name"][0])
    (tmp_path / "archive.db").unlink()
    for _ in range(2):  # it is not passed over the next time either
        db = open_for_writing(tmp_path / "archive.db", Pseudonyms(KEY))
        store = Store(db, "daum", Pseudonyms(KEY), pages.parse)
        with closing(db), pytest.raises(Damaged, match=f"{path.name} at [0-9]+: an event that cannot be read") as raised:
            catch_up(tmp_path, "daum", store)
        with closing(sqlite3.connect(tmp_path / "archive.db")) as db:
            assert db.execute("SELECT stored_to FROM warcs").fetchone() == (raised.value.at,)
            assert db.execute("SELECT count(*) FROM capture_rows").fetchone() == (1,)


def test_collect_says_so_and_asks_nothing(sagwan: Sagwan, portal: Callable[..., Portal], topic: Callable[..., Path]) -> None:
    site = portal(articles=1, comments=5)
    maker = Maker(sagwan.archive)
    (sagwan.folder / "pseudonym.key").write_bytes(KEY)
    maker.writer.write([{"kind": "hello\x1b[2J", "at": maker.now}], maker.now)
    maker.writer.close()
    maker.db.close()
    (path,) = files(sagwan.archive)
    ended = sagwan.collect(site, topic(site))
    assert (ended.code, ended.only["verdict"], site.requests) == (3, "failed", [])
    (line,) = ended.err.splitlines()
    assert line.startswith(f"sagwan: daum: {path.name} at ")
    assert "an event that cannot be read" in line
    assert "\x1b" not in line


@pytest.mark.parametrize("values", ["(5, 7)", "('no file', 'x')", "(x'00', 7)", "(NULL, NULL)"])
def test_a_table_of_files_that_is_none_of_ours_is_named(sagwan: Sagwan, values: str) -> None:
    hand_over(sagwan.archive, lambda maker: maker.exchange(URL, "daum.comments", b"[]"))
    (sagwan.folder / "pseudonym.key").write_bytes(KEY)
    with closing(sqlite3.connect(sagwan.archive / "archive.db")) as db:
        db.execute("PRAGMA legacy_alter_table = ON")
        db.execute("ALTER TABLE warcs RENAME TO before")
        db.execute("CREATE TABLE warcs (id INTEGER PRIMARY KEY, name, source, stored_to)")
        db.execute("INSERT INTO warcs SELECT * FROM before")
        db.execute(f"INSERT INTO warcs (name, source, stored_to) SELECT column1, 'daum', column2 FROM (VALUES {values})")
        db.execute("DROP TABLE before")
        db.commit()
    ended = sagwan("verify", "--bytes", "--json")
    assert (ended.code, ended.err) == (2, "")
    assert [line for line in ended.only["findings"] if "notes.txt" not in line] == [
        "archive.db: 1 rows of warcs have no name and no place of their own in a file"
    ]
    for command in ("verify", "rebuild"):
        ended = sagwan(command, "--json")
        assert (ended.code, ended.err) == (2, "")


@pytest.mark.parametrize(("table", "column"), [("warcs", "stored_to"), ("articles", "kind")])
def test_a_table_without_its_column_is_named(sagwan: Sagwan, table: str, column: str) -> None:
    hand_over(sagwan.archive, lambda maker: maker.exchange(URL, "daum.comments", b"[]"))
    (sagwan.folder / "pseudonym.key").write_bytes(KEY)
    with closing(sqlite3.connect(sagwan.archive / "archive.db")) as db:
        db.execute(f"ALTER TABLE {table} RENAME COLUMN {column} TO other")
    for command, name in (("verify", "findings"), ("rebuild", "damage")):
        ended = sagwan(command, "--json")
        assert (ended.code, ended.err) == (2, "")
        assert [line for line in ended.only[name] if line.endswith(f"archive.db cannot be read: no such column: {column}")]


RUN = {"run": "r", "topic": "t", "source": "daum", "trigger": "x", "code": "", "settings": {}, "robots_reason": None}
RAISED = {"alarm": "thin", "page": "walk", "text": "few", "count": 1, "capture": "0" * 32}
WALK = {"walk": "w", "run": "u", "article": "1", "sort": "RECOMMEND", "started_at": DAY, "complete": 1, "stop_reason": "end"}
NUMBERS = ("declared_before", "declared_after", "declared_replies", "collected", "collected_replies", "repeats")
EXCHANGE = {"source": "daum", "page": "daum.comments", "run": "u", "topic": "t", "url": URL, "walk": "w", "article": "1"}
SAID: list[dict[str, Any]] = [
    {"kind": "run_begun", "at": DAY, **RUN},
    {"kind": "run_ended", "at": DAY, "run": "u", "verdict": "ok", "counters": {}, "raised": [RAISED]}
    | {"pages": {"daum.comments": [True, {"pages": 1, "fields": {"comment": 3}}]}},
    {"kind": "walk_ended", "at": DAY, **WALK, **dict.fromkeys(NUMBERS, 1)},
    {"kind": "redaction", "at": DAY, "redaction": "x", "what": "comment", "mark": "m", "reason": "r", "operator": "o"}
    | {"captures": 1, "comments": 1, "covers": [], "superseded": []},
    {"kind": "exchange", "at": DAY, "received_at": DAY, "sent": DAY * 1000, "why": "walk", "error": "none", **EXCHANGE}
    | {"context": {"counted": "1 2", "asked": "a"}, "attempt": 1, "listed": {"kind": "seed", "rank": 1, "query": None}},
]
VALUES: list[Any] = [
    *(None, True, [], {}, [1], {"a": 1}, "", "x", "\0", "\ud800", "u", "exchange", "warcinfo", -1, 0, 1.5, 1e300),
    *((1 << 53), (1 << 63) - 1, 1 << 63, 1 << 70, -(1 << 63), -(1 << 70), 10**400),
]


def changed(value: Any, data: st.DataObject) -> Any:
    """The same with something else in one place of it, or with one place less."""
    if not value or not isinstance(value, dict | list) or data.draw(st.integers(0, 4)) == 0:
        return data.draw(st.sampled_from(VALUES))
    places = sorted(value) if isinstance(value, dict) else list(range(len(value)))
    place = data.draw(st.sampled_from(places))
    made = value.copy()
    if data.draw(st.integers(0, 9)) == 0:
        del made[place]
    else:
        made[place] = changed(value[place], data)
    return made


def written(root: Path, blocks: list[bytes]) -> Path:
    """A file with a run, these metadata records in it, and an exchange behind them; chain and digests are right."""
    path = root / "warc" / "2026" / "09" / "21" / "sagwan-daum-20260921-00001-h.warc.gz"
    path.parent.mkdir(parents=True)
    info = warcinfo_record({"software": "x"}, path.name, DAY, NOTHING_BEFORE)
    begun = event_records({"kind": "run_begun", "at": DAY, **RUN, "run": "u"}, info.record, info.chain)
    members, before = [*info.members, *begun.members], begun.chain
    for n, block in enumerate(blocks):
        headers = [("WARC-Record-ID", f"<urn:uuid:{n:032}>"), ("WARC-Date", "2026-09-21T00:00:00Z")]
        headers += [("WARC-Warcinfo-ID", f"<urn:uuid:{info.record}>"), (CHAIN, f"sha256:{before.hex()}")]
        member, before = member_of("metadata", block, headers)
        members.append(member)
    facts = Facts(source="daum", page="p", run="u", topic="t", url=URL, at=DAY, received_at=DAY, sent=DAY * 1000)
    last = exchange_records(Exchange(facts=facts, request=b"GET / HTTP/1.1\r\n\r\n"), info.record, before)
    path.write_bytes(b"".join([*members, *last.members]))
    return path


def made_anew(root: Path) -> tuple[Rebuilt, int, int]:
    """A rebuild; how many captures and runs it found."""
    made = rebuild(root, root / "new.db", Pseudonyms(KEY), pages.parse)
    with closing(sqlite3.connect(root / "new.db")) as db:
        captures, runs = (db.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in ("capture_rows", "run_begun"))
    return made, captures, runs


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_a_record_says_is_a_row_or_one_line(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    root = tmp_path_factory.mktemp("odd")
    said = changed(data.draw(st.sampled_from(SAID)), data)
    path = written(root, [json.dumps(said).encode()])
    made, captures, _ = made_anew(root)
    assert len(made.damage) < 2
    assert captures == (0 if "nothing more of it is read" in "".join(made.damage) else 1 + (not made.damage)) or (
        captures == 1 and said["kind"] != "exchange"
    )
    verify(root, None, pages.parse)
    check_file(path)
    shutil.rmtree(root)


def test_what_can_be_read_and_not_written_again_is_one_line(tmp_path: Path) -> None:
    """JSON may be nested a little less deep than it was read, and how deep depends on where that is done."""
    deep = [b'{"a":' + b"[" * n + b"]" * n + b"}" for n in range(600, 1001)]
    begun = [json.dumps(SAID[0] | {"run": str(n)}).encode().replace(b"{}", each) for n, each in enumerate(deep)]
    written(tmp_path, begun)
    made, captures, runs = made_anew(tmp_path)
    assert captures == 1
    assert 0 < len(made.damage) < len(deep)
    assert runs + len(made.damage) == len(deep) + 1
