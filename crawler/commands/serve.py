"""`sagwan serve`."""

from __future__ import annotations

import ipaddress
import os
import secrets
import socket
from pathlib import Path

import click

from crawler.commands.options import archive_option
from crawler.errors import Misuse

_SHORTEST = 20  # letters of a token


@click.command()
@archive_option
@click.option("--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="0: any that is free.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Listen there; elsewhere than here a token is needed.")
def serve(root: Path, port: int, host: str) -> int:
    """Show the archive in a browser: threads as they were at any time, what was deleted, what moved. Read-only.

    Nothing is asked of the network. A collector may go on beside it. Where --host is not this machine alone, every reader must
    show a token: it stands in the address that is printed, or in SAGWAN_SERVE_TOKEN. Ctrl-C ends it.

    \b
    Examples:
      sagwan serve --archive /data/sagwan
      SAGWAN_SERVE_TOKEN=$(openssl rand -hex 20) sagwan serve --host 0.0.0.0 --port 8080
    """
    if not host.strip():  # an unset variable would mean every network
        raise Misuse("--host is empty: leave it out, or write the address to listen on")
    token = _token(host)
    listening = _listen(host, port)
    from archive.web.server import run  # here: --help needs no Datasette
    from crawler import pages
    from crawler.sources import load_pages

    load_pages()

    name = f"[{host}]" if ":" in host else host
    address = f"http://{name}:{listening.getsockname()[1]}/"
    names = frozenset({"localhost", host.lower(), socket.gethostname().lower()})
    if not _is_loopback(host):
        click.echo("this is HTTP without TLS: on a network that you do not trust, read it through ssh -L", err=True)
    with listening:
        run(root, listening, names, token, pages.parse, lambda: click.echo(address + (f"?token={token}" if token else "")))
    return 0


def _token(host: str) -> str | None:
    """What a reader must show: as the environment says, else made now; None on loopback where nobody set one."""
    token = os.environ.get("SAGWAN_SERVE_TOKEN")
    if token is not None and not (len(token) >= _SHORTEST and token.isascii() and token.isalnum()):
        raise Misuse(
            f"SAGWAN_SERVE_TOKEN: write at least {_SHORTEST} letters and digits; `openssl rand -hex 20` makes such a token"
        )
    return token or (None if _is_loopback(host) else secrets.token_hex(20))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except (OSError, UnicodeError) as error:
        raise Misuse(f"cannot listen on {host} port {port}: {error}. Name another with --port or --host") from None
