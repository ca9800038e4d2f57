"""The low-water mark: a run ends before it takes what is kept free of the disk, and nothing is lost by it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from archive.space import left, space
from crawler.errors import Misuse
from crawler.room import keep_free
from tests.conftest import Sagwan
from tests.faults import proofs
from tests.faults.disks import small_disk
from tests.faults.stage import NotHere, Stage
from tests.maker import Maker, row
from tests.portal import Portal

MB = 10**6
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


def test_a_run_ends_at_the_mark_and_the_next_one_goes_on(tmp_path: Path) -> None:
    with Stage(tmp_path, short=True) as stage:
        try:
            _on_a_small_disk(stage)
        except NotHere as why:
            pytest.skip(str(why))


def _on_a_small_disk(stage: Stage) -> None:
    with small_disk(stage, "16m") as disk:
        site = stage.portal(articles=3, comments=60)
        file = stage.topic(site)
        stage.move("disk/archive")
        stage.sagwan.env["SAGWAN_KEEP_FREE"] = "4MB"
        filler = disk / "filler"

        def fill(host: str, path: str) -> None:
            if len(site.requests) == 6:
                filler.write_bytes(bytes(left(disk)[0] - 3 * MB))

        site.on_request(fill)
        shown = stage.collect(site, file)
        assert (shown.code, shown.verdicts) == (3, ["failed"])
        shown.says("less than the 4 MB that are kept free")
        assert len(site.requests) < 26  # what was on its way; nothing new
        assert stage.sagwan.rows("SELECT count(*) FROM captures") == [(len(proofs.exchanges(stage.sagwan.archive)),)]
        assert stage.sagwan.rows("SELECT verdict FROM runs") == [("failed",)]  # its end could be written
        assert list(stage.sagwan.archive.rglob("*.open")) == []
        proofs.agree(stage.sagwan, rebuild=False)
        filler.unlink()
        stage.heals(site, file, 180)


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
