"""What the questions say to a person; what they say to a program is tested where the answers are."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import Sagwan
from tests.naver_runs import write
from tests.portal import Portal


@pytest.mark.parametrize("command", ["ls", "replay"])
def test_a_topic_that_nobody_collected_is_misuse(
    sagwan: Sagwan, portal: Callable[..., Portal], tmp_path: Path, command: str
) -> None:
    p = portal(articles=0, naver=1, comments=3)
    sagwan.collect(p, write(tmp_path, p))
    assert sagwan(command, "--topic", "시험").out
    ended = sagwan(command, "--topic", "시헙")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == "sagwan: the archive has no topic '시헙'. It has: 시험\n"


def test_a_sort_that_no_list_had_is_misuse(sagwan: Sagwan, portal: Callable[..., Portal], tmp_path: Path) -> None:
    p = portal(articles=0, naver=1, comments=3)
    sagwan.collect(p, write(tmp_path, p))
    assert sagwan("as-of", "now", "--sort", "FAVORITE").code == 0
    ended = sagwan("as-of", "now", "--sort", "favourite")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == "sagwan: no list in the sort favourite was ever seen. Seen: FAVORITE, NEW\n"


@pytest.mark.parametrize("harm", ["noise", "cut"])
def test_a_damaged_database_is_made_anew(sagwan: Sagwan, portal: Callable[..., Portal], tmp_path: Path, harm: str) -> None:
    p = portal(articles=0, naver=1, comments=30)
    sagwan.collect(p, write(tmp_path, p))
    path = sagwan.archive / "archive.db"
    bad = b"noise" * 9_000 if harm == "noise" else path.read_bytes()[:40_000]
    path.write_bytes(bad)
    asked = sagwan("ls")
    assert (asked.code, len(asked.err.splitlines()), "sagwan rebuild --accept" in asked.err) == (1, 1, True)
    only_looked = sagwan("rebuild")
    assert (only_looked.code, only_looked.err, path.read_bytes()) == (2, "", bad)
    assert f"damaged: {path} cannot be read: " in only_looked.out
    assert "sagwan rebuild --accept" in only_looked.out
    assert sagwan("rebuild", "--accept").code == 2
    (kept,) = sagwan.archive.glob("archive.before-*.db")
    assert kept.read_bytes() == bad
    assert (sagwan("verify").code, sagwan("rebuild").code) == (0, 0)


def test_what_others_wrote_cannot_steer_a_terminal(sagwan: Sagwan, portal: Callable[..., Portal], tmp_path: Path) -> None:
    p = portal(articles=0, naver=1, comments=3)
    p.world.add_comment(p.world.on("naver")[0], text="가\x1b]0;title\x07나\x9b2J다\u202e라\U0001f468\u200d\U0001f469")
    sagwan.collect(p, write(tmp_path, p))
    for question in (("as-of", "now"), ("changes",)):
        said = sagwan(*question).out
        assert "가\ufffd]0;title\ufffd나\ufffd2J다\ufffd라\U0001f468\u200d\U0001f469" in said
    assert any(line.get("text", "").startswith("가\x1b]0") for line in sagwan("as-of", "now", "--json").lines)  # as it was
    with closing(sqlite3.connect(sagwan.archive / "archive.db")) as db:
        db.execute("UPDATE comment_versions SET text = text || '\x1b'")
        db.commit()
    damage = sagwan("verify")
    assert (damage.code, "the row says text '가\\x1b]0;title" in damage.out, "\x1b" in damage.out) == (2, True, False)


def test_a_deletion_and_a_reply_read_well(sagwan: Sagwan, portal: Callable[..., Portal], tmp_path: Path) -> None:
    p = portal(articles=0, naver=1, comments=30)
    (article,) = p.world.on("naver")
    file = write(tmp_path, p)
    sagwan.collect(p, file)
    true = p.world.truth(article)
    deleted = next(one["id"] for one in true if one["status"] == "visible" and not one["parent"])
    reply = next(one["id"] for one in true if one["parent"])
    p.world.delete(deleted, by="user")
    sagwan.collect(p, file)
    said = sagwan("changes", "--kind", "deleted").out
    assert f"#{deleted}  " in said
    assert "  visible -> deleted_by_user  [" in said
    assert sagwan("changes", "--kind", "edited").out == ""  # its text went with it, and nobody edited it
    p.world.restore(deleted)
    sagwan.collect(p, file)
    assert sagwan("changes", "--kind", "edited").out == ""
    assert "  deleted_by_user -> visible  [" in sagwan("changes", "--kind", "state").out
    lines = {line.rpartition("(")[2].partition(",")[0]: line for line in sagwan("as-of", "now").out.splitlines()[2:]}
    assert lines[str(reply)].startswith("     ")
    assert not lines[str(deleted)].startswith("     ")
