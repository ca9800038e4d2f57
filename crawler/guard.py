"""What may be requested at all: read-only by construction, and never a private address.

The allow-list and the address checks hold on the logical URL; the resolver checks again what a name answers (DNS rebinding).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from typing import Any, ClassVar
from urllib.parse import SplitResult, unquote, urlsplit

from scrapy.resolver import CachingThreadedResolver
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from crawler.bases import literal, private_name
from crawler.errors import Misuse, NotAllowed
from crawler.sources import Source


def check(method: str, url: str, source: Source, *, body: bytes = b"", assets: frozenset[str] = frozenset()) -> None:
    """Raises NotAllowed unless this source may make this request. A browser may also GET all that `assets` (hosts) have."""
    parts = _split(url)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https"):
        raise NotAllowed(f"{url}: only http and https are fetched")
    if parts.username is not None or parts.password is not None:
        raise NotAllowed(f"{host}: a URL with a user name is never fetched")
    if not host or private_name(host):
        raise NotAllowed(f"{url}: a private or literal address is never fetched")
    if parts.port not in (None, 443 if parts.scheme == "https" else 80):
        raise NotAllowed(f"{url}: only the standard port is asked")
    path = unquote(parts.path) or "/"
    if ".." in path.split("/") or "\\" in path:
        raise NotAllowed(f"{url}: a path with .. is never fetched")
    known = host in source.assets or source.may_frame(host) or any(rule.host == host for rule in source.allow)
    if method == "GET" and ((known and path == "/robots.txt") or host in assets):
        return
    if not any(rule.permits(method, host, path, parts.query, body) for rule in source.allow):
        raise NotAllowed(f"{method} {url}: not among the requests that {source.name} may make (see `sagwan sources`)")


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  (a bad port is only found when it is read)
    except ValueError:
        raise NotAllowed(f"{url!r} is no URL") from None
    return parts


_PUBLIC_IPV6 = ipaddress.IPv6Network("2000::/3")


def private(address: str) -> bool:
    """Whether an address that a resolver answered is not on the public internet."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return True
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return private(str(ip.ipv4_mapped))
        if ip.sixtofour or ip.teredo or ip not in _PUBLIC_IPV6:  # tunnels can lead to any IPv4 address
            return True
    return not ip.is_global or ip.is_multicast


class PublicResolver(CachingThreadedResolver):
    """Scrapy's resolver, refusing names that answer with a private address. Literal addresses come only from connect-to:
    on a logical URL `check` has refused them."""

    refused: ClassVar[dict[str, str]] = {}  # name: why. Twisted does not hand on what a resolver raises

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:
        """The name's address; fails when it is private, and `refused` says so."""
        self.refused.pop(name, None)  # of an earlier time: a name without an answer leads nowhere
        answer: Deferred[str] = super().getHostByName(name, timeout)
        return answer if literal(name) else answer.addCallback(self._public, name)

    def _public(self, address: Any, name: str) -> Any:
        if private(str(address)):
            self.refused[name] = f"{name} resolves to {address}, a private address: never fetched"
            raise DNSLookupError(self.refused[name])
        return address


_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*", re.IGNORECASE)


class ConnectTo:
    """`--connect-to HOST=http://127.0.0.1:PORT`: where to connect instead, in plain HTTP; `*` for every host."""

    def __init__(self, rules: Sequence[str] = ()) -> None:
        self._targets: dict[str, tuple[str, int]] = {}
        for rule in rules:
            host, _, target = rule.partition("=")
            parts = urlsplit(target)
            try:
                port = parts.port
            except ValueError:
                port = None
            if not host or parts.scheme != "http" or port is None or parts.path not in ("", "/") or parts.query:
                raise Misuse(f"connect-to {rule!r}: write HOST=http://127.0.0.1:PORT")
            if host != "*" and not _HOST.fullmatch(host):  # it would never match, and the real host would be asked
                raise Misuse(f"connect-to {rule!r}: {host!r} is no host name. Write one without http:// and port, or '*'")
            if parts.hostname not in ("127.0.0.1", "localhost"):
                raise Misuse(f"connect-to {rule!r}: only 127.0.0.1 is connected to")
            self._targets[host.lower()] = ("127.0.0.1", port)

    def __bool__(self) -> bool:
        return bool(self._targets)

    def target(self, url: str) -> tuple[str, int] | None:
        """Address and port to connect to for a logical URL; None for the real one."""
        return self._targets.get(urlsplit(url).hostname or "") or self._targets.get("*")

    def hosts(self) -> list[str]:
        """The hosts that are connected elsewhere, `*` for all."""
        return sorted(self._targets)
