"""A killed writer's file: whole exchanges stay, the torn tail is moved aside, wherever it was cut."""

from __future__ import annotations

import fcntl
import gzip
import random
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.archive import open_for_writing
from archive.catchup import catch_up
from archive.errors import Damaged, WriteFailed
from archive.pseudonym import Pseudonyms
from archive.recover import recover
from archive.store import Store
from archive.verify import verify
from archive.warc_reader import files, read_groups
from archive.warc_writer import WarcWriter
from crawler import pages
from tests.maker import DAY, KEY, Maker, row


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, bytes]:
    """The name and bytes of a small file."""
    root = tmp_path_factory.mktemp("made")
    maker = Maker(root)
    maker.walk([row(k) for k in range(20)], [row(k) for k in range(20, 30)])
    maker.close()
    (path,) = files(root)
    return path.name, path.read_bytes()


def left_open(root: Path, name: str, data: bytes) -> Path:
    """A file as a killed process leaves it."""
    path = root / "warc" / "2026" / "09" / "21" / f"{name}.open"
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    return path


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_cut_anywhere_nothing_whole_is_lost(
    made: tuple[str, bytes], tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    name, whole = made
    cut = data.draw(st.integers(0, len(whole)))
    root = tmp_path_factory.mktemp("cut")
    left_open(root, name, whole[:cut])
    recover(root, "daum")
    (path,) = files(root)
    kept = path.read_bytes()
    torn = b"".join(part.read_bytes() for part in path.parent.glob("*.torn"))
    assert path.name == name
    assert kept + torn == whole[:cut]
    ends = [group.end for group in read_groups(path)]
    assert len(kept) == (ends[-1] if ends else 0)
    db = open_for_writing(root / "archive.db", Pseudonyms(KEY))
    assert catch_up(root, "daum", Store(db, "daum", Pseudonyms(KEY), pages.parse)) == len(ends)
    db.close()


def test_a_file_that_somebody_writes_is_left_alone(made: tuple[str, bytes], tmp_path: Path) -> None:
    path = left_open(tmp_path, made[0], made[1][:-5])
    with path.open("r+b") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert recover(tmp_path, "daum") == []
    assert path.exists()
    assert len(recover(tmp_path, "daum")) == 1
    assert recover(tmp_path, "daum") == []


def test_the_next_run_goes_on_in_the_days_file(tmp_path: Path) -> None:
    for _ in range(2):
        maker = Maker(tmp_path)
        maker.walk([row(1)])
        maker.close()
    (path,) = files(tmp_path)
    kinds = [group.values["kind"] for group in read_groups(path)]
    assert kinds == ["warcinfo", "run_begun", "exchange", "walk_ended", "run_ended"] * 2
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_full_file_and_a_new_day_begin_a_new_one(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path, "daum", {"software": "test"}, rotate_at=2000)
    for day in (0, 0, 0, 1, 0):  # the last one: the clock was set back by a day
        now = DAY + day * 86_400_000
        writer.write([{"kind": "run_ended", "at": now, "run": "x" * random.Random(day).randint(900, 1000)}], now)
    writer.close()
    names = [path.name.split("-")[2:4] for path in files(tmp_path)]
    assert names == sorted(names)
    assert [day for day, _ in names] == sorted(day for day, _ in names)
    assert names[-1][0] == "20260922"
    assert sum(1 for path in files(tmp_path) for _ in read_groups(path)) == 5 + len(names)


def test_a_writer_does_not_share_its_file(tmp_path: Path) -> None:
    one, two = (WarcWriter(tmp_path, "daum", {"software": "test"}) for _ in range(2))
    one.write([{"kind": "run_ended", "at": DAY}], DAY)
    two.write([{"kind": "run_ended", "at": DAY}], DAY)  # an open file is another's: it begins its own
    assert len(files(tmp_path)) == 2
    one.close()
    two.close()


@given(st.binary(max_size=400), st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_break_the_reader(tmp_path_factory: pytest.TempPathFactory, junk: bytes, packed: bool) -> None:
    path = tmp_path_factory.getbasetemp() / "sagwan-daum-20260921-00001-h.warc.gz"
    path.write_bytes(gzip.compress(junk) if packed else junk)
    if junk or packed:
        with pytest.raises(Damaged, match=path.name):
            list(read_groups(path))
    else:
        assert list(read_groups(path)) == []


def test_a_folder_that_cannot_be_written_is_our_own_error(tmp_path: Path) -> None:
    (tmp_path / "warc").write_text("in the way")
    with pytest.raises(WriteFailed, match="cannot write"):
        WarcWriter(tmp_path, "daum", {}).write([{"kind": "run_ended", "at": DAY}], DAY)


def test_an_old_copy_of_an_open_file_does_not_take_the_complete_one_s_place(made: tuple[str, bytes], tmp_path: Path) -> None:
    """Backups without --delete keep a copy under both names; both come back with them."""
    name, whole = made
    middle = [group.end for group in read_groups(left_open(tmp_path / "x", name, whole))][1]
    for stale in (whole[:middle], whole[: middle + 20], whole[:middle] + b"another story"):
        root = tmp_path / str(len(stale))
        opened = left_open(root, name, stale)
        closed = opened.with_name(name)
        closed.write_bytes(whole)
        assert files(root) == [closed]
        (said,) = recover(root, "daum")
        assert f"{name} is there too, and is not its beginning: moved to " in said
        assert closed.read_bytes() == whole
        assert [part.read_bytes() for part in opened.parent.glob("*.torn")] == [stale]
        assert not opened.exists()


def test_a_longer_open_file_takes_the_place_of_its_own_beginning(made: tuple[str, bytes], tmp_path: Path) -> None:
    """The backup of docs/backup.md has the file as it was closed, and as the next run went on in it."""
    name, whole = made
    opened = left_open(tmp_path, name, whole)
    closed = opened.with_name(name)
    closed.write_bytes(whole[: [group.end for group in read_groups(opened)][1]])
    assert files(tmp_path) == [opened]
    result = verify(tmp_path, None, pages.parse)
    assert result.findings == []
    assert f"{name}: a copy of the beginning of {name}.open" in result.notes
    assert recover(tmp_path, "daum") == [f"{name}.open: closed after a crash, nothing torn"]
    assert (closed.read_bytes(), list(closed.parent.iterdir())) == (whole, [closed])


def test_rows_were_made_of_the_longer_one_so_it_is_not_moved(tmp_path: Path) -> None:
    """The closed copy of its beginning has a wrong byte: it must not take the place of what the rows came from."""
    maker = Maker(tmp_path)
    maker.walk([row(k) for k in range(20)], [row(k) for k in range(20, 30)])
    maker.close()
    (closed,) = files(tmp_path)
    whole = closed.read_bytes()
    opened = closed.rename(closed.with_name(f"{closed.name}.open"))
    beginning = bytearray(whole[: [group.end for group in read_groups(opened)][2]])
    beginning[200] ^= 255
    closed.write_bytes(beginning)
    with closing(open_for_writing(tmp_path / "archive.db", Pseudonyms(KEY))) as db:
        store = Store(db, "daum", Pseudonyms(KEY), pages.parse)
        for kept in (whole, whole[:-100]):  # also where that lost its end meanwhile
            opened.write_bytes(kept)
            with pytest.raises(WriteFailed, match=f"{closed.name} is not the beginning of {opened.name}.*out of warc/"):
                recover(tmp_path, "daum", store.stored_to)
            assert (opened.read_bytes(), closed.read_bytes()) == (kept, bytes(beginning))
        opened.write_bytes(whole)
        closed.rename(tmp_path / "elsewhere")  # as it says
        assert recover(tmp_path, "daum", store.stored_to) == [f"{opened.name}: closed after a crash, nothing torn"]
        assert catch_up(tmp_path, "daum", store) == 0
    assert verify(tmp_path, Pseudonyms(KEY), pages.parse).findings == []


def test_two_that_say_different_things_are_found(made: tuple[str, bytes], tmp_path: Path) -> None:
    name, whole = made
    opened = left_open(tmp_path, name, whole)
    opened.with_name(name).write_bytes(whole[:100] + b"x" * 10)
    assert f"{name}: {name}.open is there too, and they do not say the same" in verify(tmp_path, None, pages.parse).findings


def test_what_rows_were_made_of_is_no_torn_tail(tmp_path: Path) -> None:
    """A byte went bad in an open file, long before its end: only what was never stored is moved aside."""
    maker = Maker(tmp_path)
    maker.walk([row(k) for k in range(20)], [row(k) for k in range(20, 30)])
    maker.writer.close()
    maker.db.close()
    (path,) = files(tmp_path)
    path = path.rename(path.with_name(f"{path.name}.open"))
    ends = [group.end for group in read_groups(path)]
    data = bytearray(path.read_bytes())
    data[ends[1] + 200] ^= 255
    path.write_bytes(bytes(data) + b"torn")
    db = open_for_writing(tmp_path / "archive.db", Pseudonyms(KEY))
    store = Store(db, "daum", Pseudonyms(KEY), pages.parse)
    (said,) = recover(tmp_path, "daum", store.stored_to)
    assert f"damaged ({path.name} at {ends[1]}: " in said
    assert f"4 torn bytes from {ends[-1]} on moved to " in said
    assert catch_up(tmp_path, "daum", store) == 0
    db.close()
    (path,) = files(tmp_path)
    assert path.read_bytes() == bytes(data)
    Maker(tmp_path).close()  # the next run goes on
    kinds = [group.values["kind"] for group in read_groups(files(tmp_path)[0], ends[-1])]
    assert kinds == ["warcinfo", "run_begun", "run_ended"]
