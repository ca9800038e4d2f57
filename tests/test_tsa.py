"""`sagwan seal --tsa`: every sealed day gets its tokens, sooner or later, and no answer that does not hold is kept."""

from __future__ import annotations

import socket
import ssl
import subprocess
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from crawler.tsa import LARGEST, NoAnswer, ask
from tests.authority import EXPIRED, NEEDS_OPENSSL, Authority, dripping, serving
from tests.conftest import Sagwan
from tests.maker import KEY, Maker, row
from tests.rawserver import CLOSE, RawServer
from tests.test_tls import certificate

pytestmark = NEEDS_OPENSSL
Answer = Callable[[bytes], bytes]
DAY_MS = 24 * 3600 * 1000
REFUSED = bytes.fromhex("30053003020102")  # status: rejection
REVOKED = bytes.fromhex("30053003020105")  # status: revocationNotification


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa") / "good")


@pytest.fixture
def archive(sagwan: Sagwan) -> Path:
    """The manifest folder of an archive with a day that is not sealed yet."""
    sagwan.env["SAGWAN_CONTACT"] = None  # nothing here leaves loopback
    (sagwan.folder / "pseudonym.key").write_text(KEY.hex() + "\n")
    collected(sagwan)
    return sagwan.archive / "manifest"


def collected(sagwan: Sagwan, days: int = 0) -> None:
    maker = Maker(sagwan.archive)
    maker.now += days * DAY_MS
    maker.page([row(days + 1)])
    maker.close()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_sealed_day_is_stamped_and_anybody_can_check_it(sagwan: Sagwan, archive: Path, authority: Authority) -> None:
    with serving(authority.answer) as (url, came):
        ended = sagwan("seal", "--tsa", url, "--tsa-ca", authority.root_file)
        again = sagwan("seal", "--tsa", url, "--tsa-ca", authority.root_file, "--json")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines()[-1] == "time-stamp manifest/2026-09-21.json.1.tsr"
    assert names(archive) == ["2026-09-21.json", "2026-09-21.json.1.pem", "2026-09-21.json.1.tsr"]
    assert (again.only["tokens"], again.only["failed"]) == ([], [])
    ((agent, query),) = came  # once: it is there
    assert agent.startswith("Sagwan/")
    assert sha256((archive / "2026-09-21.json").read_bytes()).digest() in query
    command = "openssl ts -verify -data 2026-09-21.json -in 2026-09-21.json.1.tsr -CAfile 2026-09-21.json.1.pem"
    assert "Verification: OK" in subprocess.run(command.split(), cwd=archive, capture_output=True, text=True).stdout
    ended = sagwan("verify", "--bytes")
    assert ended.code == 0
    assert f"note: 1 time-stamps of {url}, " in ended.out
    assert "self-consistent: compare its root" in ended.out
    assert "its root is one of yours" in sagwan("verify", "--bytes", "--tsa-ca", authority.root_file).out


def test_verify_names_a_token_that_does_not_fit(sagwan: Sagwan, archive: Path, authority: Authority) -> None:
    with serving(authority.answer) as (url, _):
        assert sagwan("seal", "--tsa", url, "--tsa-ca", authority.root_file).code == 0
    token = archive / "2026-09-21.json.1.tsr"
    data = token.read_bytes()
    token.chmod(0o644)
    token.write_bytes(data[:99] + bytes([data[99] ^ 1]) + data[100:])
    ended = sagwan("verify", "--bytes")
    assert ended.code == 2
    assert "DAMAGED manifest/2026-09-21.json.1.tsr: " in ended.out
    token.unlink()  # as a seal that was killed between the two files leaves it
    assert "2026-09-21.json.1.pem: its token 2026-09-21.json.1.tsr is missing" in sagwan("verify", "--bytes").out
    with serving(authority.answer) as (url, _):
        assert sagwan("seal", "--tsa", url, "--tsa-ca", authority.root_file, "--json").only["tokens"] == [token.name]
    assert sagwan("verify", "--bytes").code == 0


def test_what_fails_is_said_and_done_the_next_time_and_the_others_go_on(
    sagwan: Sagwan, archive: Path, authority: Authority
) -> None:
    works = True
    with (
        serving(authority.answer) as (good, _),
        serving(lambda query: authority.answer(query) if works else b"") as (weak, came),
    ):
        both = ("seal", "--tsa", weak, "--tsa", good, "--tsa-ca", authority.root_file, "--json")
        assert sagwan(*both).only["tokens"] == ["2026-09-21.json.1.tsr", "2026-09-21.json.2.tsr"]
        works = False
        collected(sagwan, 1)
        ended = sagwan(*both)
        new = [manifest["name"] for manifest in ended.only["manifests"]]
        assert len(new) == 2
        assert (ended.code, ended.only["tokens"]) == (2, [f"{name}.1.tsr" for name in new])
        (line,) = ended.only["failed"]
        assert line.startswith(f"{weak}: not a time-stamp token")
        assert f"manifests without its time-stamp: 2, first {new[0]}: seal again" in line
        assert len(came) == 2  # the second one was not tried in vain
        works = True
        assert sagwan(*both).only["tokens"] == [f"{name}.2.tsr" for name in new]
    assert sagwan("verify", "--bytes").code == 0


def test_status_counts_days_without_a_time_stamp(sagwan: Sagwan, archive: Path, authority: Authority) -> None:
    assert sagwan("status", "--json").lines[0]["unstamped_days"] == 0
    collected(sagwan, 1)
    assert sagwan("seal").code == 0
    assert sagwan("status", "--json").lines[0]["unstamped_days"] == 2
    assert "2 sealed and not stamped" in sagwan("status").out
    assert "2 sealed days have no time-stamp yet, from 2026-09-21 on" in sagwan("verify", "--bytes").out
    with serving(authority.answer) as (url, _):
        assert sagwan("seal", "--tsa", url, "--tsa-ca", authority.root_file).code == 0
    assert sagwan("status", "--json").lines[0]["unstamped_days"] == 0


def other_imprint(query: bytes) -> bytes:
    """The query as if for other bytes."""
    place = query.index(b"\x04\x20") + 2
    return query[:place] + sha256(b"other").digest() + query[place + 32 :]


def other_nonce(query: bytes) -> bytes:
    """The query with another nonce; behind it stands only certReq, three bytes."""
    return query[:-4] + bytes([query[-4] ^ 1]) + query[-3:]


def altered(answer: bytes) -> bytes:
    """Another last byte: of the signature."""
    return answer[:-1] + bytes([answer[-1] ^ 1])


HOSTILE: dict[str, tuple[Callable[[Authority], Answer], str]] = {
    "page": (lambda good: lambda query: b"<html>Welcome</html>", "not a time-stamp token"),
    "nothing": (lambda good: lambda query: b"", "not a time-stamp token"),
    "huge": (lambda good: lambda query: good.answer(query) + bytes(LARGEST), "its answer is larger than 64 KiB"),
    "more": (lambda good: lambda query: good.answer(query) + b"\0", "not a time-stamp token"),
    "cut": (lambda good: lambda query: good.answer(query)[:-1], "not a time-stamp token"),
    "imprint": (lambda good: lambda query: good.answer(other_imprint(query)), "it is a token over other bytes"),
    "nonce": (lambda good: lambda query: good.answer(other_nonce(query)), "its nonce is not ours"),
    "altered": (lambda good: lambda query: altered(good.answer(query)), "its signature does not hold"),
    "rejection": (lambda good: lambda query: REFUSED, "no token: status 2 (rejection)"),
    "revoked": (lambda good: lambda query: REVOKED, "no token: status 5 (revocation_notification)"),
    "granted without a token": (lambda good: lambda query: bytes.fromhex("30053003020100"), "not a time-stamp token"),
    "revoked with a token": (
        lambda good: lambda query: good.answer(query).replace(b"\2\1\0", b"\2\1\5", 1),
        "no token: status 5",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_an_answer_that_does_not_hold_is_refused_and_nothing_is_kept(
    sagwan: Sagwan, archive: Path, authority: Authority, name: str
) -> None:
    make, said = HOSTILE[name]
    with serving(make(authority)) as (url, came):
        ended = sagwan("seal", "--tsa", url, "--tsa-ca", authority.root_file)
    assert (ended.code, ended.err, len(came)) == (2, "", 1)
    (line,) = [line for line in ended.out.splitlines() if line.startswith("NO TIME-STAMP")]
    assert line.startswith(f"NO TIME-STAMP {url}: {said}")
    assert "seal again with this --tsa" in line
    assert names(archive) == ["2026-09-21.json"]


def test_an_expired_authority_and_one_of_another_root_are_refused(
    sagwan: Sagwan, archive: Path, tmp_path: Path, authority: Authority
) -> None:
    expired = Authority(tmp_path / "expired", window=EXPIRED)
    with serving(expired.answer) as (url, _):
        (line,) = sagwan("seal", "--tsa", url, "--tsa-ca", expired.root_file, "--json").only["failed"]
        assert "the certificate of CN=Signer was valid from" in line
        (line,) = sagwan("seal", "--tsa", url, "--tsa-ca", authority.root_file, "--json").only["failed"]
        assert "the certificate of CN=Signer leads to no root that is trusted here" in line
    with serving(authority.answer) as (url, _):  # without --tsa-ca the system's roots count
        (line,) = sagwan("seal", "--tsa", url, "--json").only["failed"]
        assert "leads to no root that is trusted here" in line
        sagwan.env["SSL_CERT_FILE"] = str(authority.root_file)
        assert sagwan("seal", "--tsa", url, "--json").only["failed"] == []
    assert names(archive) == ["2026-09-21.json", "2026-09-21.json.1.pem", "2026-09-21.json.1.tsr"]


@pytest.mark.parametrize(
    ("kind", "status", "said"),
    [
        ("text/html; charset=utf-8", 200, "it answered with a page, not with a token"),
        ("application/timestamp-reply", 503, "it answered 503 Service Unavailable"),
        (
            "application/timestamp-reply",
            307,
            "it sends us on to 'https://elsewhere.example/': if that is right, name that address",
        ),
    ],
)
def test_an_authority_that_does_not_answer_itself_is_not_followed(
    authority: Authority, kind: str, status: int, said: str
) -> None:
    with serving(authority.answer, kind, status) as (url, _), pytest.raises(NoAnswer) as error:
        ask(url, b"", "agent")
    assert str(error.value) == said


def test_no_answer_ends_in_time(sagwan: Sagwan, archive: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}/"
        (line,) = sagwan("seal", "--tsa", url, "--json").only["failed"]
    assert line.startswith(f"{url}: no answer: Connection refused. Nothing of it was kept; manifests")
    with (
        RawServer(lambda target: [b"HTTP/1.1 200 OK\r\n"]) as silent,
        pytest.raises(NoAnswer, match=r"no whole answer in 0\.3"),
    ):
        ask(silent.url, b"", "agent", 0.3)
    with dripping() as url, pytest.raises(NoAnswer, match=r"no whole answer in 0\.5 seconds"):
        ask(url, b"", "agent", 0.5)
    endless = [b"HTTP/1.1 200 OK\r\n\r\n", *[bytes(1 << 16)] * 99]
    with RawServer(lambda target: endless) as server, pytest.raises(NoAnswer, match="larger than 64 KiB"):
        ask(server.url, b"", "agent")
    with RawServer(lambda target: [b"no HTTP at all\r\n\r\n", CLOSE]) as server, pytest.raises(NoAnswer, match="no answer: "):
        ask(server.url, b"", "agent")


def test_https_needs_a_certificate_that_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, _ = certificate(tmp_path, "localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    with RawServer(lambda target: answer, tls=context) as server:
        url = f"https://localhost:{server.port}/tsr"
        with pytest.raises(NoAnswer, match="certificate verify failed"):
            ask(url, b"", "agent")
        assert server.log == []
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "localhost.crt"))
        assert ask(url, b"", "agent") == b"ok"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--tsa", "ftp://tsa.example/"], "no address of an authority"),
        (["--tsa", "tsa.example"], "no address of an authority"),
        (["--tsa", "http://tsa.example/a\nb"], "no address of an authority"),
        (["--tsa", "http://[::1/"], "no address of an authority"),
        (["--tsa", "https://me:secret@tsa.example/"], "holds a user or a password"),
        (["--tsa", "http://127.0.0.1:9/", "--tsa-ca", "nowhere.pem"], "nowhere.pem: cannot be read: No such file"),
        (["--tsa", "http://127.0.0.1:9/", "--tsa-ca", "between.pem"], "holds no root"),
        (["--tsa", "http://tsa.example/"], "no contact: set SAGWAN_CONTACT"),
    ],
)
def test_misuse_is_said_before_anything_is_sealed(
    sagwan: Sagwan, archive: Path, authority: Authority, words: list[str], said: str
) -> None:
    (sagwan.folder / "between.pem").write_bytes((authority.folder / "between.pem").read_bytes())
    ended = sagwan("seal", *words)
    assert (ended.code, ended.out) == (1, "")
    assert said in ended.err
    assert "secret" not in ended.err
    assert not archive.exists()
