"""The low-water mark: nothing begins where less is left than is kept free. What it does to a run: tests/faults/disks.py."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from archive.space import left, space
from crawler.errors import Misuse
from crawler.room import keep_free
from tests.conftest import Sagwan
from tests.maker import Maker, row
from tests.portal import Portal

DAY = 86_400_000


@pytest.mark.parametrize(
    ("text", "bytes_"),
    [("5GB", 5 * 10**9), ("1.5 m", 1_500_000), ("5000000000", 5 * 10**9), ("2 TB", 2 * 10**12), ("50 kb", 50_000)],
)
def test_a_size_in_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, bytes_: int) -> None:
    monkeypatch.setenv("SAGWAN_KEEP_FREE", text)
    assert keep_free(tmp_path) == bytes_


def test_a_part_of_the_disk_and_the_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    disk = left(tmp_path / "not" / "made" / "yet")[1]
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("SAGWAN_KEEP_FREE", raising=False)
    assert keep_free(tmp_path) == min(10**9, int(disk * 0.02))
    (tmp_path / "sagwan").mkdir()
    (tmp_path / "sagwan" / "config.toml").write_text('contact = "a@example.org"\nkeep_free = "3%"\n')
    assert keep_free(tmp_path) == int(disk / 100 * 3)


@pytest.mark.parametrize("text", ["much", "5 GiB", "-1", "100%", "1e9", "٣GB", "5GB or so"])
def test_what_is_no_size_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str) -> None:
    monkeypatch.setenv("SAGWAN_KEEP_FREE", text)
    with pytest.raises(Misuse, match="write 5GB or 3%"):
        keep_free(tmp_path)


def test_nothing_begins_below_the_mark(sagwan: Sagwan, portal: Callable[..., Portal], topic: Callable[..., Path]) -> None:
    site = portal(comments=20)
    sagwan.env["SAGWAN_KEEP_FREE"] = "x"
    ended = sagwan.collect(site, topic(site))
    assert (ended.code, "is no size: write 5GB or 3%" in ended.err) == (1, True)
    sagwan.env["SAGWAN_KEEP_FREE"] = "99.99%"
    ended = sagwan.collect(site, topic(site))
    assert (ended.code, ended.only["verdict"], ended.only["captures"]) == (3, "failed", 0)
    assert "make room, or set SAGWAN_KEEP_FREE" in ended.only["why"]
    assert site.requests == []
    assert not sagwan.archive.exists()
    sagwan.env["SAGWAN_KEEP_FREE"] = "1kB"
    assert sagwan.collect(site, topic(site)).only["verdict"] == "ok"
    sagwan.env["SAGWAN_KEEP_FREE"] = "99.99%"
    assert sagwan("status").code == 2
    assert "that are kept free: nothing is collected" in sagwan("status").out


def test_nothing_due_needs_no_room(sagwan: Sagwan, portal: Callable[..., Portal], topic: Callable[..., Path]) -> None:
    site = portal(comments=5)
    assert sagwan.collect(site, topic(site), "--due").only["verdict"] == "ok"
    sagwan.env["SAGWAN_KEEP_FREE"] = "99.99%"
    ended = sagwan.collect(site, topic(site), "--due")
    assert (ended.code, ended.only["run"]) == (0, None)


def test_growth_is_that_of_the_last_whole_days(tmp_path: Path) -> None:
    maker = Maker(tmp_path)
    maker.page([row(1, 5)])
    begun = maker.now
    assert space(tmp_path, begun).a_day is None  # nobody knows before a day is over
    maker.close()
    one = space(tmp_path, begun + DAY)
    assert one.a_day == one.taken
    four = space(tmp_path, begun + 4 * DAY)
    assert four.a_day is not None
    assert abs(four.a_day - one.taken / 4) <= 1  # three days without a byte are days
    assert four.days_left(four.left) == 0
    assert four.days_left(0) == round(four.left / four.a_day, 1)
    assert (space(tmp_path, begun + 30 * DAY).a_day, space(tmp_path, begun + 30 * DAY).days_left(0)) == (0, None)
