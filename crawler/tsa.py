"""Asks time-stamp authorities over HTTP. Their answers are anybody's bytes: bounded in size and time, checked, then kept."""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import signal
import ssl
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

from msgspec import Struct, field

from archive import stamps
from archive.timestamp import NoStamp, Trusted, check_answer, request_for
from crawler.errors import Misuse

SECONDS = 30.0
PAUSE = 1.0  # between two requests to one authority
LARGEST = 64 << 10  # a token with its certificates has 2 to 10 KB


class NoAnswer(Exception):
    """Raised where an authority gave no answer that could be a token; the message says why."""


class Stamped(Struct):
    """The tokens that were kept, and for each authority that failed one line: which, why, what to do."""

    tokens: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def stamp(root: Path, authorities: Sequence[str], trusted: Trusted, agent: str) -> Stamped:
    """Gets a token of each authority for every manifest that has none of it; one that fails is left for the next time."""
    done = Stamped()
    for authority in dict.fromkeys(authorities):
        waiting = stamps.unstamped(root, authority)
        for n, manifest in enumerate(waiting):
            if n and not on_loopback(authority):
                time.sleep(PAUSE)
            data = manifest.read_bytes()
            request, nonce = request_for(data)
            try:
                answer = ask(authority, request, agent)
                token = stamps.keep(root, manifest, authority, answer, check_answer(answer, data, trusted, nonce))
            except (NoAnswer, NoStamp) as error:
                done.failed.append(
                    f"{authority}: {error}. Nothing of it was kept; manifests without its time-stamp: {len(waiting) - n}, "
                    f"first {manifest.name}: seal again with this --tsa, or another one"
                )
                break
            done.tokens.append(token.name)
    return done


def check_url(url: str) -> str:
    """The address of an authority as it was given. Raises Misuse for what cannot be one, or holds a password."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and not parts.fragment
    except ValueError:
        good = False
    if not good or not url.isascii() or not url.isprintable() or " " in url:
        raise Misuse(f"--tsa {url!r}: no address of an authority: write http://HOST/PATH or https://HOST/PATH")
    if "@" in parts.netloc:
        raise Misuse(
            f"--tsa: the address at {parts.hostname} holds a user or a password, and it would be kept beside the token"
        )
    return url


def on_loopback(url: str) -> bool:
    """Whether an address is this machine's own."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def ask(url: str, request: bytes, agent: str, seconds: float = SECONDS) -> bytes:
    """The body of an authority's answer to a request (DER). No proxy, no redirect. Raises NoAnswer. In the main thread only."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connection = http.client.HTTPSConnection(parts.hostname, parts.port, timeout=seconds, context=context)
    else:
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=seconds)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply", "User-Agent": agent}
    try:
        with contextlib.closing(connection), _at_most(seconds):
            connection.request("POST", target, request, headers)
            answer = connection.getresponse()
            body = answer.read(LARGEST + 1)
    except TimeoutError:
        raise NoAnswer(f"no whole answer in {seconds:g} seconds") from None
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswer(f"no answer: {getattr(error, 'strerror', None) or error or type(error).__name__}") from None
    if answer.status in range(300, 400):
        where = answer.headers.get("Location", "")[:200]
        raise NoAnswer(f"it sends us on to {where!r}: if that is right, name that address")
    if answer.status != 200:
        raise NoAnswer(f"it answered {answer.status} {answer.reason[:200]}")
    if len(body) > LARGEST:
        raise NoAnswer(f"its answer is larger than {LARGEST >> 10} KiB")
    if answer.headers.get("Content-Type", "").startswith("text/html"):
        raise NoAnswer("it answered with a page, not with a token")
    return body


@contextlib.contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Ends what is inside by TimeoutError. A socket's own time-out begins anew with every byte that drips in."""

    def ring(number: int, frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
