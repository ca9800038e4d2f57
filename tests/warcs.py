"""What an archive's WARC files hold, read by our reader; and whether warcio finds them whole."""

from __future__ import annotations

import contextlib
import io
import threading
from collections.abc import Iterator
from pathlib import Path

from warcio.checker import Checker

from archive.capture import Exchange
from archive.warc_reader import Group, exchange, files, read_groups, record_id


def groups(root: Path) -> Iterator[Group]:
    """Every exchange and event of an archive, in order."""
    for path in files(root):
        yield from read_groups(path)


def exchanges(root: Path, page: str | None = None) -> list[Exchange]:
    """The exchanges (of one page kind), in order."""
    found = [exchange(group) for group in groups(root) if group.values["kind"] == "exchange"]
    return [one for one in found if page is None or one.facts.page == page]


def events(root: Path, kind: str) -> list[dict[str, object]]:
    """The events of a kind, in order."""
    return [group.values for group in groups(root) if group.values["kind"] == kind]


def ids(root: Path) -> list[str]:
    """The record ids that stand for the exchanges, in order: the captures' `record`."""
    found = []
    for group in groups(root):
        if group.values["kind"] == "exchange":
            found.append(record_id(group.main()))
    return found


def warcinfos(root: Path) -> list[str]:
    """The text of every warcinfo record."""
    return [group.records[0].block.decode() for group in groups(root) if group.values["kind"] == "warcinfo"]


class _Told:
    verbose = False

    def __init__(self, names: list[str]) -> None:
        self.inputs = names


_ONE = threading.Lock()  # stdout is everybody's


def check(root: Path) -> None:
    """Fails unless warcio finds every file whole and every digest right, and none is left open."""
    found = files(root)
    assert found
    assert [path.name for path in found if path.name.endswith(".open")] == []
    told = io.StringIO()
    with _ONE, contextlib.redirect_stdout(told):
        code = Checker(_Told([str(path) for path in found])).process_all()
    assert not code, told.getvalue()
