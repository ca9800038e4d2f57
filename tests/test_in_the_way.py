"""A folder, or a link that leads nowhere, under a name that is wanted for a file: one clear line, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests import people
from tests.conftest import Ended, Sagwan
from tests.people import REF
from tests.portal import Portal
from tests.test_redact_elsewhere import one_file

Make = Callable[..., Portal]
Write = Callable[..., Path]


def one_line(ended: Ended, path: Path) -> None:
    assert (ended.code, ended.out, len(ended.err.splitlines())) == (3, "", 1), ended
    assert f"{path} " in ended.err


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("archive.rebuilding.db", ()),
        ("archive.rebuilding.db", ("--accept",)),
        ("archive.rebuilding.db-wal", ()),
        ("search.db", ("--accept",)),
    ],
)
def test_a_folder_where_a_rebuild_writes_is_named(sagwan: Sagwan, name: str, args: tuple[str, ...]) -> None:
    one_file(sagwan)
    before = sagwan.rows("SELECT * FROM captures")
    (sagwan.archive / name).mkdir()
    one_line(sagwan("rebuild", *args), sagwan.archive / name)
    assert sagwan.rows("SELECT * FROM captures") == before
    assert list(sagwan.archive.glob("archive.before-*")) == []
    (sagwan.archive / name).rmdir()
    assert sagwan("rebuild", *args).code == 0


def test_a_link_to_nothing_where_a_rebuild_writes_is_removed(sagwan: Sagwan) -> None:
    one_file(sagwan)
    (sagwan.archive / "archive.rebuilding.db").symlink_to("/nonexistent/x")
    assert sagwan("rebuild").code == 0


def test_a_link_to_itself_stops_no_redaction(sagwan: Sagwan) -> None:
    one_file(sagwan)
    for path in (sagwan.archive / "logs" / "run.log.1", sagwan.archive / "manifest" / "x.json", sagwan.archive / "y"):
        path.parent.mkdir(exist_ok=True)
        path.symlink_to(path.name)
    people.redact(sagwan, REF)
    assert people.traces(sagwan.archive, people.PERSON, people.TEXT, people.NAME) == []


def test_a_database_that_is_a_link_to_itself_is_one_line(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    sagwan.archive.mkdir()
    (sagwan.archive / "archive.db").symlink_to("archive.db")
    site = portal(comments=5)
    ended = sagwan("collect", topic(site), "--connect-to", f"*={site.url}")
    assert (ended.code, ended.err.count("\n"), site.requests) == (3, 1, [])
    assert f"{sagwan.archive / 'archive.db'} cannot be written" in ended.err
