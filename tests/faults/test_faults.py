"""The short part of `make faults`, and that its proofs can fail."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import Sagwan, write_topic
from tests.faults import proofs, table
from tests.faults.__main__ import written
from tests.faults.catalogue import Fault, run
from tests.faults.families import FAULTS
from tests.faults.lists import counted_repeats
from tests.faults.stage import NotHere, Proven, Stage
from tests.portal import Portal

SHORT = [fault for fault in FAULTS if not fault.long]


@pytest.mark.parametrize("fault", SHORT, ids=lambda fault: fault.name)
def test_it_is_held(fault: Fault) -> None:
    outcome = run(fault, short=True)
    if outcome.state == "not run here":
        pytest.skip(outcome.proof)
    assert outcome.state == "held", outcome.proof
    assert outcome.seen
    assert outcome.proof


def test_every_fault_has_a_name_of_its_own_and_a_heading() -> None:
    names = [fault.name for fault in FAULTS]
    assert len(set(names)) == len(names) > 40
    assert len(SHORT) > 30
    assert {fault.family for fault in FAULTS} == set(table.FAMILIES)


# -- the proofs can fail


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Portal]]:
    """The folder of an archive of which every proof holds, and its portal."""
    sagwan = Sagwan(tmp_path_factory.mktemp("whole"))
    with Portal(articles=1, comments=150) as site:
        assert sagwan.collect(site, write_topic(sagwan.folder, site)).code == 0
        proofs.agree(sagwan)
        proofs.same_number(sagwan, site)
        proofs.acknowledged(sagwan, site.requests)
        assert (proofs.nothing_invented(sagwan, site), counted_repeats_of(sagwan)) == (150, 0)
        yield sagwan.folder, site


@pytest.fixture
def collected(whole: tuple[Path, Portal], tmp_path: Path) -> tuple[Sagwan, Portal]:
    """A copy of it."""
    shutil.copytree(whole[0], tmp_path / "copy")
    return Sagwan(tmp_path / "copy"), whole[1]


def counted_repeats_of(sagwan: Sagwan) -> int:
    stage = Stage(sagwan.folder, short=True)
    stage.sagwan = sagwan
    return counted_repeats(stage)


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM capture_rows WHERE id = 3",
        "UPDATE capture_rows SET offset = offset + 1 WHERE id = 3",
        "UPDATE observations SET likes = likes + 1 WHERE comment = 7",
        "UPDATE comment_versions SET text = 'x' WHERE comment = 7",
        "UPDATE walk_ended SET repeats = 1",
    ],
)
def test_a_changed_row_is_seen(collected: tuple[Sagwan, Portal], damage: str) -> None:
    sagwan, site = collected
    with closing(sqlite3.connect(sagwan.archive / "archive.db")) as db:
        db.execute(damage)
        db.commit()
    with pytest.raises(AssertionError):
        proofs.agree(sagwan)
    if "observations" in damage or "versions" in damage:
        with pytest.raises(AssertionError):
            proofs.nothing_invented(sagwan, site)
    if "offset" in damage:
        with pytest.raises((AssertionError, Exception)):
            proofs.no_row_without_bytes(sagwan)
    if "repeats" in damage:
        with pytest.raises(AssertionError):
            counted_repeats_of(sagwan)


def test_a_lost_answer_is_seen(collected: tuple[Sagwan, Portal]) -> None:
    sagwan, site = collected
    lost = site.requests[4] | {"digest": "0" * 64}
    with pytest.raises(AssertionError, match="acknowledged and lost"):
        proofs.acknowledged(sagwan, [*site.requests[:4], lost])
    site.forget_requests()
    with pytest.raises(AssertionError):
        proofs.same_number(sagwan, site)


def fails(stage: Stage) -> Proven:
    raise AssertionError("a | b")


def cannot(stage: Stage) -> Proven:
    raise NotHere("no right to mount")


def holds(stage: Stage) -> Proven:
    return Proven("daum: t: ok\nalarm: clock: x | y", "2", "nothing lost")


def test_a_row_that_is_not_held_is_said_and_ends_with_1(tmp_path: Path) -> None:
    ran = [run(Fault(f.__name__, "disk", "a fault", f), short=True) for f in (fails, cannot, holds)]
    assert [one.state for one in ran] == ["NOT held", "not run here", "held"]
    path = tmp_path / "page.md"
    assert written(ran, path) == 1
    assert written(ran[1:], path) == 0
    text = table.page(ran)
    assert "1 of 3 rows held, 1 not run here." in text
    assert "**NOT held**" in text
    assert "no right to mount" in text
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in text.splitlines() if line.startswith("|")} == {6}
