"""The only way out for a browser: a SOCKS5 server on loopback that lets it reach the hosts of one source and nothing else.

The browser resolves no name itself. Under connect-to an https connection ends here, under a certificate made for the day, and
goes on in plain HTTP: the pages keep their own addresses, cookies and origins.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawler.guard import ConnectTo, private

_HELLO = 5.0  # seconds for the few bytes by which the browser says where it wants to go
_CONNECT = 20.0
_REFUSED, _UNREACHABLE, _GRANTED = (bytes([5, code, 0, 1, 0, 0, 0, 0, 0, 0]) for code in (2, 4, 0))


class Tunnel:
    """`allowed` says which hosts may be reached. `addresses` are those that were connected to; `problems` why a host could not
    be reached."""

    def __init__(self, connect_to: ConnectTo, allowed: Callable[[str], bool]) -> None:
        self._connect_to, self._allowed = connect_to, allowed
        self._server: asyncio.Server | None = None
        self._tls = _certificate() if connect_to else None
        self._going: set[asyncio.Task[None]] = set()
        self.addresses: dict[str, str] = {}
        self.problems: dict[str, str] = {}

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
            with contextlib.suppress(OSError, EOFError, TimeoutError, ValueError, asyncio.CancelledError):
                await self._through(reader, writer)
        finally:
            self._going.discard(task)
            writer.close()

    async def _through(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(_HELLO):
            host, port = await _wanted(reader, writer)
        if not self._allowed(host) or port not in (80, 443):
            writer.write(_REFUSED)
            return
        target = self._connect_to.target(f"http://{host}/")
        try:
            async with asyncio.timeout(_CONNECT):
                address, at = target or (await self._address(host), port)
                there, out = await asyncio.open_connection(address, at)
        except (OSError, TimeoutError) as error:
            self.problems[host] = str(error) or f"no connection to {host} within {_CONNECT:.0f} s"
            writer.write(_UNREACHABLE)
            return
        self.addresses[host] = address
        self.problems.pop(host, None)
        try:
            writer.write(_GRANTED)
            await writer.drain()
            if target is not None and port == 443:
                assert self._tls is not None
                await writer.start_tls(self._tls)
            await asyncio.gather(_pass(reader, out), _pass(there, writer))
        finally:
            out.close()

    async def _address(self, host: str) -> str:
        """A public address of a host. Raises OSError where it has none: a name may be changed to lead into a private net."""
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
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
    length = {1: 4, 4: 16}.get(kind) or (await reader.readexactly(1))[0]
    name, port = await reader.readexactly(length), int.from_bytes(await reader.readexactly(2), "big")
    if version != 5 or command != 1 or kind not in (1, 3, 4):
        raise ValueError("no SOCKS5 connection is asked for")
    if kind != 3:  # never an address: a source has hosts by name
        return socket.inet_ntop(socket.AF_INET if kind == 1 else socket.AF_INET6, name), port
    return name.decode("ascii").lower(), port


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()
    else:
        writer.close()  # TLS has no half


def _certificate() -> ssl.SSLContext:
    """A server's context with a certificate for this process alone; the browser is told not to look at it."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "connect-to")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    made = builder.not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(30)).sign(key, hashes.SHA256())
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile() as file:
        file.write(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + made.public_bytes(pem))
        file.flush()
        context.load_cert_chain(Path(file.name))
    return context
