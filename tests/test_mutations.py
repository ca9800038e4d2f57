"""Every mutation that `verify` promises to find: on a sealed and an unsealed archive, with the rows and by the bytes alone."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from archive.manifest import Before, Manifest, as_bytes, manifest_paths, read_manifest
from archive.pseudonym import Pseudonyms
from archive.seal import seal
from archive.verify import verify
from archive.warc_reader import files
from crawler import pages
from tests.maker import DAY, KEY, Maker, row
from tests.mutations import CHAINED_SHOWN, FORGED, SHOWN, Members, exchange_ids, members


def make(root: Path, sealed: bool) -> Path:
    """Two sources with three runs each; if `sealed`, a seal after the first two: the third names the last manifest."""
    for n in range(3):
        for source in ("daum", "other"):
            maker = Maker(root, source)
            maker.walk([row(k, likes=k + n) for k in range(1, 30)], [row(k) for k in range(30, 50)])
            url = "https://comment.daum.net/apis/v1/posts/5/comments?offset=0&sort=RECOMMEND"
            one = maker.exchange(url, "daum.comments", gzip.compress(json.dumps([row(1)]).encode()))
            one.head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
            maker.keep(one)
            failed = maker.exchange(url, "daum.comments", b"")
            failed.head, failed.facts.error, failed.facts.fidelity = None, "DownloadTimeoutError: no answer", None
            maker.keep(failed)
            maker.close()
        if sealed and n < 2:
            assert len(seal(root, DAY + n).manifests) == 1
    return root


@pytest.fixture(scope="module", params=["sealed", "unsealed"])
def good(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp(request.param), request.param == "sealed")


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("manifests"), True)


def found(root: Path, rows: bool = True) -> list[str]:
    return verify(root, Pseudonyms(KEY) if rows else None, pages.parse).findings


def copied(source: Path, target: Path) -> Path:
    """A copy that may be damaged."""
    for path in source.rglob("*"):
        if path.is_file():
            copy = target / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    return target


def damaged(good: Path, root: Path, damage: Callable[[Members], Members]) -> str:
    """Damages the first file; its name."""
    path = files(copied(good, root))[0]
    path.write_bytes(b"".join(damage(members(path.read_bytes()))))
    return path.name


def test_good_archives_pass(good: Path) -> None:
    for rows in (True, False):
        result = verify(good, Pseudonyms(KEY) if rows else None, pages.parse)
        assert (result.findings, result.rows > 100) == ([], rows)
        assert result.files == len(files(good))


@pytest.mark.parametrize("name", [*SHOWN, *CHAINED_SHOWN])
def test_what_the_bytes_show_is_found_by_them_alone(good: Path, tmp_path: Path, name: str) -> None:
    file = damaged(good, tmp_path, (SHOWN | CHAINED_SHOWN)[name])
    alone = found(tmp_path, rows=False)
    assert [line for line in alone if line.startswith(f"{file}: at ")], alone
    assert set(alone) <= set(found(tmp_path))


@pytest.mark.parametrize("name", FORGED)
def test_what_a_forger_made_whole_again_is_found_by_manifest_or_rows(good: Path, tmp_path: Path, name: str) -> None:
    file = damaged(good, tmp_path, FORGED[name])
    alone = [line for line in found(tmp_path, rows=False) if line.startswith(file)]
    if (good / "manifest").exists():
        assert [line for line in alone if "not as manifest/2026-09-21.json lists it" in line]
    assert [line for line in found(tmp_path) if line not in alone]  # the rows say it too


def test_captures_whose_ids_were_exchanged_everywhere_are_found(good: Path, tmp_path: Path) -> None:
    """Each row says what its bytes say, and as-of would show counts before they were seen."""
    copied(good, tmp_path)
    with closing(sqlite3.connect(tmp_path / "archive.db", isolation_level=None)) as db:
        (one,), (other,) = db.execute("SELECT id FROM captures WHERE outcome = 'ok' AND page = 'daum.comments' LIMIT 2")
        exchange_ids(db, one, other)
    (said,) = found(tmp_path)
    assert "a row out of its order: capture " in said


def test_without_database_the_bytes_are_checked_alone(good: Path, tmp_path: Path) -> None:
    file = damaged(good, tmp_path, SHOWN["a body altered"])
    (tmp_path / "archive.db").unlink()
    assert [line for line in found(tmp_path, rows=False) if line.startswith(f"{file}: at ")]


@pytest.mark.parametrize("rows", [True, False])
def test_a_file_missing_or_added_is_found(good: Path, tmp_path: Path, rows: bool) -> None:
    path = files(copied(good, tmp_path))[0]
    stranger = path.with_name("notes.txt")
    stranger.write_text("x")
    assert [line for line in found(tmp_path, rows) if line.startswith("notes.txt: not a WARC file")]
    stranger.unlink()
    added = path.with_name(path.name.replace("-00001-", "-00009-"))
    added.write_bytes(path.read_bytes())
    assert [line for line in found(tmp_path, rows) if line.startswith(added.name)]
    added.unlink()
    path.unlink()
    assert [line for line in found(tmp_path, rows) if line.startswith(f"{path.name}: the file is missing")]
    (tmp_path / "archive.db").unlink()
    if not rows and (good / "manifest").exists():
        assert [line for line in found(tmp_path, rows) if line.startswith(f"{path.name}: the file is missing; manifest/")]


@pytest.mark.parametrize("which", [0, 1])
def test_any_byte_of_a_manifest(sealed: Path, tmp_path: Path, which: int) -> None:
    path = manifest_paths(copied(sealed, tmp_path))[which]
    data = path.read_bytes()
    for n in range(0, len(data), 37):
        path.write_bytes(data[:n] + bytes([data[n] ^ 1]) + data[n + 1 :])
        assert [line for line in found(tmp_path, rows=False) if line.startswith(f"manifest/{path.name}: ")], n
    path.write_bytes(data + b"\n")
    assert [line for line in found(tmp_path) if line.startswith(f"manifest/{path.name}: changed")]


def rewritten(path: Path, **values: object) -> None:
    """A manifest as a forger would write it who knows the format."""
    manifest, _ = read_manifest(path)
    for name, value in values.items():
        setattr(manifest, name, value)
    path.unlink()
    path.write_bytes(as_bytes(manifest))


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("field", ["sealed_at", "files"])
def test_a_manifest_written_anew_is_found_by_what_names_it(sealed: Path, tmp_path: Path, which: int, field: str) -> None:
    path = manifest_paths(copied(sealed, tmp_path))[which]
    rewritten(path, **{"sealed_at": {"sealed_at": "2026-01-01T00:00:00.000Z"}, "files": {"files": []}}[field])
    assert [line for line in found(tmp_path, rows=False) if line.startswith(f"manifest/{path.name}: changed: ")]


@pytest.mark.parametrize("which", [0, 1])
def test_a_missing_manifest_is_named(sealed: Path, tmp_path: Path, which: int) -> None:
    path = manifest_paths(copied(sealed, tmp_path))[which]
    path.unlink()
    for rows in (True, False):
        assert [line for line in found(tmp_path, rows) if line.startswith(f"manifest/{path.name}: is missing")]


def test_a_manifest_put_between_others_is_found(sealed: Path, tmp_path: Path) -> None:
    first, _ = manifest_paths(copied(sealed, tmp_path))
    manifest, digest = read_manifest(first)
    for before in (None, Before(first.name, digest, manifest.root)):
        added = Manifest(1, "2026-09-21", "2026-09-21T00:00:00.000Z", before, manifest.root, manifest.files)
        (tmp_path / "manifest" / "2026-09-21.3.json").write_bytes(as_bytes(added))
        said = found(tmp_path, rows=False)
        assert [line for line in said if "one of them was put there" in line or "as the one before it, as" in line]
        assert [line for line in said if "lists too" in line]
    (tmp_path / "manifest" / "2026-09-21.3.json").unlink()
    (tmp_path / "manifest" / "notes.txt").write_text("x")
    assert found(tmp_path, rows=False) == ["manifest/notes.txt: not a manifest of this archive"]


def test_a_token_without_its_manifest_says_that_it_is_missing(sealed: Path, tmp_path: Path) -> None:
    path = manifest_paths(copied(sealed, tmp_path))[1]
    path.with_name(path.name + ".1.tsr").write_bytes(b"x")
    path.unlink()
    assert [
        line for line in found(tmp_path, rows=False) if line.startswith(f"manifest/{path.name}: is missing: its time stamp")
    ]
