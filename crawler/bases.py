"""Where software that many sites run is found: the address of a board, as a topic file gives it in `base`. Pure; no Scrapy."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from msgspec import Struct

_LABEL = re.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_PATH = re.compile(r"(?:/[A-Za-z0-9_~-]{1,40}){0,4}")
_DEEPEST = 4  # segments of a path


class Base(Struct, frozen=True):
    """One board: `https`, `board.example.org`, and the path of its front page: "" or `/xe`."""

    scheme: str
    host: str
    path: str = ""

    @property
    def url(self) -> str:
        """Its front page, without a slash at the end."""
        return f"{self.scheme}://{self.host}{self.path}"

    @property
    def name(self) -> str:
        """What the keys of its articles begin with."""
        return f"{self.host}{self.path}"

    def below(self, url: str) -> str | None:
        """What stands in a URL behind this base: `/humor/123`, "" for itself; None for a URL elsewhere. The host may be written
        in its own letters, and the scheme is not asked: a site that turned to https keeps its keys."""
        parts = split(url)
        if parts is None or parts.scheme not in ("http", "https") or host_of(parts) != self.host:
            return None
        path = parts.path
        return path.removeprefix(self.path) if path == self.path or path.startswith(f"{self.path}/") else None


NOWHERE = Base("https", "SITE")  # stands for a site where only the shape of its requests is shown


def parse(text: str) -> Base:
    """The base that a topic file gives. Raises ValueError with what is wrong and what to write."""
    write = 'Write base = "https://board.example.org", or with a path: "https://example.org/xe"'
    parts = split(text.strip())
    if parts is None or parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError(f"{text!r} is no address. {write}")
    if "@" in parts.netloc:
        raise ValueError(f"{text!r} has a user name, and nobody logs in here. {write}")
    if parts.query or parts.fragment:
        raise ValueError(f"{text!r} goes on behind the front page with ? or #. {write}")
    if parts.port not in (None, 443 if parts.scheme == "https" else 80):
        raise ValueError(f"{text!r} has a port, and only the standard port is asked. {write}")
    host = host_of(parts)
    if host is None:
        raise ValueError(f"{text!r} has no host name. {write}")
    if private_name(host):
        raise ValueError(f"{text!r} is a private or literal address, and none is ever fetched. {write}")
    path = parts.path.rstrip("/")
    if not _PATH.fullmatch(path):
        raise ValueError(f"{text!r} has a path that no board has: not a page, but what all its pages begin with. {write}")
    return Base(parts.scheme, host, path)


def guesses(url: str) -> list[Base]:
    """Each base that a URL could stand under, the shortest first; none for what is no URL."""
    parts = split(url)
    host = host_of(parts) if parts is not None and parts.scheme in ("http", "https") else None
    if parts is None or host is None:
        return []
    steps = parts.path.split("/")[1 : _DEEPEST + 1]
    paths = ["".join(f"/{step}" for step in steps[:deep]) for deep in range(len(steps) + 1)]
    return [Base(parts.scheme, host, path) for path in paths if _PATH.fullmatch(path)]


def split(url: str) -> SplitResult | None:
    """A URL's parts; None for what is none."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  (a bad port is only found when it is read)
    except ValueError:
        return None
    return parts


def host_of(parts: SplitResult) -> str | None:
    """The host as the network knows it: in lower case, Korean names in ASCII (`xn--...`); None where it is none."""
    host = (parts.hostname or "").rstrip(".")
    try:
        host = host.encode("idna").decode("ascii").lower() if not host.isascii() else host
    except UnicodeError:
        return None
    labels = host.split(".")
    whole = len(host) <= 253 and all(map(_LABEL.fullmatch, labels))
    return host if whole or ":" in host else None


def site_of(host: str) -> str:
    """The name that a host stands under: `dcinside.com` of gall.dcinside.com, `todayhumor.co.kr` of www.todayhumor.co.kr."""
    labels = host.split(".")
    return ".".join(labels[-3:] if len(labels[-1]) == 2 and len(labels[-2:][0]) <= 3 else labels[-2:])


def private_name(host: str) -> bool:
    """Whether a host's name says that it is no public site: an address in digits, or a name of this machine or network."""
    return literal(host) or host == "localhost" or host.endswith((".localhost", ".local", ".internal")) or "." not in host


def literal(host: str) -> bool:
    """Whether a host is an address and no name. 2130706433, 0x7f.1 and 127.1 are addresses to a resolver too: a host whose last
    label is a number is no name."""
    last = host.rstrip(".").rpartition(".")[2]
    return ":" in host or last.isdigit() or last.lower().startswith("0x")
