"""A closed file that lost its end: who does what the run says has a whole archive again, and can go on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from archive.warc_reader import files, read_groups
from tests.conftest import Sagwan
from tests.faults import proofs
from tests.portal import Portal


@pytest.mark.parametrize(("into", "torn"), [(30, 1), (0, 1), (None, 0)], ids=["in a record", "in an exchange", "between two"])
def test_what_the_line_says_mends_a_file_that_was_cut(
    sagwan: Sagwan, portal: Callable[..., Portal], topic: Callable[..., Path], into: int | None, torn: int
) -> None:
    site = portal(comments=30)
    one = topic(site)
    assert sagwan.collect(site, one).code == 0
    (path,) = files(sagwan.archive)
    group = [group for group in read_groups(path) if group.values["kind"] == "exchange"][-1]
    cut = group.offset if into is None else group.records[-1].offset + into
    path.write_bytes(path.read_bytes()[:cut])
    ended = sagwan.collect(site, one)
    assert (ended.code, ended.err.count("\n")) == (3, 1), ended.err
    assert f"{path.name}: ends at {cut}, but records were stored up to " in ended.err
    assert f"Where there is none, rename it to {path.name}.open and start a run: it moves " in ended.err
    assert ended.err.endswith("Then `sagwan rebuild --accept` keeps what the file says\n")
    path.rename(path.with_name(f"{path.name}.open"))
    assert sagwan.collect(site, one).code == 3
    assert len(list(path.parent.glob("*.torn"))) == torn
    assert "swapped in; " in sagwan("rebuild", "--accept").out
    again = sagwan.collect(site, one).only
    assert (again["verdict"], again["comments"], again["alarms"]) == ("ok", 30, [])
    proofs.agree(sagwan, rebuild=True)
