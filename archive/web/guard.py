"""What stands before every page: whose name it was asked under, by which method, with which token; and the headers of answers.

- A page elsewhere cannot read the archive through a name of its own that leads to this machine (DNS rebinding): only names of
  this machine and bare addresses are answered. What it would load into itself, or into a frame, is not answered either, also
  where it comes from another port of this machine: how long that takes tells something, too.
- Nothing writes: GET and HEAD are answered, and only addresses that we know.
- No script or style runs that does not come from a file of ours; on Datasette's own pages also what has their nonce.
"""

from __future__ import annotations

import hmac
import ipaddress
import re
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from html import escape
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from archive.web.words import LANGUAGES

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Any, Send], Awaitable[None]]

_STOCK = re.compile(r"/archive(/view_[a-z_]+)?(\.json)?|/archive/view_[a-z_]+\.csv|/-/static/table\.js|/static/[a-z0-9./-]+")
_OURS = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
_COOKIE = "sagwan_token"
_NAME = "This address is not one of this machine's names. Use the one that `sagwan serve` printed."


def policy(nonce: str | None) -> str:
    """The Content-Security-Policy of a page of ours, or of one of Datasette's own with that nonce."""
    return _OURS.replace("-src 'self';", f"-src 'self' 'nonce-{nonce}';", 2) if nonce else _OURS


def guarded(app: App, paths: frozenset[str], names: frozenset[str], token: str | None) -> App:
    """The application behind the guard. `paths`: of our pages; `names`: of this machine, as a browser may call it; `token`:
    what every reader must show; None on loopback."""

    async def guard(scope: Scope, receive: Any, send: Send) -> None:
        if scope["type"] != "http":  # the server's own start and end
            return await (app(scope, receive, send) if scope["type"] == "lifespan" else _close(send))
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        nonce = secrets.token_urlsafe(16) if scope["path"].startswith("/archive") else None
        private = not scope["path"].startswith(("/static/", "/-/static/"))
        answer = _marked(send, nonce, private)
        if not known_name(headers.get("host", ""), names):
            return await _say(answer, 421, _NAME)
        if _is_loaded(headers):
            return await _say(answer, 403, "A page elsewhere asks for this: nothing of an archive stands in another page.")
        if scope["method"] not in ("GET", "HEAD"):
            return await _say(answer, 405, "The archive is read-only.", {"allow": "GET, HEAD"})
        cookies = _cookies(headers.get("cookie", ""))
        if token is not None:
            shown, args = _same(cookies.get(_COOKIE, ""), token), parse_qsl(scope["query_string"].decode("latin-1"), True)
            if not shown or "token" in dict(args):  # one that a browser shows already is taken out of the address, too
                return await _ask_token(scope, args, answer, token, shown)
        lang, query = _spoken(scope["query_string"])
        answer = _marked(send, nonce, private, lang)
        kept = [(name, value) for name, value in scope["headers"] if name.lower() != b"cookie"]
        spoken = lang or cookies.get("lang")
        scope = {**scope, "headers": kept, "sagwan_nonce": nonce, "sagwan_lang": spoken, "query_string": query}
        if scope["path"] not in paths and not _STOCK.fullmatch(scope["path"]):
            scope["path"], scope["raw_path"] = "/-/nothing", b"/-/nothing"  # an error page in our frame
        return await app(scope, receive, answer)

    return guard


def known_name(host: str, names: frozenset[str]) -> bool:
    """Whether a Host header names this machine: by a name of it, or by a bare address, which no name server can turn round."""
    name = re.sub(r":[0-9]{1,5}$", "", host.strip().lower())
    if name in names:
        return True
    try:
        ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True


def _is_loaded(headers: dict[str, str]) -> bool:
    """Whether a page of another origin would load the answer into itself. It may lead here by a link."""
    if headers.get("sec-fetch-site") not in ("cross-site", "same-site"):
        return False
    return headers.get("sec-fetch-mode") != "navigate" or headers.get("sec-fetch-dest", "document") != "document"


def _cookies(header: str) -> dict[str, str]:
    """By name. Those of all servers on this machine come, whatever their port and however they write: what cannot be read of
    one is no matter of the others."""
    pairs = (pair.strip().partition("=") for pair in header.split(";"))
    return {name: value for name, _, value in pairs}


def _same(shown: str, token: str) -> bool:
    return hmac.compare_digest(shown.encode("utf-8", "replace"), token.encode())


async def _ask_token(scope: Scope, args: list[tuple[str, str]], send: Send, token: str, shown: bool) -> None:
    """Takes the token from the address and keeps it in a cookie; without the right one nothing is shown."""
    if not shown and not any(name == "token" and _same(value, token) for name, value in args):
        return await _say(send, 401, "Open the address with the token that `sagwan serve` printed.")
    rest = urlencode([(name, value) for name, value in args if name != "token"])
    where = escape("/" + quote(scope["path"]).lstrip("/") + (f"?{rest}" if rest else ""))
    # No redirect: after one from elsewhere a strict cookie would not be sent.
    body = (
        f'<!doctype html><meta http-equiv="refresh" content="0; url={where}"><title>sagwan</title><a href="{where}">sagwan</a>'
    )
    cookie = f"{_COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict"
    return await _say(send, 200, body, {"set-cookie": cookie, "content-type": "text/html; charset=utf-8"})


def _spoken(query: bytes) -> tuple[str | None, bytes]:
    """The language that an address asks for, and its query without that: a table would take it for one of its columns."""
    pairs = query.split(b"&")
    asked = [pair.removeprefix(b"lang=").decode("latin-1") for pair in pairs if pair.startswith(b"lang=")]
    rest = b"&".join(pair for pair in pairs if not pair.startswith(b"lang="))
    return next((lang for lang in asked if lang in LANGUAGES), None), rest


def _marked(send: Send, nonce: str | None, private: bool, lang: str | None = None) -> Send:
    """Puts our headers on an answer, instead of any of the same name; a language that was asked for is kept."""

    async def marked(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            caching = "no-store" if private else "no-cache"
            added = _HEADERS | {"content-security-policy": policy(nonce), "cache-control": caching}
            kept = [(name, value) for name, value in message.get("headers", []) if name.decode("latin-1").lower() not in added]
            ours = [*added.items(), *([("set-cookie", f"lang={lang}; Path=/; HttpOnly; SameSite=Strict")] if lang else [])]
            message = {**message, "headers": [*kept, *((name.encode(), value.encode()) for name, value in ours)]}
        await send(message)

    return marked


async def _say(send: Send, status: int, text: str, headers: dict[str, str] | None = None) -> None:
    both = {"content-type": "text/plain; charset=utf-8"} | (headers or {})
    pairs = [(name.encode(), value.encode()) for name, value in both.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": text.encode()})


async def _close(send: Send) -> None:
    await send({"type": "websocket.close", "code": 1000})
