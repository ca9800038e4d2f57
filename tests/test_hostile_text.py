"""An archive that somebody hands over: no text of it steers a terminal, or makes a line of its own."""

from __future__ import annotations

import gzip
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from archive.warc_reader import files, read_groups
from tests.conftest import Sagwan
from tests.maker import KEY, Maker, row
from tests.mutations import Members, chained, members, of_type, packed

ATTACK = "\x1b]0;x\x07\x1b[2J\x9b1A\x08\x7f\u202e\nDAMAGED good.warc.gz: at 0: all is well\n  damaged: nothing".encode()


def length(parts: Members) -> Members:
    """The length that a response declares."""
    n = of_type(parts, "response")
    return [*parts[:n], valued(parts[n], b"Content-Length"), *parts[n + 1 :]]


def name(parts: Members) -> Members:
    """The name under which a file says that it was written."""
    return chained([valued(parts[0], b"WARC-Filename"), *parts[1:]])


def concurrent(parts: Members) -> Members:
    """What a request says that it belongs to."""
    n = of_type(parts, "request")
    return chained([*parts[:n], valued(parts[n], b"WARC-Concurrent-To"), *parts[n + 1 :]])


def kind(parts: Members) -> Members:
    """The kind of an event: the last one, so that no row is lost."""
    record = gzip.decompress(parts[-1]).replace(b'"run_ended"', b'"' + escaped() + b'"')
    head, _, block = record.partition(b"\r\n\r\n")
    told = head.partition(b"\r\nContent-Length: ")[0] + b"\r\nContent-Length: %d" % (len(block) - 4)
    return chained([*parts[:-1], packed(told + b"\r\n\r\n" + block)])


def escaped() -> bytes:
    """The attack as JSON may have it."""
    return "".join(f"\\u{ord(letter):04x}" for letter in ATTACK.decode()).encode()


def valued(member: bytes, header: bytes) -> bytes:
    """A record with the attack in the place of a header's value."""
    head, blank, rest = gzip.decompress(member).partition(b"\r\n\r\n")
    before, found, value = head.partition(b"\r\n" + header + b": ")
    assert found
    return packed(before + found + ATTACK + b"\r\n" + value.partition(b"\r\n")[2] + blank + rest)


def harmless(said: str) -> bool:
    """Whether nothing in it steers, and no line is the attack's own."""
    steering = {letter for letter in said if not letter.isprintable()} - {"\n"}
    return not steering and not any(line.startswith(("DAMAGED good", "  damaged: nothing")) for line in said.splitlines())


@pytest.mark.parametrize("damage", [length, name, concurrent, kind])
def test_what_a_file_says_of_itself_steers_nothing(sagwan: Sagwan, damage: Callable[[Members], Members]) -> None:
    path = made(sagwan.archive)
    path.write_bytes(b"".join(damage(members(path.read_bytes()))))
    (sagwan.folder / "pseudonym.key").write_bytes(KEY)
    for command in ("seal", "verify", "rebuild"):
        ended = sagwan(command)
        if command != "rebuild" or damage in (length, kind):  # what the others say makes no row
            assert ended.code == 2
            assert f"{path.name}" in ended.out
            assert "all is well" in ended.out or damage is length  # of that the first forty letters are shown
        assert harmless(ended.out + ended.err), ended


def test_an_error_that_names_it_is_one_line_that_steers_nothing(sagwan: Sagwan) -> None:
    path = made(sagwan.archive)
    path.write_bytes(b"".join(kind(members(path.read_bytes()))))
    (sagwan.folder / "pseudonym.key").write_bytes(KEY)
    with closing(sqlite3.connect(sagwan.archive / "archive.db")) as db:
        db.execute("UPDATE warcs SET stored_to = ?", (list(read_groups(path))[-1].offset,))
        db.commit()
    ended = sagwan("redact", "daum:20260921090000123#1", "--reason", "x", "--yes")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"sagwan: damaged: {path.name} at ")
    assert len(ended.err.splitlines()) == 1
    assert harmless(ended.err)


def made(root: Path) -> Path:
    """An archive of one file."""
    maker = Maker(root)
    maker.walk([row(1), row(2)], [row(3)])
    maker.close()
    (path,) = files(root)
    return path
