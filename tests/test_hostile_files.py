"""An archive that somebody hands over: what stands under warc/ may be anything, and `verify` says so in one line each."""

from __future__ import annotations

import os
import shutil
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.warc_damage import next_group
from archive.warc_reader import files, read_groups
from tests.conftest import Sagwan
from tests.maker import Maker
from tests.test_mutations import copied, found, make
from tests.test_proof import archive, proofs


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("good"), True)


PUT: list[Callable[[Path], object]] = [
    os.mkdir,
    os.mkfifo,
    lambda path: path.symlink_to("/dev/zero"),
    lambda path: path.symlink_to("nowhere"),
]


@pytest.mark.parametrize("put", PUT)
@pytest.mark.parametrize("rows", [True, False])
def test_what_is_no_file_is_named(good: Path, tmp_path: Path, put: Callable[[Path], object], rows: bool) -> None:
    last = files(copied(good, tmp_path))[-1]
    put(last.with_name(last.name.replace("-00003-", "-00004-")))
    assert [line for line in found(tmp_path, rows) if "-00004-" in line and "at 0: cannot be read: no file" in line]


@pytest.mark.parametrize("put", PUT)
def test_a_row_whose_file_is_none_is_not_proven(tmp_path: Path, put: Callable[[Path], object]) -> None:
    (path,) = files(archive(tmp_path))
    path.unlink()
    put(path)
    _, made = proofs(tmp_path, "9")
    said = [link.text for proof in made for link in proof.links if link.holds is False]
    assert len(said) == 3
    assert "cannot be read: no file" in said[0]


@pytest.mark.parametrize("where", [".", "2026/09/22", "2026/09/21/x", "0000/01/01"])
def test_a_file_that_is_not_where_its_name_says_is_found(good: Path, tmp_path: Path, where: str) -> None:
    """A forged one of a sealed name too, with ids of its own."""
    forged = Maker(tmp_path / "forged")
    forged.close()
    (twin,) = files(tmp_path / "forged")
    root = copied(good, tmp_path / "root")
    folder = root / "warc" / where
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(twin, folder / twin.name)
    said = f"{twin.name}: stands in {folder.relative_to(root).as_posix()}, where no file of its day belongs"
    assert said in found(root, rows=False)


STRICT = "import sys; sys.stdout = open(1, 'w', encoding='utf-8', errors='strict', closefd=False)"


@pytest.mark.parametrize("folder", ["warc/2026/09/21", "manifest"])
def test_a_name_that_is_no_text_is_shown(good: Path, sagwan: Sagwan, folder: str) -> None:
    """Where stdout takes nothing but UTF-8, too."""
    path = Path(os.fsdecode(os.fsencode(copied(good, sagwan.archive) / folder) + b"/\xffx.json"))
    path.write_text("x")
    (said,) = sagwan("verify", "--bytes", "--json", first=STRICT).only["findings"]
    assert said.startswith("\\xffx.json: not a WARC file" if folder != "manifest" else "manifest/\\xffx.json: not a manifest")
    ended = sagwan("verify", "--bytes", first=STRICT)
    assert (ended.code, ended.err) == (2, "")
    assert [line for line in ended.out.splitlines() if line.startswith("DAMAGED")] == [f"DAMAGED {said}"]
    for command in ("status", "seal"):
        ended = sagwan(command, first=STRICT)
        assert (ended.code, ended.err) == (0, "")


def test_a_folder_whose_name_is_no_text_is_shown(good: Path, sagwan: Sagwan) -> None:
    path = files(copied(good, sagwan.archive))[0]
    folder = Path(os.fsdecode(os.fsencode(sagwan.archive / "warc" / "2026" / "09") + b"/\xff"))
    folder.mkdir()
    path.rename(folder / path.name)
    assert (
        f"{path.name}: stands in warc/2026/09/\\xff, where no file of its day belongs"
        in (sagwan("verify", "--bytes", "--json", first=STRICT).only["findings"])
    )


def test_a_record_that_swells_without_end_is_damage_and_what_stands_behind_it_is_read(good: Path, tmp_path: Path) -> None:
    """600 MB in half a megabyte, between two sealed groups: one line, and never more memory than a record may take."""
    path = files(copied(good, tmp_path))[0]
    whole = path.read_bytes()
    begun = next(read_groups(path)).end
    deflater = zlib.compressobj(1, zlib.DEFLATED, 31)
    bomb = b"".join([deflater.compress(bytes(1 << 20)) for _ in range(600)]) + deflater.flush()
    path.write_bytes(whole[:begun] + bomb + whole[begun:])
    tracemalloc.start()
    try:
        said = found(tmp_path, rows=False)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert any(f"at {begun}: a gzip member of more than 256 MB" in line for line in said)
    assert most < 400 << 20
    assert next_group(path, begun) == begun + len(bomb)
