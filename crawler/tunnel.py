"""The only way out for a browser: a SOCKS5 server on loopback, which lets pass what was admitted and nothing else.

A browser has ways to ask for things that stop nowhere on their way (WebSockets, pages loaded in advance). So the TLS of every
connection ends here, under a certificate that is made for this process, and each request is compared with those that were
admitted; then it goes on, in TLS that we check ourselves, or in plain HTTP under connect-to. The browser resolves no name.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import ssl
import tempfile
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from crawler.guard import ConnectTo, private
from crawler.passing import Passing

_HELLO = 5.0  # seconds for the few bytes by which the browser says where it wants to go
_CONNECT = 20.0
_REFUSED, _UNREACHABLE, _GRANTED = (bytes([5, code, 0, 1, 0, 0, 0, 0, 0, 0]) for code in (2, 4, 0))
_LENGTH = re.compile(rb"\r\ncontent-length:\s*([0-9]{1,12})\s*\r\n", re.IGNORECASE)
_OTHER = re.compile(rb"\r\n(upgrade|transfer-encoding)\s*:", re.IGNORECASE)  # no plain request

_Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Admitted(Protocol):
    """Who knows which requests were admitted and are not answered yet."""

    def host(self, name: str) -> bool:
        """Whether there is one to this host."""

    def request(self, method: str, url: str) -> bool:
        """Whether this is one."""


class Tunnel:
    """By host: the `addresses` and `certificates` (sha256) that were met, and the `problems` with those that could not be.
    By URL: the `heads` of answers until somebody takes them; `cut` are those that ended too early, and why: "disconnect", or
    "length" where it was longer than `largest` bytes."""

    def __init__(self, connect_to: ConnectTo, admitted: Admitted, largest: int) -> None:
        self._connect_to, self._admitted, self._largest = connect_to, admitted, largest
        self._server: asyncio.Server | None = None
        self._inside, self._outside = _own_certificate(), ssl.create_default_context()
        self._going: set[asyncio.Task[None]] = set()
        self.addresses: dict[str, str] = {}
        self.certificates: dict[str, str] = {}
        self.problems: dict[str, str] = {}
        self.heads: defaultdict[str, list[bytes]] = defaultdict(list)
        self.cut: dict[str, str] = {}

    async def open(self) -> int:
        """Begins to listen on loopback; the port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def close(self) -> None:
        """Ends every connection."""
        if self._server is not None:
            self._server.close()
        for task in list(self._going):
            task.cancel()
        await asyncio.gather(*self._going, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._going.add(task)
        try:
            with contextlib.suppress(
                OSError, EOFError, TimeoutError, ValueError, asyncio.LimitOverrunError, asyncio.CancelledError
            ):
                await self._through(reader, writer)
        finally:
            self._going.discard(task)
            writer.close()

    async def _through(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(_HELLO):
            host, port = await _wanted(reader, writer)
        if port not in (80, 443) or not self._admitted.host(host):
            writer.write(_REFUSED)
            return
        try:
            async with asyncio.timeout(_CONNECT):
                there, out = await self._there(host, port)
        except (OSError, TimeoutError) as error:
            self.problems[host] = str(error) or f"no connection to {host} within {_CONNECT:.0f} s"
            writer.write(_UNREACHABLE)
            return
        self.problems.pop(host, None)
        try:
            writer.write(_GRANTED)
            await writer.drain()
            if port == 443:
                await writer.start_tls(self._inside)
            origin = f"{'https' if port == 443 else 'http'}://{host}"
            asked = list[Passing]()
            both = [
                asyncio.ensure_future(self._requests(reader, out, origin, asked)),
                asyncio.ensure_future(self._answers(there, writer, asked)),
            ]
            try:
                await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for one in both:
                    one.cancel()
                await asyncio.gather(*both, return_exceptions=True)
        finally:
            out.close()

    async def _there(self, host: str, port: int) -> _Ends:
        """A connection to the host. Raises OSError where there is none, and where its certificate is not right."""
        target = self._connect_to.target(f"http://{host}/")
        if target is not None:
            self.addresses[host] = target[0]
            return await asyncio.open_connection(*target)
        address = self.addresses[host] = await _public_address(host)
        if port == 80:
            return await asyncio.open_connection(address, port)
        ends = await asyncio.open_connection(address, port, ssl=self._outside, server_hostname=host)
        certificate = ends[1].get_extra_info("ssl_object").getpeercert(binary_form=True)
        self.certificates[host] = sha256(certificate).hexdigest()
        return ends

    async def _requests(
        self, reader: asyncio.StreamReader, out: asyncio.StreamWriter, origin: str, asked: list[Passing]
    ) -> None:
        """Lets requests pass until the browser has no more, or makes one that was not admitted."""
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            method, target, _ = head.split(b" ", 2)
            url = origin + target.decode("ascii")
            if _OTHER.search(head) or not self._admitted.request(method.decode("ascii"), url):
                return
            asked[:] = [Passing(url, self._largest)]
            self.cut.pop(url, None)  # another time may have been cut
            length = _LENGTH.search(head)
            out.write(head + (await reader.readexactly(int(length[1])) if length else b""))
            await out.drain()

    async def _answers(self, there: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: list[Passing]) -> None:
        try:
            while data := await there.read(65536):
                for answer in asked:
                    new = answer.head is None
                    answer.came(data)
                    if new and answer.head is not None:
                        self.heads[answer.url].append(answer.head)
                writer.write(data)
                await writer.drain()
                if any(answer.too_long for answer in asked):
                    return
        finally:
            early = [answer for answer in asked if answer.too_long or not answer.whole()]
            self.cut |= {answer.url: "length" if answer.too_long else "disconnect" for answer in early}


async def _public_address(host: str) -> str:
    """A public address of a host. Raises OSError where it has none: a name may be changed to lead into a private net."""
    found = await asyncio.get_running_loop().getaddrinfo(host, None, family=socket.AF_INET, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or any(private(address) for address in addresses):
        raise OSError(f"{host} resolves to {', '.join(addresses) or 'nothing'}, a private address: never fetched")
    return addresses[0]


async def _wanted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[str, int]:
    """Host and port of a SOCKS5 request. Raises ValueError for any other."""
    version, methods = await reader.readexactly(2)
    await reader.readexactly(methods)
    writer.write(b"\x05\x00")  # nobody has to say who he is
    version, command, _, kind = await reader.readexactly(4)
    if version != 5 or command != 1 or kind != 3:  # never an address: what a source has are names
        raise ValueError("no SOCKS5 connection to a host by its name is asked for")
    name = await reader.readexactly((await reader.readexactly(1))[0])
    return name.decode("ascii").lower(), int.from_bytes(await reader.readexactly(2), "big")


def _own_certificate() -> ssl.SSLContext:
    """A server's context with a certificate for this process alone; the browser is told not to look at it."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sagwan")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    made = builder.not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(30)).sign(key, hashes.SHA256())
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile() as file:
        file.write(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + made.public_bytes(pem))
        file.flush()
        context.load_cert_chain(Path(file.name))
    return context
