"""One HTTP exchange: as the crawler hands it over (Exchange), and as a parser reads it (Capture)."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from msgspec import Struct, field
from zlib_ng import zlib_ng

from archive.records import Int64, Record
from archive.times import Ms, Us

# What a browser made of a page is no exchange with the site: in the place of an HTTP method it has one of these, with the
# beginning of its WARC-Target-URI (the page's URL follows) and its type.
RENDERED = {"DOM": ("urn:dom:", "text/html; charset=utf-8"), "SCREENSHOT": ("urn:screenshot:", "image/png")}

# In the place of why a capture was made: what a page in a browser loads from its source's hosts of pictures and scripts, what
# else it loads or shows beside itself, and a page that was only to be shown. None is a look of the schedule.
ASSET, PART, SHOT = "asset", "part", "shot"
REACTIONS = "reactions"  # the first word of it where nothing is asked for but what the site counts of an article

# https://www.iana.org/assignments/http-parameters, without `identity`, which is none
_UNDONE = frozenset({"gzip", "x-gzip", "deflate"})
_CODINGS = _UNDONE | {"aes128gcm", "br", "compress", "dcb", "dcz", "exi", "pack200-gzip", "x-compress", "zstd"}
MAX_BODY = 128 << 20  # a decoded body beyond this is a bomb, not a page


class Listed(Struct, frozen=True, omit_defaults=True):
    """How an article came into the topic: it stood at `rank` of this list."""

    kind: str
    rank: Int64
    query: str | None = None


class Facts(Struct, kw_only=True, omit_defaults=True, tag_field="kind", tag="exchange"):
    """What we know of an exchange beside its bytes: the JSON of its WARC metadata record. Times: `at`, `received_at`
    in UTC ms (`at` never goes back inside a source); `sent` is the true send time in UTC microseconds."""

    source: str
    page: str
    run: str
    topic: str
    url: str
    method: str = "GET"
    at: Ms = 0
    received_at: Ms = 0
    sent: Us = 0
    walk: str | None = None
    article: str | None = None
    why: str | None = None
    attempt: int = 1
    listed: Listed | None = None
    context: dict[str, str] = field(default_factory=dict)
    fidelity: str | None = None  # wire | reconstructed | cdp | rendered; None where nothing was received
    error: str | None = None  # why there is no whole response
    truncated: str | None = None
    head: str | None = None  # the head as received (latin-1), where the response record had to differ from it
    trailers: str | None = None
    tls: str | None = None  # sha256 of the server's certificate
    protocol: str | None = None
    connect_to: str | None = field(default=None, name="connect-to")
    redacted: int = 0


class Exchange(Struct, kw_only=True):
    """Facts and bytes of one exchange. `request` is what was sent, `head` and `body` what came (transfer-decoded,
    content-coding kept); head is None when nothing came. What a browser rendered (a method of RENDERED) is a body alone.
    `kept` stands for a body that was redacted."""

    facts: Facts
    request: bytes = b""
    head: bytes | None = None
    body: bytes = b""
    ip: str | None = None
    kept: Read | None = None


class Capture(Struct, kw_only=True):
    """What a parser sees: one exchange, read back from its bytes. Header names are lower case; times UTC ms. What a browser
    rendered has no status."""

    page: str
    url: str
    status: int | None
    headers: tuple[tuple[str, str], ...]
    body: bytes
    at: int
    received_at: int
    article: str | None = None
    context: dict[str, str] = field(default_factory=dict)

    def header(self, name: str) -> str | None:
        """The first header of that (lower-case) name."""
        return next((value for key, value in self.headers if key == name), None)


class Parsed(Struct, frozen=True):
    """What a parser made of a capture. `outcome` is one of ok, empty, layout, refused, http, redirect, none, error;
    `parser` names the parser and its version (`daum.comments/1`); `note` says what was wrong, `alarm` that it is one."""

    outcome: str
    records: tuple[Record, ...] = ()
    parser: str | None = None
    note: str | None = None
    alarm: str | None = None


class Read(Struct, kw_only=True):
    """What is read of an exchange before it is rows: status, sha256 of the decoded body and of what was posted, the server's
    own time (UTC ms), what the parser made of it; headers and decoded body where there is a capture."""

    status: int | None
    digest: bytes | None
    request_digest: bytes | None
    server_at: int | None
    parsed: Parsed
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


Parse = Callable[[Capture], Parsed]


def split_head(head: bytes) -> tuple[int, tuple[tuple[str, str], ...]]:
    """Status and headers (names in lower case, values as latin-1) of a verbatim response head; status 0 if unreadable."""
    lines = head.split(b"\r\n")
    words = lines[0].split(None, 2)
    # One of four digits is none: no table could hold one of twenty.
    status = int(words[1]) if len(words) > 1 and words[1].isdigit() and len(words[1]) == 3 else 0
    headers = []
    for line in lines[1:]:
        name, colon, value = line.partition(b":")
        if colon:
            headers.append((name.strip().lower().decode("latin-1"), value.strip().decode("latin-1")))
    return status, tuple(headers)


def codings(headers: tuple[tuple[str, str], ...]) -> list[str]:
    """The content-codings of a body, in the order in which they were applied. A word that is none (a charset, `none`) is passed
    over, as by browsers: https://fetch.spec.whatwg.org/#handle-content-codings."""
    words = [word.strip().lower() for name, value in headers if name == "content-encoding" for word in value.split(",")]
    return [word for word in words if word in _CODINGS]


def decode(body: bytes, headers: tuple[tuple[str, str], ...]) -> bytes:
    """The body without its content-coding (gzip, deflate). Raises ValueError if it is broken, not asked for or a bomb."""
    for name in reversed(codings(headers) if body else []):
        if name not in _UNDONE:
            raise ValueError(f"content-encoding {name} was not asked for")
        body = body and _inflate(body, name)
    return body


def _inflate(body: bytes, name: str) -> bytes:
    # Servers send `deflate` both with and without the zlib header.
    kinds = (31,) if name != "deflate" else (15, -15)
    for n, bits in enumerate(kinds):
        try:
            return _members(body, name, bits)
        except zlib_ng.error as error:  # type: ignore[misc]  # its stubs name an instance
            if n + 1 == len(kinds):
                raise ValueError(f"broken {name} body: {error}") from None
    raise AssertionError("unreachable")


def _members(body: bytes, name: str, bits: int) -> bytes:
    """Inflates a body, also one of several gzip members; what follows the last one is no part of it."""
    parts, left = list[bytes](), MAX_BODY
    while not parts or (bits == 31 and body.startswith(b"\x1f\x8b")):
        inflater = zlib_ng.decompressobj(bits)
        parts.append(inflater.decompress(body, left))
        left -= len(parts[-1])
        if inflater.unconsumed_tail or left <= 0:
            raise ValueError(f"{name} body decodes to more than {MAX_BODY >> 20} MB")
        if not inflater.eof:
            raise ValueError(f"{name} body is cut short")
        body = inflater.unused_data
    return b"".join(parts)


def read_capture(facts: Facts, head: bytes | None, body: bytes) -> tuple[Capture | None, bytes | None, str | None]:
    """The parser's view of an exchange, the sha256 of its decoded body, and why it cannot be read.

    The capture is None when there was no whole, decodable response; the digest is None when there is no body to name.
    """
    if facts.method in RENDERED:
        head = b"\r\nContent-Type: %s\r\n\r\n" % RENDERED[facts.method][1].encode()
    if head is None:
        return None, None, facts.error
    status, headers = split_head(head)
    if facts.error or facts.truncated:
        return None, None, facts.error or f"cut: {facts.truncated}"
    try:
        decoded = decode(body, headers)
    except ValueError as error:
        return None, None, str(error)
    capture = Capture(
        page=facts.page,
        url=facts.url,
        status=None if facts.method in RENDERED else status,
        headers=headers,
        body=decoded,
        at=facts.at,
        received_at=facts.received_at,
        article=facts.article,
        context=facts.context,
    )
    return capture, sha256(decoded).digest(), None


def event(kind: str, **values: Any) -> dict[str, Any]:
    """A fact that is no HTTP exchange, ready to be a metadata record."""
    return {"kind": kind, **values}


class Seen(Struct, frozen=True):
    """One exchange after its bytes and rows are durable: what a spider decides from. `record` is the capture's uuid."""

    facts: Facts
    record: str
    status: int | None
    parsed: Parsed
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    new_comments: int = 0
    observations: int = 0
