"""`sagwan collect` in a network of its own: only this process's loopback, on which public addresses stand too, with a server
behind each and names as we say. Nothing can leave it.

    unshare --net --mount python -m tests.faults.island '{"hosts": {"v.daum.net": "8.8.8.8"}, "listen": ["8.8.8.8"]}' TOPIC
"""

from __future__ import annotations

import datetime
import fcntl
import json
import os
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.rawserver import plain

SIOCSIFADDR, SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8916, 0x8913, 0x8914, 1
# An article page that sends its reader on to the comments: the smallest that the parser knows.
_PAGE = (Path(__file__).parents[1] / "fixtures" / "daum" / "article-2022.html").read_bytes()
ARTICLE = _PAGE.replace(b"20220304050607123", b"20261121090000123")


def certificate(folder: Path, name: str, expired: bool = False) -> tuple[Path, str]:
    """A self-signed certificate with its key in NAME.pem, alone in NAME.crt; and its fingerprint."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now, day = datetime.datetime.now(datetime.UTC), datetime.timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 3 * day)
        .not_valid_after(now - day if expired else now + day)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / f"{name}.pem"
    path.write_bytes(pem + key.private_bytes(*form))
    (folder / f"{name}.crt").write_bytes(pem)
    return path, made.fingerprint(hashes.SHA256()).hex()


def raise_loopback(addresses: list[str]) -> None:
    """Brings `lo` up, with these addresses on it beside its own."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        (flags,) = struct.unpack_from("16xh", fcntl.ioctl(link, SIOCGIFFLAGS, struct.pack("16s16x", b"lo")))
        fcntl.ioctl(link, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags | IFF_UP))
        for number, address in enumerate(a for a in addresses if not a.startswith("127.")):
            where = struct.pack("16sHH4s8x", f"lo:{number}".encode(), socket.AF_INET, 0, socket.inet_aton(address))
            fcntl.ioctl(link, SIOCSIFADDR, where)


def serve(address: str, port: int, tls: ssl.SSLContext, log: list[str]) -> None:
    """Answers on one address: robots.txt, and an article for everything else. Notes each request that came whole."""
    listener = socket.create_server((address, port))

    def answer(link: socket.socket) -> None:
        try:
            with tls.wrap_socket(link, server_side=True) if port == 443 else link as wire:
                while head := wire.recv(65536):
                    asked = head.split(b" HTTP/", 1)[0].decode()
                    log.append(f"{address} {asked}")
                    wire.sendall(plain(b"User-agent: *\nAllow: /\n" if "robots" in asked else ARTICLE))
        except OSError:
            return  # the client went away, or would not trust us

    def accept() -> None:
        while True:
            threading.Thread(target=answer, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()


def main() -> None:
    """Prepares the island, collects once (or does what the plan's `words` say), prints how it went as JSON."""
    plan, topic = json.loads(sys.argv[1]), sys.argv[2]
    log: list[str] = []
    raise_loopback(plan["listen"])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "hosts").write_text("".join(f"{address} {host}\n" for host, address in plan["hosts"].items()))
        subprocess.run(["mount", "--bind", str(folder / "hosts"), "/etc/hosts"], check=True)
        pem, _ = certificate(folder, plan.get("name", "v.daum.net"), plan.get("expired", False))
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(pem)
        for address in plan["listen"]:
            for port in (80, 443):
                serve(address, port, tls, log)
        environment = os.environ | ({"SSL_CERT_FILE": str(pem.with_suffix(".crt"))} if plan.get("trusted") else {})
        words = plan.get("words", ["collect"])
        command = [sys.executable, "-c", "from crawler.cli import main; main()", *words, topic]
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=250, check=False)
    print(json.dumps({"code": ended.returncode, "out": ended.stdout, "err": ended.stderr, "log": log}))


if __name__ == "__main__":
    main()
