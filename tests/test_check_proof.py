"""The stand-alone check of a proof: it needs nothing of ours, holds for a good one, and fails after any change on its path."""

from __future__ import annotations

import copy
import gzip
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.seal import seal
from archive.warc_reader import files
from tests.conftest import ROOT
from tests.maker import DAY, Maker, row
from tests.test_proof import archive, proofs

SCRIPT = ROOT / "docs" / "check_proof.py"
Document = dict[str, Any]


def alone(*args: object) -> tuple[int, str]:
    """Exit code and output of the script, run by a Python that sees neither our packages nor anybody else's."""
    command = [sys.executable, "-I", "-S", SCRIPT, *args]
    environment = {"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]}
    ended = subprocess.run([str(word) for word in command], capture_output=True, text=True, cwd="/", env=environment)
    return ended.returncode, ended.stdout + ended.stderr


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """The script as a module: it is called some thousand times here."""
    spec = importlib.util.spec_from_file_location("check_proof", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two files of two sources, so that no path is empty."""
    root = archive(tmp_path_factory.mktemp("good") / "archive", sealed=False)
    other = Maker(root, "naver")
    other.close()
    seal(root, DAY)
    return root


@pytest.mark.parametrize("words", [["nope.json"], ["--help"], ["{proof}", "/nope"], []])
def test_a_typing_error_is_no_verdict(tmp_path: Path, words: list[str]) -> None:
    proof = tmp_path / "p.json"
    proof.write_text("{}")
    code, said = alone(*(word.format(proof=proof) for word in words))
    assert (code, "PROVEN" in said, "python3 check_proof.py PROOF.json [ARCHIVE]" in said) == (2 if words else 1, False, True)


@pytest.fixture
def holds(script: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., bool]:
    """Whether the script finds a document proven; it must say so or say why not, and nothing else."""

    def run(told: object, root: Path | None = None) -> bool:
        path = tmp_path / "proof.json"
        path.write_text(json.dumps(told), encoding="utf-8")
        code = script.main(str(path), *([str(root)] if root else []))
        last = capsys.readouterr().out.splitlines()[-1]
        assert (code, last.partition(":")[0].partition(",")[0]) in ((0, "PROVEN"), (1, "NOT PROVEN"))
        return code == 0

    return run


def document(root: Path, comment: str | None = "9") -> Document:
    return proofs(root, comment)[0]


@pytest.mark.parametrize("comment", ["9", "7", None])
def test_a_good_proof_is_proven_without_anything_of_ours(good: Path, tmp_path: Path, comment: str | None) -> None:
    (tmp_path / "proof.json").write_text(json.dumps(document(good, comment), ensure_ascii=False), encoding="utf-8")
    trust = {"9": "", "7": ", BUT FOR WHAT ITS ABSENCE SHOWS", None: ", BUT FOR WHAT A PAGE MEANS"}[comment]
    for args in ((), (good,)):
        code, out = alone(tmp_path / "proof.json", *args)
        assert (code, out.splitlines()[-1].partition(":")[0]) == (0, f"PROVEN{trust}"), out
        assert "no time-stamp token" in out
    if comment == "9":
        assert '"likeCount": 10, "dislikeCount": 3' in out
        assert "댓글 9" in out


def test_what_is_no_proof_and_what_is_no_archive_is_said_in_words(good: Path, tmp_path: Path) -> None:
    proof = tmp_path / "proof.json"
    for text in ("", "{}", "[]"):  # an empty file is what `verify --row` leaves that ended with an error
        proof.write_text(text)
        assert "NOT PROVEN: no proof as `sagwan verify` writes it" in alone(proof)[1]
    proof.write_text(json.dumps(document(good)), encoding="utf-8")
    assert re.search(rf"\nNOT PROVEN: {good.parent}/manifest/.* ARCHIVE is the folder in which", alone(proof, good.parent)[1])


def test_what_is_not_sealed_is_not_proven(tmp_path: Path, holds: Callable[..., bool]) -> None:
    assert not holds(document(archive(tmp_path / "archive", sealed=False)))


def values(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Every base64 or hex value of a document, and where it stands."""
    if isinstance(node, (dict, list)):
        for key, inner in node.items() if isinstance(node, dict) else enumerate(node):
            yield from values(inner, (*path, key))
    elif isinstance(node, str) and (path[-1] in ("bytes", "capture") or (len(node) == 64 and node.isalnum())):
        yield path, node


def changed(told: Document, path: tuple[Any, ...], value: object) -> Document:
    """A copy in which one value is another."""
    told = copy.deepcopy(told)
    node: Any = told
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
    return told


def test_every_value_of_the_proof_counts(good: Path, holds: Callable[..., bool]) -> None:
    told = document(good)
    assert holds(told)
    found = list(values(told))
    assert {path[-1] for path, _ in found} >= {"capture", "bytes", "before", "entry", "root", "sha256", 1}
    for path, value in found:
        for n in range(0, len(value), 5 if len(value) < 100 else 211):
            letter = "A" if value[n] != "A" else "B"
            for text in (value[:n] + letter + value[n + 1 :], value[:n] + value[n].swapcase() + value[n + 1 :]):
                assert text == value or not holds(changed(told, path, text)), (path, n)
        for text in ("", value[:-1], value + "=", value + "\n", value + " ", value * 2):
            assert not holds(changed(told, path, text)), path


def test_every_flipped_byte_of_the_records_and_the_manifest_counts(
    good: Path, tmp_path: Path, holds: Callable[..., bool]
) -> None:
    root = shutil.copytree(good, tmp_path / "damaged")
    told = document(root)
    assert holds(told, root)
    path = root / told["captures"][0]["file"]
    (manifest,) = (root / "manifest").iterdir()
    manifest.chmod(0o644)
    records = told["captures"][0]["records"]
    start, end = records[0]["offset"], records[-1]["offset"] + len(b64decode(records[-1]["bytes"]))
    for file, places in ((path, range(start, end, 3)), (manifest, range(0, manifest.stat().st_size, 2))):
        data = file.read_bytes()
        for place in places:
            file.write_bytes(data[:place] + bytes([data[place] ^ 1 << place % 8]) + data[place + 1 :])
            assert not holds(told, root), (file.name, place)
        file.write_bytes(data)
    assert holds(told, root)


def test_records_written_anew_with_right_digests_are_not_proven(good: Path, tmp_path: Path, script: ModuleType) -> None:
    """The file is whole for every WARC tool; its own chain and the manifest are not."""
    told = document(good)
    part = told["captures"][0]["records"][1]
    head, blank, block = gzip.decompress(b64decode(part["bytes"])).partition(b"\r\n\r\n")
    forged = block.replace(b'"id": 9, ', b'"id": 9, ', 1).replace(
        b'"likeCount": 10, "dislikeCount": 3', b'"likeCount": 99, "dislikeCount": 3', 1
    )
    assert forged != block
    for old, new in ((block[:-4], forged[:-4]), (block[:-4].partition(b"\r\n\r\n")[2], forged[:-4].partition(b"\r\n\r\n")[2])):
        head = head.replace(sha256(old).hexdigest().encode(), sha256(new).hexdigest().encode())
    member = gzip.compress(head + blank + forged)
    part |= {"bytes": b64encode(member).decode(), "sha256": sha256(member).hexdigest()}
    (tmp_path / "proof.json").write_text(json.dumps(told), encoding="utf-8")
    code, out = alone(tmp_path / "proof.json")
    assert (code, out.splitlines()[-1]) == (1, "NOT PROVEN: metadata names the sha256 of each of the other records")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("row", "likes"), 11),
        (("row", "text"), "다른 말"),
        (("row", "ref"), "daum:20260921090000123#8"),
        (("row", "ref"), "daum:20260921090000124#9"),
        (("row", "seen_at"), "2026-09-21T23:13:20.000+09:00"),
        (("captures",), []),
        (("captures", 0, "shows"), {}),
        (("captures", 0, "shows"), None),
        (("captures", 0, "shows", "likes"), 12),
        (("captures", 0, "seen_at"), "2026-09-21T23:13:20.000+09:00"),
        (("row", "state"), "gone"),
        (("row", "state"), "deleted_by_user"),
        (("captures", 0, "path"), []),
        (("captures", 0, "manifest_path"), []),
        (("captures", 0, "manifest"), None),
        (("captures", 0, "manifest"), "other.json"),
        (("captures", 0, "file"), "warc/2026/09/21/sagwan-daum-20260921-00002-vm.warc.gz"),
        (("files",), {}),
        (("captures", 0, "records"), []),
    ],
)
def test_a_row_that_the_captures_do_not_show_is_not_proven(
    good: Path, holds: Callable[..., bool], path: tuple[Any, ...], value: object
) -> None:
    assert not holds(changed(document(good), path, value))


def test_captures_in_another_order_are_not_proven(good: Path, holds: Callable[..., bool]) -> None:
    told = document(good)
    told["captures"].reverse()
    assert not holds(told)


def test_an_absence_is_not_proven_without_the_pages_that_show_it(good: Path, holds: Callable[..., bool]) -> None:
    told = document(good, "7")
    assert holds(told)
    assert not holds(changed(told, ("captures",), told["captures"][:1]))


def test_an_absence_is_not_proven_by_a_page_that_shows_it(good: Path, holds: Callable[..., bool]) -> None:
    told = document(good, "7")
    told["captures"].append(told["captures"][0] | {"shows": None})
    assert not holds(told)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=9,
)


def test_any_document_ends_with_a_verdict(good: Path, holds: Callable[..., bool]) -> None:
    told = document(good)
    places = [("captures", 0, name) for name in told["captures"][0] if name != "why"] + [
        (name,) for name in told if name != "format"
    ]
    places += [("captures", 0, "records", 1, name) for name in ("bytes",)]

    @settings(deadline=None)  # the machine may have other work
    @given(st.sampled_from(places), _json)
    def run(path: tuple[Any, ...], value: object) -> None:
        assert not holds(changed(told, path, value))
        assert not holds(value)

    run()


@pytest.mark.parametrize("said", [b"utf-8, gzip", b"gzip\r\nContent-Encoding: utf-8", b"utf-8\r\ncontent-encoding:gzip"])
def test_a_compressed_body_is_read(tmp_path: Path, holds: Callable[..., bool], said: bytes) -> None:
    maker = Maker(root := tmp_path / "archive")
    packed = maker.exchange(
        "https://comment.daum.net/apis/v1/posts/5/comments?offset=0&sort=RECOMMEND",
        "daum.comments",
        gzip.compress(json.dumps([row(9, likes=4, text="이모지 \U0001f600")]).encode()),
    )
    packed.head = b"HTTP/1.1 200 OK\r\nContent-Encoding: %b\r\n\r\n" % said
    maker.keep(packed)
    maker.close()
    seal(root, DAY)
    told = document(root)
    assert holds(told)
    assert holds(told, root)
    assert not holds(changed(told, ("row", "likes"), 5))
    assert len(files(root)) == 1
