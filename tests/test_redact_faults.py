"""sagwan redact, cut short, refused, or only asked."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive.lock import SourceLock
from archive.redacted import UNDER_WAY
from archive.warc_reader import files
from crawler import contact, provenance  # noqa: F401  (loaded once, not in every process that dies)
from crawler.commands.redact import redact
from tests import people
from tests.conftest import Sagwan
from tests.maker import ARTICLE, Maker, row
from tests.people import ACCOUNT, NAME, PERSON, REF, TEXT, pseudonym
from tests.portal import Portal
from tests.test_rebuild import same
from tests.warcs import check, events

REASON = ("--reason", "요청 17/2026", "--yes")


def dying(calls: int, sagwan: Sagwan) -> bool:
    """Redacts in a process that is killed before its nth step onto the disk; whether it got to the end."""
    pid = os.fork()
    if pid == 0:
        left = calls

        def counted(real: Callable[..., Any]) -> Callable[..., Any]:
            def call(*args: Any, **named: Any) -> Any:
                nonlocal left
                left -= 1
                if left < 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                return real(*args, **named)

            return call

        os.fsync, os.replace, os.rename, os.unlink = map(counted, (os.fsync, os.replace, os.rename, os.unlink))
        os.environ.clear()
        os.environ.update(sagwan.environment())
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        code = 1
        try:
            code = redact.main([REF, *REASON], standalone_mode=False)
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def test_killed_anywhere_the_same_command_finishes_it(sagwan: Sagwan) -> None:
    """Before each fsync, rename and removal. Between the kills nobody collects, and nothing is lost."""
    people.ready(sagwan)
    people.crowd(sagwan.archive, 1).close()
    later = Maker(sagwan.archive)  # and a second file
    later.now += 86_400_000
    later.writer.close()
    later.page(people.neighbours(2))
    later.close()
    before = people.history(sagwan.archive)
    whole = sagwan.folder / "whole"
    shutil.copytree(sagwan.archive, whole)
    unfinished = 0
    for calls in range(200):
        shutil.rmtree(sagwan.archive)
        shutil.copytree(whole, sagwan.archive)
        if dying(calls, sagwan):
            break
        if (sagwan.archive / UNDER_WAY).exists():
            unfinished += 1
        if unfinished == 5:
            other = sagwan("redact", f"daum:{ARTICLE}#{PERSON + 1}", *REASON)
            assert (other.code, "cut short" in other.err) == (1, True)
        ended = sagwan("redact", REF, *REASON)
        assert ended.code == 0, ended.err
        assert people.traces(sagwan.archive, PERSON, TEXT, NAME, ACCOUNT, pseudonym(ACCOUNT), pseudonym(NAME)) == [], calls
        assert calls % 4 or people.history(sagwan.archive) == before
        assert len(events(sagwan.archive, "redaction")) == 1
        assert not (sagwan.archive / UNDER_WAY).exists()
        assert [p.name for p in sagwan.archive.rglob("*") if p.name.endswith((".redacting", ".open", ".torn", ".tmp"))] == []
    assert unfinished > 8
    same(sagwan.archive)
    check(sagwan.archive)


def test_nobody_collects_into_a_half_redacted_archive(
    sagwan: Sagwan, portal: Callable[..., Portal], topic: Callable[..., Path]
) -> None:
    people.ready(sagwan)
    people.crowd(sagwan.archive).close()
    (sagwan.archive / UNDER_WAY).write_text("{}")
    site = portal(comments=3)
    ended = sagwan.collect(site, topic(site))
    assert ended.code == 1
    assert "cut short: run the same `sagwan redact` again" in ended.out + ended.err


def tree(root: Path) -> dict[str, bytes]:
    """Every file but locks and what SQLite keeps beside a database."""
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file() and "lock" not in p.name}


def test_a_dry_run_changes_nothing_and_says_how_much_it_is(sagwan: Sagwan) -> None:
    people.ready(sagwan)
    people.crowd(sagwan.archive).close()
    before = tree(sagwan.archive)
    ended = sagwan("redact", REF, "--reason", "x", "--dry-run", "--json")
    (path,) = files(sagwan.archive)
    assert ended.code == 0
    assert ended.only == {
        **{"ref": REF, "what": "comment", "comments": 1, "captures": 6, "others": 0, "unread": 1},
        "files": {path.name: 6},
    }
    assert tree(sagwan.archive) == before


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ([REF, "--reason", "x"], "nobody is there to be asked"),
        ([REF], "Missing option '--reason'"),
        ([REF, "--reason", f"about {PERSON}", "--yes"], "neither the comment's nor the account's id"),
        ([f"daum:{ARTICLE}", *REASON], "is an article"),
        ([f"daum:{ARTICLE}#1", *REASON], "no comment #1"),
        ([f"daum:{ARTICLE}#redacted-12", *REASON], "there is nothing more of it"),
        (["daum:@" + "0" * 32, *REASON], "no comment of the account"),
        (["daum:@12", *REASON], "is an article: write source:article#comment, or source:@ACCOUNT"),
        (["nosuch:1#2", *REASON], "no source 'nosuch'"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_changes_nothing(sagwan: Sagwan, args: list[str], said: str) -> None:
    people.ready(sagwan)
    people.crowd(sagwan.archive, 1).close()
    before = tree(sagwan.archive)
    ended = sagwan("redact", *args)
    assert (ended.code, ended.err.count("\n")) == (1, 1), ended.err
    assert said in ended.err
    assert tree(sagwan.archive) == before


def test_not_while_a_run_is_living(sagwan: Sagwan) -> None:
    people.ready(sagwan)
    people.crowd(sagwan.archive, 1).close()
    lock = SourceLock(sagwan.archive, "daum")
    assert lock.take()
    before = tree(sagwan.archive)
    ended = sagwan("redact", REF, *REASON)
    lock.release()
    assert (ended.code, ended.err.count("\n")) == (1, 1)
    assert "is collecting daum: try again when it has ended" in ended.err
    assert tree(sagwan.archive) == before


def test_a_damaged_archive_is_not_redacted(sagwan: Sagwan) -> None:
    people.ready(sagwan)
    people.crowd(sagwan.archive, 1).close()
    (path,) = files(sagwan.archive)
    data = path.read_bytes()
    path.write_bytes(data[:900] + b"xxxx" + data[904:])
    before = tree(sagwan.archive)
    ended = sagwan("redact", REF, *REASON)
    assert (ended.code, ended.err.count("\n")) == (2, 1)
    assert tree(sagwan.archive) == before


def test_what_may_still_hold_the_person_is_named(sagwan: Sagwan) -> None:
    people.ready(sagwan)
    people.crowd(sagwan.archive, 1).close()
    assert sagwan("rebuild", "--accept").code == 0
    (sagwan.archive / "export").mkdir()
    (sagwan.archive / "export" / "comments.csv").write_text(TEXT)
    out = people.redact(sagwan, REF)
    named = [line.partition("hold the person: ")[2] for line in out.splitlines() if line.startswith("note: ")]
    assert [Path(line.split(": look")[0]).name.partition("-")[0] for line in named] == ["archive.before", "comments.csv"]


def test_what_a_killed_run_left_is_redacted_too(sagwan: Sagwan) -> None:
    people.ready(sagwan)
    maker = people.crowd(sagwan.archive, 1)
    maker.page([people.persons(5), row(PERSON + 3)])
    placed = maker.writer.write([maker.exchange("https://x/", "daum.new", f"{PERSON}".encode())], maker.now)  # no rows
    assert placed
    os.close(os.dup(0))
    maker.writer._file.close()  # type: ignore[union-attr]
    maker.db.close()
    ended = sagwan("redact", REF, *REASON)
    assert ended.code == 0, ended.err
    assert "closed after a crash" in ended.err
    assert people.traces(sagwan.archive, PERSON, TEXT, NAME) == []
    same(sagwan.archive)


def test_a_run_says_who_is_seen_again(sagwan: Sagwan, portal: Callable[..., Portal], topic: Callable[..., Path]) -> None:
    site = portal(comments=5)
    one = topic(site)
    assert sagwan.collect(site, one).only["notes"] == []
    ((ref, account),) = sagwan.rows(
        "SELECT 'daum:' || a.key || '#' || c.key, lower(hex(v.account)) FROM comments c JOIN articles a ON a.id = c.article "
        "JOIN comment_versions v ON v.comment = c.id ORDER BY c.id LIMIT 1"
    )
    ended = sagwan("redact", f"daum:@{account}", *REASON)
    assert ended.code == 0, ended.err
    notes = sagwan.collect(site, one).only["notes"]
    assert f"{ref} was redacted before, and was seen again since: `sagwan redact` it again" in notes
    assert [note.partition(" ")[0] for note in notes][-1] == f"daum:@{account}"
    assert sagwan("redact", f"daum:@{account}", *REASON).code == 0
    assert sagwan("verify").code == 0


@pytest.mark.parametrize("spoilt", [b"", b"[", b'{"uuid":"\x80"}', b"[" * 200_000])
def test_what_a_redaction_left_of_itself_may_be_spoilt(sagwan: Sagwan, spoilt: bytes) -> None:
    people.ready(sagwan)
    people.crowd(sagwan.archive, 1).close()
    (sagwan.archive / UNDER_WAY).write_bytes(spoilt)
    ended = sagwan("redact", REF, *REASON)
    assert (ended.code, len(ended.err.splitlines())) == (1, 1), ended.err
    assert f"{UNDER_WAY} cannot be read: remove it" in ended.err
