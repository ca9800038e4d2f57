"""Questions of an archive whose rows are damaged, and questions that nobody should ask: one clear line, never a traceback."""

from __future__ import annotations

import os
import shlex
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import COMMAND, ROOT, Sagwan
from tests.maker import KEY, Maker, row

REF = "daum:20260921090000000"
IMPATIENT = "import archive.swap; archive.swap._PATIENCE_S = 1"  # who reads does not end here: no need to wait long for it


def make(sagwan: Sagwan) -> None:
    """Two looks at one page of three comments."""
    maker = Maker(sagwan.archive)
    (sagwan.folder / "pseudonym.key").write_bytes(KEY)
    for likes in (5, 6):
        maker.page([row(1, likes), row(2, 7), row(3, 1)], article=REF.removeprefix("daum:"))
        maker.now += 60_000
    maker.close()


@pytest.mark.parametrize(
    ("harm", "question"),
    [
        ("DELETE FROM observations", ("as-of", "now")),
        ("DELETE FROM observations", ("series", f"{REF}#1")),
        ("DELETE FROM comments WHERE n = 1", ("changes",)),
        ("UPDATE observations SET state = 99", ("as-of", "now", "--article", REF, "--json")),
        ("UPDATE observations SET state = 99", ("replay",)),
        ("UPDATE sightings SET ids = x'ff00'", ("changes",)),
        ("UPDATE run_ended SET counters = 'x'", ("status",)),
        ("DROP TABLE sightings", ("as-of", "now")),
    ],
)
def test_rows_that_do_not_fit_each_other_are_one_line(sagwan: Sagwan, harm: str, question: tuple[str, ...]) -> None:
    make(sagwan)
    assert sagwan(*question).code == 0
    with closing(sqlite3.connect(sagwan.archive / "archive.db")) as db:
        db.execute("PRAGMA foreign_keys = OFF")
        db.execute(harm)
        db.commit()
    ended = sagwan(*question)
    assert (ended.code, len(ended.err.splitlines())) == (1, 1), ended.err
    assert "do not fit each other" in ended.err
    assert "`sagwan verify" in ended.err


@pytest.mark.parametrize(
    "question",
    [
        ("as-of", "0001-01-01T00:00+14:00"),
        ("as-of", "0001-01-01"),
        ("changes", "--until", "1969-12-31"),
        ("as-of", "9999-12-31T23:59-12:00"),
        ("as-of", "70 years ago"),
        ("verify", "--row", f"{REF}#1@0001-01-01T00:00+14:00"),
    ],
)
def test_a_time_that_cannot_be_is_misuse(sagwan: Sagwan, question: tuple[str, ...]) -> None:
    make(sagwan)
    ended = sagwan(*question)
    assert (ended.code, ended.out, "is not between 1970 and 9999" in ended.err.splitlines()[-1]) == (1, "", True), ended.err
    assert "Traceback" not in ended.err


def test_a_window_of_ages_is_all_that_was(sagwan: Sagwan) -> None:
    make(sagwan)
    ended = sagwan("movers", "--within", "99999999d")
    assert (ended.code, "known at 1970-01-01T09:00:00.000+09:00" in ended.err) == (2, True), ended.err


@pytest.mark.parametrize(
    "question",
    [
        ("changes", "--since", "2026-09-22", "--until", "2026-09-21"),
        ("replay", "--from", "2026-09-22", "--to", "2026-09-21"),
        ("movers", "--from", "2026-09-22", "--to", "2026-09-21"),
    ],
)
def test_a_window_that_ends_before_it_begins_is_misuse(sagwan: Sagwan, question: tuple[str, ...]) -> None:
    make(sagwan)
    ended = sagwan(*question)
    said = "sagwan: the window ends (2026-09-21T23:59:59.999+09:00) before it begins (2026-09-22T00:00:00.000+09:00)\n"
    assert (ended.code, ended.out, ended.err) == (1, "", said)
    assert sagwan(question[0], question[1], "2026-09-21", question[3], "2026-09-21").code != 1


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (("changes", "--article", ""), "not a reference: ''"),
        (("as-of", "now", "--article", ""), "not a reference: ''"),
        (("series", f"{REF}#"), f"not a reference: '{REF}#'"),
        (("redact", f"{REF}#", "--reason", "asked", "--yes"), f"not a reference: '{REF}#'"),
        (("changes", "--kind", ""), "no such kind of change: ''. Known: appeared, "),
        (("changes", "--kind", "gone,"), "no such kind of change: ''"),
        (("ls", "--topic", ""), "no topic ''"),
        (("replay", "--topic", ""), "no topic ''"),
        (("as-of", ""), "'' is no time"),
        (("ls", "--archive", ""), "'--archive': it is empty"),
    ],
)
def test_what_an_unset_variable_leaves_is_not_everything(sagwan: Sagwan, question: tuple[str, ...], said: str) -> None:
    make(sagwan)
    ended = sagwan(*question)
    assert (ended.code, ended.out, len(ended.err.splitlines())) == (1, "", 1), ended.err
    assert said in ended.err


@pytest.mark.parametrize("question", [("as-of", "now"), ("changes",)])
def test_a_comment_is_asked_about_alone(sagwan: Sagwan, question: tuple[str, ...]) -> None:
    make(sagwan)
    every = sagwan(*question, "--article", REF, "--json").lines
    alone = sagwan(*question, "--article", f"{REF}#1", "--json").lines
    assert [line["ref"] for line in alone] == [line["ref"] for line in every if line["ref"] == f"{REF}#1"] != []
    assert len(alone) < len(every)
    assert len(sagwan(*question, "--article", f"{REF}#1").out.splitlines()) == len(alone)
    unknown = sagwan(*question, "--article", f"{REF}#9")
    assert (unknown.code, unknown.out) == (1, "")
    assert unknown.err == f"sagwan: the archive has no comment #9 of {REF}\n"


def test_a_comment_that_was_not_known_yet_is_not_its_article(sagwan: Sagwan) -> None:
    maker = Maker(sagwan.archive)
    maker.page([row(1, 5)], article="1")
    maker.now += 86_400_000
    maker.page([row(1, 5), row(2, 7)], article="1")
    maker.close()
    ended = sagwan("as-of", "2026-09-21", "--article", "daum:1#2")
    assert (ended.code, ended.out, ended.err) == (2, "", "nothing was known at 2026-09-21T23:59:59.999+09:00\n")
    ended = sagwan("as-of", "now", "--article", "daum:1#2", "--at-most-old", "0m")
    assert (ended.code, ended.out, "last seen longer before" in ended.err) == (2, "", True)


def test_blanks_between_kinds_are_no_kinds(sagwan: Sagwan) -> None:
    make(sagwan)
    assert sagwan("changes", "--kind", " counts , gone").out == sagwan("changes", "--kind", "counts,gone").out != ""


@pytest.mark.parametrize(
    "args", [("as-of", "now", "--article", "daum:\udcff"), ("init", "--title", "\udcff"), ("init", "\udcff.toml")]
)
def test_bytes_that_are_no_text_are_misuse(sagwan: Sagwan, args: tuple[str, ...]) -> None:
    make(sagwan)
    ended = sagwan(*args)
    assert (ended.code, ended.out, len(ended.err.splitlines())) == (1, "", 1), ended.err
    assert "not UTF-8" in ended.err
    assert not list(sagwan.folder.glob("*.toml"))


def test_a_database_that_somebody_reads_is_not_replaced(sagwan: Sagwan) -> None:
    make(sagwan)
    with closing(sqlite3.connect(sagwan.archive / "archive.db")) as db:
        assert db.execute("SELECT id FROM captures").fetchone()  # and is not finished
        for command in (("rebuild", "--accept"), ("redact", f"{REF}#2", "--reason", "asked", "--yes")):
            ended = sagwan(*command, first=IMPATIENT)
            assert (ended.code, len(ended.err.splitlines())) == (3, 1), ended.err
            assert "database is locked" in ended.err
    assert sagwan("redact", f"{REF}#2", "--reason", "asked", "--yes").code == 0
    assert sagwan("rebuild", "--accept").code == 0
    assert sagwan("verify").code == 0


def test_a_terminal_without_a_letter_is_no_damage(sagwan: Sagwan) -> None:
    maker = Maker(sagwan.archive)
    maker.page([row(1, 5, text="good \U0001f44d")])
    maker.close()
    sagwan.env["PYTHONIOENCODING"] = "euc-kr"  # as in older Korean set-ups
    ended = sagwan("as-of", "now", command=[COMMAND])
    assert (ended.code, len(ended.err.splitlines())) == (1, 1), ended.err
    assert "euc_kr, has no '\\U0001f44d': set PYTHONUTF8=1" in ended.err
    sagwan.env["PYTHONUTF8"], sagwan.env["PYTHONIOENCODING"] = "1", None
    assert "good \U0001f44d" in sagwan("as-of", "now", command=[COMMAND]).out


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("words", [["ls"], ["as-of", "now", "--json"], ["replay"], ["changes"], ["sources"]])
@pytest.mark.parametrize(
    ("to", "said"), [(">/dev/full", "stdout cannot be written: No space left"), (">&-", "stdout is closed")]
)
def test_what_cannot_be_told_is_one_line(sagwan: Sagwan, words: list[str], to: str, said: str) -> None:
    make(sagwan)
    command = shlex.join([str(COMMAND), *words, *(["--archive", str(sagwan.archive)] if words != ["sources"] else [])])
    ended = subprocess.run(
        ["sh", "-c", f"{command} {to}"],
        env=os.environ | {k: v for k, v in sagwan.env.items() if v},
        capture_output=True,
        text=True,
    )
    assert (ended.returncode, len(ended.stderr.splitlines()), said in ended.stderr) == (3, 1, True), ended.stderr


def test_a_user_without_a_home_is_told_so(sagwan: Sagwan) -> None:
    nobody = "import pwd, sys\ndef unknown(_): raise KeyError\npwd.getpwuid = unknown\nfrom crawler.cli import main\nmain()"
    gone = ("HOME", "XDG_CONFIG_HOME", "SAGWAN_PSEUDONYM_KEY", "SAGWAN_CONTACT")
    bare = {name: value for name, value in sagwan.environment().items() if name not in gone} | {"PYTHONPATH": str(ROOT)}
    key = {"SAGWAN_PSEUDONYM_KEY": str(sagwan.folder / "pseudonym.key")}
    (sagwan.archive / "warc").mkdir(parents=True)
    (sagwan.folder / "pseudonym.key").write_bytes(bytes(range(32)))
    said = "sagwan: this user has no home folder, where the pseudonym key and the contact lie: set HOME\n"
    nothing = f"sagwan: no WARC files under {sagwan.archive / 'warc'}: nothing to rebuild from\n"
    for more, args, told in (({}, ("rebuild",), (1, said)), (key, ("rebuild",), (1, nothing)), ({}, ("--help",), (0, ""))):
        command = [sys.executable, "-c", nobody, *args]
        ended = subprocess.run(command, cwd=sagwan.folder, env=bare | more, capture_output=True, text=True)
        assert (ended.returncode, ended.stderr) == told
