"""A replay as lines of JSON is the library's replay, that of two spans is that of both; what was known is its end so far."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

from archive.archive import open_for_reading
from archive.history import known_at
from archive.replay import ndjson, observed, replay
from tests.maker import Maker, row

END = 1 << 60
TEXT = 'a "quote", a back\\slash,\nlines \u2028 and \x7f 한글 😀'


def test_json_lines_are_the_replay_wherever_it_is_cut(tmp_path: Path) -> None:
    maker = Maker(tmp_path)
    for turn in range(3):
        rows = [row(key, key * turn, text=TEXT if key == turn else None) for key in range(1, 7)]
        maker.walk(rows[:3], rows[3 + turn :], replies={2: [row(20, parentId=2)]})
    maker.close()
    with closing(open_for_reading(tmp_path)) as db:
        told = list(replay(db, 0, END))
        whole = b"".join(ndjson(db, 0, END))
        assert [json.loads(line) for line in whole.split(b"\n")[:-1]] == [line for _, line in told]
        assert {line["kind"] for _, line in told} >= {"run_begun", "capture", "listing", "comment", "observation", "walk_ended"}
        assert TEXT in {line.get("text") for _, line in told}
        for at in sorted({at for at, _ in told}):
            assert b"".join(ndjson(db, 0, at)) + b"".join(ndjson(db, at + 1, END)) == whole
            last = {comment: (comment, capture, *values) for _, capture, comment, *values in observed(db, 0, at)}
            assert sorted(known_at(db, at)) == sorted(last.values())
        assert len(last) == 7


def test_what_was_known_when_one_source_was_killed_and_another_went_silent(tmp_path: Path) -> None:
    """Each source's own last capture counts, wherever its rows stand between those of others."""
    silent, killed, busy = (Maker(tmp_path, source) for source in ("ruliweb", "nate", "daum"))
    for maker, pages in ((silent, 2), (killed, 3)):
        for turn in range(pages):
            maker.page([row(key, key * turn) for key in range(1, 4)])
    silent.close()
    killed.writer.close()  # no run_ended
    killed.db.close()
    for turn in range(6):
        busy.now += 3
        busy.page([row(key, key + turn) for key in range(1, 3)])
    busy.close()
    with closing(open_for_reading(tmp_path)) as db:
        for at in sorted({at + ms for at, *_ in observed(db, 0, END) for ms in (-1, 0)} | {0, END}):
            last = {comment: (comment, capture, *values) for _, capture, comment, *values in observed(db, 0, at)}
            assert sorted(known_at(db, at)) == sorted(last.values()), at
        assert len(last) == 8


def test_a_topic_has_its_own_walks_and_runs(tmp_path: Path) -> None:
    maker = Maker(tmp_path)
    maker.walk([row(1)])
    maker.close()
    with closing(open_for_reading(tmp_path)) as db:
        assert list(replay(db, 0, END, "t")) == list(replay(db, 0, END))
        assert list(replay(db, 0, END, "another")) == []
        assert [line["stop_reason"] for _, line in replay(db, 0, END) if line["kind"] == "walk_ended"] == ["end"]
