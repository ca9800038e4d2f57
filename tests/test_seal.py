"""Seals: what is listed, what is left out and said, and that nobody goes on in a sealed file."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from archive.lock import SourceLock
from archive.manifest import as_bytes, last_manifest, manifest_paths, read_manifest
from archive.merkle import root_of
from archive.seal import seal
from archive.verify import verify
from archive.warc_reader import files, read_groups
from crawler import pages
from tests.conftest import Sagwan
from tests.maker import DAY, Maker, row
from tests.portal import Portal
from tests.warcs import warcinfos

DAY_MS = 24 * 3600 * 1000


def collected(root: Path, source: str = "daum", days: int = 0) -> None:
    """One more run, so many days later."""
    maker = Maker(root, source)
    maker.now += days * DAY_MS
    maker.page([row(k) for k in range(1, 10)])
    maker.close()


def test_a_manifest_says_what_the_files_are(tmp_path: Path) -> None:
    collected(tmp_path)
    collected(tmp_path, days=1)
    done = seal(tmp_path, DAY + 2 * DAY_MS + 7)
    assert [one.name for one in done.manifests] == ["2026-09-21.json", "2026-09-22.json"]
    assert (done.files, done.left_out, done.damaged) == (2, [], [])
    first, second = (read_manifest(path) for path in manifest_paths(tmp_path))
    path = files(tmp_path)[0]
    (listed,) = first[0].files
    entries = [group.records[-1].digest() for group in read_groups(path)]
    assert (listed.name, listed.bytes) == (path.name, path.stat().st_size)
    assert listed.sha256 == sha256(path.read_bytes()).hexdigest()
    assert (listed.chain, listed.root) == (entries[-1].hex(), root_of(entries).hex())
    assert (listed.groups, listed.records) == (len(entries), sum(len(group.records) for group in read_groups(path)))
    assert first[0].root == root_of([bytes.fromhex(listed.root)]).hex()
    assert first[0].before is None
    assert first[0].sealed_at == "2026-09-23T14:13:20.007Z"
    assert second[0].before == done.manifests[0]
    assert last_manifest(tmp_path) == done.manifests[1]
    for path in manifest_paths(tmp_path):
        assert path.stat().st_mode & 0o777 == 0o444
        assert as_bytes(read_manifest(path)[0]) == path.read_bytes()


def test_a_second_seal_of_a_day_is_a_manifest_of_its_own_and_without_new_files_there_is_none(tmp_path: Path) -> None:
    collected(tmp_path)
    (first,) = seal(tmp_path, DAY).manifests
    assert seal(tmp_path, DAY).manifests == []
    collected(tmp_path)
    collected(tmp_path, "naver")
    (second,) = seal(tmp_path, DAY).manifests
    assert second.name == "2026-09-21.2.json"
    manifest, _ = read_manifest(tmp_path / "manifest" / second.name)
    assert manifest.before == first
    assert [file.name.split("-")[1] for file in manifest.files] == ["daum", "naver"]


def test_nobody_goes_on_in_a_sealed_file(tmp_path: Path) -> None:
    collected(tmp_path)
    seal(tmp_path, DAY)
    before = files(tmp_path)[0].read_bytes()
    collected(tmp_path)
    assert [path.name.split("-")[3] for path in files(tmp_path)] == ["00001", "00002"]
    assert files(tmp_path)[0].read_bytes() == before


def test_what_a_run_may_go_on_in_is_left_out_and_said(tmp_path: Path) -> None:
    collected(tmp_path)
    collected(tmp_path, days=1)
    lock = SourceLock(tmp_path, "daum")
    assert lock.take()
    done = seal(tmp_path, DAY)
    lock.release()
    assert [one.name for one in done.manifests] == ["2026-09-21.json"]
    assert len(done.left_out) == 1
    assert "is collecting daum" in done.left_out[0]
    newest = files(tmp_path)[1]
    newest.rename(newest.with_name(newest.name + ".open"))
    done = seal(tmp_path, DAY)
    assert done.manifests == []
    assert "being written" in done.left_out[0]


def test_a_damaged_file_is_named_and_the_others_are_sealed(tmp_path: Path) -> None:
    collected(tmp_path)
    collected(tmp_path, days=1)
    path = files(tmp_path)[0]
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    done = seal(tmp_path, DAY)
    assert [one.name for one in done.manifests] == ["2026-09-22.json"]
    assert [line for line in done.damaged if line.startswith(f"{path.name}: at ")]


def test_a_seal_that_was_killed_left_nothing_that_stops_the_next(tmp_path: Path) -> None:
    collected(tmp_path)
    (tmp_path / "manifest").mkdir()
    (tmp_path / "manifest" / "new.tmp").write_bytes(b'{"format"')
    assert [one.name for one in seal(tmp_path, DAY).manifests] == ["2026-09-21.json"]
    assert [path.name for path in (tmp_path / "manifest").iterdir()] == ["2026-09-21.json"]


def test_the_command_seals_and_the_next_run_names_the_manifest(
    sagwan: Sagwan, portal: Callable[..., Portal], topic: Callable[..., Path]
) -> None:
    site = portal(comments=20)
    assert sagwan("seal").code == 1
    sagwan.collect(site, topic(site))
    assert "1 days not sealed, 0 sealed and not stamped" in sagwan("status").out
    ended = sagwan("seal", "--json")
    assert (ended.code, ended.only["files"]) == (0, 1)
    (manifest,) = ended.only["manifests"]
    path = sagwan.archive / "manifest" / manifest["name"]
    assert manifest["sha256"] == sha256(path.read_bytes()).hexdigest()
    assert sagwan("seal").out == "0 files sealed in 0 manifests\n"
    assert "0 days not sealed, 1 sealed and not stamped" in sagwan("status").out
    sagwan.collect(site, topic(site))
    assert f"sealed: {path.name} {manifest['sha256']}\r\n" in warcinfos(sagwan.archive)[-1]
    assert json.loads(path.read_text())["files"][0]["name"] == files(sagwan.archive)[0].name


@pytest.mark.parametrize("option", [[], ["--json"]])
def test_damage_is_exit_2(sagwan: Sagwan, portal: Callable[..., Portal], topic: Callable[..., Path], option: list[str]) -> None:
    site = portal(comments=20)
    sagwan.collect(site, topic(site))
    (path,) = files(sagwan.archive)
    path.write_bytes(path.read_bytes()[:-9])
    ended = sagwan("seal", *option)
    assert ended.code == 2
    assert path.name in ended.out


def test_a_run_that_begins_a_new_file_seals_those_before_it(
    sagwan: Sagwan, portal: Callable[..., Portal], topic: Callable[..., Path]
) -> None:
    site = portal(comments=20)
    sagwan.env |= {"SAGWAN_CONNECT_TO": f"*={site.url}", "SAGWAN_CLOCK": f"{site.url}/__clock"}
    site.world.now = DAY
    assert sagwan("collect", topic(site)).code == 0
    assert sagwan("collect", topic(site)).code == 0
    (old,) = files(sagwan.archive)
    assert manifest_paths(sagwan.archive) == []
    site.world.now = DAY + DAY_MS
    ended = sagwan("collect", topic(site), "--json")
    assert (ended.code, ended.only["notes"]) == (0, [])
    (path,) = manifest_paths(sagwan.archive)
    manifest, _ = read_manifest(path)
    assert [file.name for file in manifest.files] == [old.name]
    assert manifest.sealed_at.startswith("2026-09-22T")
    assert sagwan("verify").code == 0


def test_a_seal_that_fails_is_a_note_of_the_run(
    sagwan: Sagwan, portal: Callable[..., Portal], topic: Callable[..., Path]
) -> None:
    site = portal(comments=20)
    sagwan.archive.mkdir()
    (sagwan.archive / "manifest").mkdir()
    (sagwan.archive / "manifest" / "2026-01-01.json").write_bytes(b"{")
    ended = sagwan("collect", topic(site), "--connect-to", f"*={site.url}")
    assert (ended.code, ended.err) == (0, "")
    assert "note: not sealed: 2026-01-01.json: no manifest that can be read" in ended.out
    assert "2026-01-01.json: no manifest that can be read" in sagwan("status").out


def test_a_seal_killed_anywhere_leaves_no_manifest_or_a_whole_one(tmp_path: Path) -> None:
    collected(tmp_path)
    for step in range(20):  # killed at its first call that changes a folder, at its second, and so on
        child = os.fork()
        if child == 0:
            _die_at(step)
            seal(tmp_path, DAY)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        for path in manifest_paths(tmp_path):
            assert as_bytes(read_manifest(path)[0]) == path.read_bytes()
        if os.waitstatus_to_exitcode(status) == 0:
            break
    assert 3 <= step < 19
    assert [path.name for path in (tmp_path / "manifest").iterdir()] == ["2026-09-21.json"]
    assert verify(tmp_path, None, pages.parse).findings == []


def _die_at(step: int) -> None:
    """Kills this process just before its so-many-th call that makes, renames or removes something under manifest/."""
    left = [step]

    def heard(event: str, given: tuple[object, ...]) -> None:
        changes = event in ("os.rename", "os.remove", "os.mkdir") or (event == "open" and str(given[1]).startswith("x"))
        if changes and "manifest" in str(given[0]):
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(heard)
