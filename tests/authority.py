"""A time-stamp authority for tests: certificates of its own, `openssl ts` behind HTTP, and answers that no good one gives."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NEEDS_OPENSSL = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="the test's authority is `openssl ts`: install openssl"
)
NOW = datetime.now(UTC).replace(microsecond=0)
PEM, DER = serialization.Encoding.PEM, serialization.Encoding.DER
_PLAIN = (PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
_INFO_TYPE = "1.2.840.113549.1.9.16.1.4"
CONFIG = """
[tsa]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
other_policies = 1.2.3.4.2
digests = sha256, sha512
ess_cert_id_alg = sha256
"""
Window = tuple[datetime, datetime]
VALID = (NOW - timedelta(days=100), NOW + timedelta(days=3650))
EXPIRED = (NOW - timedelta(days=100), NOW - timedelta(days=10))


class Authority:
    """Root, intermediate and signer, and the tokens that they give. The signer's certificate is longer than the
    intermediate's, so that `openssl ts` puts them in an order which DER forbids."""

    def __init__(
        self,
        folder: Path,
        window: Window = VALID,
        usage: x509.ObjectIdentifier = ExtendedKeyUsageOID.TIME_STAMPING,
        between: x509.ObjectIdentifier | None = None,
    ) -> None:
        """`window`: when the signer's certificate is valid; `usage`: for what. With one, `between` is no authority's either."""
        folder.mkdir()
        self.folder, self.root_file = folder, folder / "root.pem"
        keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(3)]
        self.root = _certificate("Root", keys[0], "Root", keys[0], VALID)
        self.between = _certificate("Between", keys[1], "Root", keys[0], VALID, between)
        self.signer = _certificate("Signer", keys[2], "Between", keys[1], window, usage)
        self.root_file.write_bytes(self.root.public_bytes(PEM))
        (folder / "between.pem").write_bytes(self.between.public_bytes(PEM))
        (folder / "signer.pem").write_bytes(self.signer.public_bytes(PEM))
        (folder / "signer.key").write_bytes(keys[2].private_bytes(*_PLAIN))
        (folder / "openssl.cnf").write_text(CONFIG)
        (folder / "serial").write_text("01")
        self._turn = threading.Lock()

    def answer(self, query: bytes) -> bytes:
        """What `openssl ts -reply` answers, now."""
        with self._turn:
            (self.folder / "query").write_bytes(query)
            self._openssl(
                *("ts", "-reply", "-config", "openssl.cnf", "-section", "tsa", "-queryfile", "query", "-out", "answer"),
                *("-signer", "signer.pem", "-inkey", "signer.key", "-chain", "between.pem"),
            )
            return (self.folder / "answer").read_bytes()

    def answer_at(self, query: bytes, at: datetime) -> bytes:
        """The same answer as if given at another time: its token info with that time, signed anew."""
        return self._signed(self.answer(query), at)

    def answer_by(self, other: Authority, query: bytes) -> bytes:
        """The other's answer, signed by this one's signer: `openssl ts` itself signs with no certificate for another use."""
        return self._signed(other.answer(query), NOW)

    def _signed(self, answer: bytes, at: datetime) -> bytes:
        (self.folder / "token").write_bytes(answer)
        self._openssl("ts", "-reply", "-config", "openssl.cnf", "-in", "token", "-token_out", "-out", "cms")
        self._openssl("cms", "-verify", "-noverify", "-inform", "DER", "-in", "cms", "-binary", "-out", "info")
        info = (self.folder / "info").read_bytes()
        place = info.index(b"\x18\x0f20") + 2
        (self.folder / "info").write_bytes(info[:place] + f"{at:%Y%m%d%H%M%SZ}".encode() + info[place + 15 :])
        self._openssl(
            *("cms", "-sign", "-binary", "-nodetach", "-cades", "-md", "sha256", "-econtent_type", _INFO_TYPE, "-in", "info"),
            *("-signer", "signer.pem", "-inkey", "signer.key", "-certfile", "between.pem", "-outform", "DER", "-out", "cms"),
        )
        body = bytes.fromhex("3003020100") + (self.folder / "cms").read_bytes()
        return b"\x30\x82" + len(body).to_bytes(2, "big") + body

    def _openssl(self, *args: str) -> None:
        ended = subprocess.run(["openssl", *args], cwd=self.folder, capture_output=True, text=True)
        assert ended.returncode == 0, ended.stderr


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    window: Window,
    usage: x509.ObjectIdentifier | None = None,
) -> x509.Certificate:
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(window[0])
        .not_valid_after(window[1])
        .add_extension(x509.BasicConstraints(ca=usage is None, path_length=None), critical=True)
    )
    if usage is not None:
        made = made.add_extension(x509.ExtendedKeyUsage([usage]), critical=True)
    return made.sign(issuer_key, hashes.SHA256())


class Requests(list[tuple[str, bytes]]):
    """What came: the User-Agent and the body of each request."""


@contextmanager
def serving(
    answer: Callable[[bytes], bytes], kind: str = "application/timestamp-reply", status: int = 200
) -> Iterator[tuple[str, Requests]]:
    """The address of a server that gives these answers, and what it was sent."""
    came = Requests()

    def post(handler: BaseHTTPRequestHandler) -> None:
        query = handler.rfile.read(int(handler.headers["Content-Length"]))
        came.append((handler.headers["User-Agent"], query))
        body = answer(query)
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.send_header("Location", "https://elsewhere.example/")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        with suppress(OSError):  # the client may have had enough of it
            handler.wfile.write(body)

    with _listening(post) as url:
        yield url, came


@contextmanager
def dripping() -> Iterator[str]:
    """The address of a server whose answer never ends, a byte at a time."""
    over = threading.Event()

    def post(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        with suppress(OSError):
            while not over.wait(0.02):
                handler.wfile.write(b"0")

    with _listening(post) as url:
        try:
            yield url
        finally:
            over.set()


@contextmanager
def _listening(post: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    quiet = {"do_POST": post, "log_message": lambda self, *args: None}
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (BaseHTTPRequestHandler,), quiet))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/tsr"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
