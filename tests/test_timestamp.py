"""Time-stamp tokens: what is one, at which time its certificates count, and that no byte beside a manifest changes unseen."""

from __future__ import annotations

import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given, settings
from hypothesis import strategies as st
from rfc3161_client import decode_timestamp_response

from archive import stamps
from archive.manifest import manifest_paths
from archive.seal import seal
from archive.timestamp import NoStamp, certificates, check_answer, name_of, request_for
from tests.authority import EXPIRED, NEEDS_OPENSSL, NOW, Authority
from tests.maker import DAY, Maker, row

pytestmark = NEEDS_OPENSSL
DATA = b"a manifest's bytes"
URL = "http://127.0.0.1:318/tsr"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa") / "good")


@pytest.fixture(scope="module")
def good(authority: Authority) -> bytes:
    """An answer of it."""
    return authority.answer(request_for(DATA)[0])


@pytest.fixture(scope="module")
def expired(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Its signer's certificate was valid until ten days ago."""
    return Authority(tmp_path_factory.mktemp("tsa") / "expired", window=EXPIRED)


def sealed(root: Path) -> Path:
    maker = Maker(root)
    maker.page([row(1)])
    maker.close()
    seal(root, DAY)
    (manifest,) = manifest_paths(root)
    return manifest


def stamped(root: Path, authority: Authority, at: datetime | None = None) -> Path:
    """The token beside the one manifest of an archive."""
    manifest = sealed(root)
    data = manifest.read_bytes()
    request, nonce = request_for(data)
    answer = authority.answer(request) if at is None else authority.answer_at(request, at)
    trusted = certificates(authority.root_file.read_bytes())
    return stamps.keep(root, manifest, URL, answer, check_answer(answer, data, trusted, nonce))


def openssl_verify(token: Path, *more: str) -> str:
    """What a court's expert runs: `OK` or `FAILED`."""
    manifest = token.name.removesuffix(".1.tsr")
    words = ["-data", manifest, "-in", token.name, "-CAfile", token.with_suffix(".pem").name]
    ended = subprocess.run(["openssl", "ts", "-verify", *words, *more], cwd=token.parent, capture_output=True, text=True)
    return ended.stdout.split()[-1]


def test_a_token_is_kept_as_it_came_with_its_chain_up_to_the_root(tmp_path: Path, authority: Authority) -> None:
    token = stamped(tmp_path, authority)
    assert token.name == "2026-09-21.json.1.tsr"
    chain = certificates(token.with_suffix(".pem").read_bytes())
    assert [name_of(one) for one in chain.between] == ["CN=Signer", "CN=Between"]
    assert chain.roots == [authority.root]
    assert openssl_verify(token) == "OK"
    found = stamps.check(tmp_path, None)
    assert found.findings == []
    fingerprint = subprocess.run(
        ["openssl", "x509", "-noout", "-fingerprint", "-sha256", "-in", authority.root_file], capture_output=True, text=True
    ).stdout
    (note,) = found.notes
    assert "self-consistent" in note
    assert note.endswith(f"CN=Root, sha256 {fingerprint.strip().partition('=')[2]}")


def test_certificates_in_the_order_of_openssl_are_read(authority: Authority) -> None:
    answer = authority.answer(request_for(DATA)[0])
    with pytest.raises(ValueError, match="InvalidSetOrdering"):  # else this tests nothing
        decode_timestamp_response(answer)
    assert check_answer(answer, DATA, certificates(authority.root_file.read_bytes())).chain[-1] == authority.root


def test_a_pinned_root_is_compared(tmp_path: Path, authority: Authority, expired: Authority) -> None:
    stamped(tmp_path, authority)
    (note,) = stamps.check(tmp_path, stamps.trusted_of([authority.root_file])).notes
    assert "its root is one of yours" in note
    assert stamps.check(tmp_path, stamps.trusted_of([expired.root_file, authority.root_file])).findings == []
    (finding,) = stamps.check(tmp_path, stamps.trusted_of([expired.root_file])).findings
    assert finding.startswith("manifest/2026-09-21.json.1.tsr: its root is not one of yours: CN=Root, sha256 ")


def test_the_systems_roots_are_read_those_too_that_break_todays_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    assert len(stamps.trusted_of([]).roots) > 50
    bundle = Path("/etc/ssl/certs/ca-certificates.crt")
    if bundle.exists():
        monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
        assert len(stamps.trusted_of([]).roots) > 50


def test_certificates_count_at_the_tokens_time_and_not_now(tmp_path: Path, expired: Authority) -> None:
    then = NOW - timedelta(days=20)
    token = stamped(tmp_path, expired, then)
    assert stamps.check(tmp_path, None).findings == []
    assert openssl_verify(token) == "FAILED"  # it looks at the present day,
    assert openssl_verify(token, "-attime", str(int(then.timestamp()))) == "OK"  # unless it is told


@pytest.mark.parametrize("at", [None, NOW - timedelta(days=101), NOW - timedelta(days=9)], ids=["now", "before", "after"])
def test_a_certificate_that_was_not_valid_at_the_tokens_time_proves_nothing(expired: Authority, at: datetime | None) -> None:
    request, _ = request_for(DATA)
    answer = expired.answer(request) if at is None else expired.answer_at(request, at)
    with pytest.raises(NoStamp, match=r"the certificate of CN=Signer was valid from .* not at the token's time"):
        check_answer(answer, DATA, certificates(expired.root_file.read_bytes()))


def test_only_a_time_stamping_certificate_of_a_trusted_root_counts(
    tmp_path: Path, authority: Authority, expired: Authority
) -> None:
    answer = authority.answer(request_for(DATA)[0])
    with pytest.raises(NoStamp, match="the certificate of CN=Signer leads to no root that is trusted here"):
        check_answer(answer, DATA, certificates(expired.root_file.read_bytes()))  # a root of the same name
    with pytest.raises(NoStamp, match="leads to no root"):
        check_answer(answer, DATA, certificates((authority.folder / "between.pem").read_bytes()))
    with pytest.raises(NoStamp, match="token over other bytes"):
        check_answer(answer, DATA + b"x", certificates(authority.root_file.read_bytes()))
    with pytest.raises(NoStamp, match="its nonce is not ours"):
        check_answer(answer, DATA, certificates(authority.root_file.read_bytes()), nonce=1)
    nobody = Authority(tmp_path / "nobody", between=ExtendedKeyUsageOID.TIME_STAMPING)  # may sign stamps, not certificates
    with pytest.raises(NoStamp, match="its signature does not hold: certificate verify error"):
        check_answer(nobody.answer(request_for(DATA)[0]), DATA, certificates(nobody.root_file.read_bytes()))
    other = Authority(tmp_path / "mail", usage=ExtendedKeyUsageOID.EMAIL_PROTECTION)
    info = other.answer_by(authority, request_for(DATA)[0])
    with pytest.raises(NoStamp, match="its signature does not hold: certificate verify error"):
        check_answer(info, DATA, certificates(other.root_file.read_bytes()))


def test_no_byte_of_a_token_or_its_chain_changes_unseen(tmp_path: Path, authority: Authority) -> None:
    token = stamped(tmp_path, authority)
    for path in (token, token.with_suffix(".pem")):
        good = path.read_bytes()
        path.chmod(0o644)
        begin = good.find(b"-----BEGIN") if path.suffix == ".pem" else len(good)
        for at in (*range(begin), *range(begin, len(good), 5)):  # of base64 every fifth byte
            path.write_bytes(good[:at] + bytes([good[at] ^ (0x01 if at % 2 else 0x20)]) + good[at + 1 :])
            assert stamps.check(tmp_path, None).findings, f"{path.name}: byte {at}"
        for other in (b"", good[:-1], good + b"\n", good[:-2] + b"\r\n"):
            path.write_bytes(other)
            assert stamps.check(tmp_path, None).findings, f"{path.name}: {len(other)} bytes"
        path.write_bytes(good)
    assert stamps.check(tmp_path, None).findings == []


def test_each_file_that_is_missing_or_of_another_is_named(tmp_path: Path, authority: Authority, expired: Authority) -> None:
    token = stamped(tmp_path / "one", authority)
    other = stamped(tmp_path / "other", expired, NOW - timedelta(days=20))
    manifest, chain = token.with_suffix("").with_suffix(""), token.with_suffix(".pem")

    def findings() -> list[str]:
        return stamps.check(tmp_path / "one", None).findings

    for path, said in (
        (manifest, f"manifest/{manifest.name}: is missing: its time stamp {token.name} is there"),
        (chain, f"manifest/{token.name}: what belongs to it cannot be read: {chain.name}: No such file"),
        (token, f"manifest/{chain.name}: its token {token.name} is missing"),
    ):
        path.rename(tmp_path / "away")
        assert [line.startswith(said) for line in findings()] == [True], findings()
        (tmp_path / "away").rename(path)
    for path, taken, said in (
        (manifest, other, "token over other bytes"),
        (chain, other.with_suffix(".pem"), "leads to no root"),
        (token, other, "leads to no root"),
    ):
        good = path.read_bytes()
        path.chmod(0o644)
        path.write_bytes(taken.read_bytes())
        assert [said in line for line in findings()] == [True], findings()
        path.write_bytes(good)
    assert findings() == []


@settings(deadline=None)
@given(data=st.data())
def test_whatever_the_bytes_are_they_are_a_stamp_or_none(authority: Authority, good: bytes, data: st.DataObject) -> None:
    trusted = certificates(authority.root_file.read_bytes())
    start, end = sorted(data.draw(st.tuples(st.integers(0, len(good)), st.integers(0, len(good)))))
    with pytest.raises(NoStamp):
        check_answer(good[:start] + data.draw(st.binary(max_size=9)) + good[end:], b"never this", trusted)
    with pytest.raises(NoStamp):
        check_answer(data.draw(st.binary(max_size=99)), DATA, trusted)
