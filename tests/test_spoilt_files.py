"""No bytes break the WARC reader or recovery: only Damaged is raised, reading goes on and ends, nothing is thrown away."""

from __future__ import annotations

import contextlib
import gzip
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from archive.errors import Damaged
from archive.recover import recover
from archive.warc_damage import next_group
from archive.warc_reader import Group, Record, exchange, files, read_groups, read_records
from tests.maker import Maker, row

NAME = "sagwan-daum-20260921-00001-h.warc.gz"
# What a header, a length or the JSON of a metadata record may be instead.
ODD = [
    b"", b"\0", b"\r\n", b"\r\n\r\n", b":", b"9" * 5000, "٣".encode(), b"-1", b"\xff", b"[" * 3000, b'{"kind":"exchange"}',
    b"null", b"WARC/1.0", b"Content-Length: 9", b"metadata", b"warcinfo", b"\xed\xa0\x80", b"\\ud800", b'"at":"x"',
    b'"sent":1e999', b"1" * 400, b'{"kind":"\x80"}', b'{"\x80":1}',
]  # fmt: skip
SETTINGS = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


class Members(list[bytes]):
    """The records of a good file, out of their gzip members."""

    def __repr__(self) -> str:
        return f"{len(self)} records"


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Members:
    root = tmp_path_factory.mktemp("good")
    maker = Maker(root)
    maker.walk([row(k) for k in range(20)], [row(k) for k in range(20, 30)])
    maker.close()
    (path,) = files(root)
    data = path.read_bytes()
    return Members(gzip.decompress(data[r.offset : r.offset + r.length]) for r in read_records(path))


def packed(parts: list[bytes]) -> bytes:
    return b"".join(gzip.compress(part, 1, mtime=0) for part in parts)


def read_all(path: Path) -> list[Record]:
    """Reads a file as a rebuild does, behind every damage too."""
    found: list[Record] = []
    start: int | None = 0
    while start is not None:
        damage: Damaged | None = None
        try:
            for group in read_groups(path, start):
                assert group.offset >= start
                found += group.records
                if group.values["kind"] == "exchange":
                    exchange(group)
        except Damaged as error:
            damage = error
        begun, start = start, None if damage is None else next_group(path, damage.at)
        assert damage is None or start is None or start > damage.at >= begun
    return found


def spoil(parts: Members, data: st.DataObject) -> bytes:
    """The file with something else in one record, or in its compressed bytes."""
    made = list(parts)
    for _ in range(data.draw(st.integers(1, 2))):
        n = data.draw(st.integers(0, len(made) - 1))
        part = made[n]
        at, width = data.draw(st.integers(0, min(len(part), 900))), data.draw(st.integers(0, 40))
        made[n] = part[:at] + data.draw(st.sampled_from(ODD) | st.binary(max_size=6)) + part[at + width :]
    whole = packed(made)
    if data.draw(st.booleans()):
        at = data.draw(st.integers(0, len(whole)))
        whole = whole[:at] + data.draw(st.binary(max_size=30)) + whole[at + data.draw(st.integers(0, 30)) :]
    return whole


@SETTINGS
@given(data=st.data())
def test_a_spoilt_file_is_read_to_its_end(good: Members, tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / NAME
    path.write_bytes(spoil(good, data))
    read_all(path)


@SETTINGS
@given(junk=st.binary(max_size=400), packing=st.booleans())
@example(junk=b"WARC/1.1\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n", packing=True)
@example(junk=b"\x1f\x8b\x08" * 100, packing=False)
def test_chance_is_read_to_its_end(tmp_path: Path, junk: bytes, packing: bool) -> None:
    path = tmp_path / NAME
    path.write_bytes(packed([junk]) if packing else junk)
    assert read_all(path) == []


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_any_length_and_any_metadata_is_damage(good: Members, tmp_path: Path, odd: bytes) -> None:
    path = tmp_path / NAME
    head, _, block = good[-1].partition(b"\r\n\r\n")
    other = (
        head.replace(b"Content-Length: %d" % (len(block) - 4), b"Content-Length: %d" % len(odd))
        + b"\r\n\r\n"
        + odd
        + b"\r\n\r\n"
    )
    for last in (other, good[-1].replace(b"Content-Length: ", b"Content-Length: " + odd + b"\r\nX: ")):
        path.write_bytes(packed([*good[:-1], last]))
        before = sum(len(group.records) for group in until_damage(path))
        assert before in (len(good) - 1, len(good))
        read_all(path)


def until_damage(path: Path) -> list[Group]:
    """The groups before the first damage."""
    found: list[Group] = []
    with contextlib.suppress(Damaged):
        for group in read_groups(path):
            found.append(group)
    return found


@SETTINGS
@given(data=st.data())
def test_what_a_killed_run_left_is_whole_groups_and_the_rest_aside(
    good: Members, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    root = tmp_path_factory.mktemp("left")
    path = root / "warc" / "2026" / "09" / "21" / f"{NAME}.open"
    path.parent.mkdir(parents=True)
    whole = spoil(good, data)[: data.draw(st.integers(0, 1 << 20))]
    path.write_bytes(whole)
    groups = until_damage(path)
    recover(root, "daum")
    (closed,) = files(root)
    assert closed.name == NAME
    kept = closed.read_bytes()
    torn = b"".join(part.read_bytes() for part in closed.parent.glob("*.torn"))
    assert kept + torn == whole
    assert len(list(read_groups(closed))) == len(groups)
    assert len(kept) == (groups[-1].end if groups else 0)
    assert recover(root, "daum") == []
