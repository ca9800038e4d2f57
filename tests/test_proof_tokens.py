"""Time-stamps in a proof: `verify --row` and the stand-alone check read them, and find one that was changed."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

from archive import stamps
from archive.manifest import manifest_paths
from archive.seal import seal
from archive.timestamp import certificates, check_answer, request_for
from tests.authority import NEEDS_OPENSSL, Authority
from tests.conftest import Sagwan
from tests.maker import DAY, Maker, row
from tests.test_check_proof import alone
from tests.test_proof import REF, archive, proofs

pytestmark = NEEDS_OPENSSL
URL = "http://127.0.0.1:318/tsr"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa") / "good")


@pytest.fixture(scope="module")
def stamped(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Path:
    root = archive(tmp_path_factory.mktemp("stamped") / "archive")
    stamp(root, authority)
    return root


def stamp(root: Path, authority: Authority) -> None:
    """A token for the one manifest of an archive."""
    (manifest,) = manifest_paths(root)
    data = manifest.read_bytes()
    request, nonce = request_for(data)
    answer = authority.answer(request)
    kept = check_answer(answer, data, certificates(authority.root_file.read_bytes()), nonce)
    stamps.keep(root, manifest, URL, answer, kept)


@pytest.fixture
def check(tmp_path: Path) -> Callable[..., str]:
    """The last line of what the stand-alone check says of a document."""

    def run(told: dict[str, Any], *args: object) -> str:
        (tmp_path / "proof.json").write_text(json.dumps(told), encoding="utf-8")
        code, out = alone(tmp_path / "proof.json", *args)
        assert code == (out.splitlines()[-1] != "PROVEN")
        return out.splitlines()[-1]

    return run


def test_the_page_ends_with_the_stamp(sagwan: Sagwan, authority: Authority, tmp_path: Path) -> None:
    archive(sagwan.archive)
    asked = ("verify", "--row", f"{REF}#9@now")
    assert "no time-stamp yet: `sagwan seal --tsa URL` gets one" in sagwan(*asked).out
    stamp(sagwan.archive, authority)
    for more in ((), ("--tsa-ca", authority.root_file)):
        ended = sagwan(*asked, *more)
        assert ended.code == 0, ended.out
        assert f"yes  token     manifest/2026-09-21.json.1.tsr stamps 2026-09-21.json: {URL}, " in ended.out
        assert "its root: CN=Root\n" in ended.out
    other = Authority(tmp_path / "other")
    ended = sagwan(*asked, "--tsa-ca", other.root_file)
    assert ended.code == 2
    assert "its root: CN=Root, none of yours\n" in ended.out
    token = sagwan.archive / "manifest" / "2026-09-21.json.1.tsr"
    token.chmod(0o644)
    token.write_bytes(token.read_bytes()[:-1])
    ended = sagwan(*asked)
    assert ended.code == 2
    assert "NO   token     manifest/2026-09-21.json.1.tsr: " in ended.out


def test_the_stand_alone_check_reads_the_stamp(stamped: Path, tmp_path: Path) -> None:
    (tmp_path / "proof.json").write_text(json.dumps(proofs(stamped, "9")[0]), encoding="utf-8")
    code, out = alone(tmp_path / "proof.json")
    assert (code, out.splitlines()[-1]) == (0, "PROVEN"), out
    said = next(line for line in out.splitlines() if "stamps the sha256 of" in line)
    assert said.startswith("  yes   manifest/2026-09-21.json.1.tsr stamps the sha256 of manifest/2026-09-21.json, at 20")
    command = out.partition("in the archive: ")[2].splitlines()[0]
    ended = subprocess.run(command.split(), cwd=stamped, capture_output=True, text=True)
    assert ended.stdout.split()[-1] == "OK", ended.stderr


def test_a_manifest_without_a_stamp_is_named_beside_one_that_has_one(tmp_path: Path, authority: Authority) -> None:
    """Who reads of one stamp must not take all that the row rests on for stamped."""
    root = archive(tmp_path / "archive")
    stamp(root, authority)
    later = Maker(root)
    later.now += 86_400_000
    later.walk([row(9, likes=10, dislikes=3)])
    later.close()
    seal(root, DAY)
    (tmp_path / "proof.json").write_text(json.dumps(proofs(root, "9")[0]), encoding="utf-8")
    code, out = alone(tmp_path / "proof.json")
    assert (code, out.splitlines()[-1]) == (0, "PROVEN"), out
    (said,) = [line for line in out.splitlines() if "has no time-stamp token" in line]
    assert said.startswith("  note  manifest/2026-09-22.json has no time-stamp token: ")


def test_a_time_later_than_its_stamp_is_named(tmp_path: Path, authority: Authority) -> None:
    """What was stamped was there: it cannot have come after that."""
    root = tmp_path / "archive"
    maker = Maker(root)
    maker.page([row(9)], at=maker.now + 4000 * 86_400_000, received_at=maker.now + 4000 * 86_400_000)
    maker.close()
    seal(root, DAY)
    stamp(root, authority)
    (tmp_path / "proof.json").write_text(json.dumps(proofs(root, "9")[0]), encoding="utf-8")
    code, out = alone(tmp_path / "proof.json")
    assert (code, out.splitlines()[-1]) == (0, "PROVEN"), out
    assert out.count("is later than a time-stamp over it, ") == 1
    assert "later than a time-stamp" not in alone_said(tmp_path, authority)


def alone_said(folder: Path, authority: Authority) -> str:
    """What the script says of a row whose stamp came later, as it should."""
    root = archive(folder / "usual")
    stamp(root, authority)
    (folder / "usual.json").write_text(json.dumps(proofs(root, "9")[0]), encoding="utf-8")
    return alone(folder / "usual.json")[1]


def test_with_the_archive_the_signature_is_checked(stamped: Path, tmp_path: Path) -> None:
    (tmp_path / "proof.json").write_text(json.dumps(proofs(stamped, "9")[0]), encoding="utf-8")
    code, out = alone(tmp_path / "proof.json", stamped)
    assert (code, out.splitlines()[-1]) == (0, "PROVEN"), out
    assert "yes   its signature is good: openssl ts -verify" in out


def test_a_changed_token_is_not_proven(stamped: Path, tmp_path: Path, check: Callable[..., str]) -> None:
    """Also where the sha256 of the token is made to fit: the imprint by any Python, the rest by openssl."""
    root = shutil.copytree(stamped, tmp_path / "changed")
    (manifest,) = manifest_paths(root)
    token = root / "manifest" / f"{manifest.name}.1.tsr"
    token.chmod(0o644)
    data, imprint = token.read_bytes(), sha256(manifest.read_bytes()).digest()
    start = data.index(imprint)
    for place in [*range(start, start + 32, 5), start + 60, len(data) - 100]:
        token.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        told = proofs(root, "9")[0]
        assert check(told, root).startswith("NOT PROVEN: ")
        assert check(told).startswith("NOT PROVEN: manifest/") or not start <= place < start + 32
        token.write_bytes(data)
        assert check(told, root) == "NOT PROVEN: and so it stands in the archive"


def test_a_stamp_over_other_bytes_or_by_another_digest_is_not_proven(
    stamped: Path, tmp_path: Path, check: Callable[..., str], authority: Authority
) -> None:
    root = shutil.copytree(stamped, tmp_path / "changed")
    (manifest,) = manifest_paths(root)
    token = root / "manifest" / f"{manifest.name}.1.tsr"
    token.chmod(0o644)
    token.write_bytes(authority.answer(request_for(manifest.read_bytes() + b" ")[0]))
    assert "stamps the sha256 of" in check(proofs(root, "9")[0])
    long = TimestampRequestBuilder().data(manifest.read_bytes()).hash_algorithm(HashAlgorithm.SHA512).build()
    token.write_bytes(authority.answer(long.as_bytes()))
    assert check(proofs(root, "9")[0]) == "NOT PROVEN: a token over another digest than sha256"
