"""An exchange as the browser's DevTools protocol (CDP) tells it: heads as they were received, bodies before any page saw them.

A body comes without its content-coding, a redirect's not at all; the stored head says so (fidelity `cdp`).
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
from collections import defaultdict
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import CDPSession, Error

from archive.capture import Exchange, Facts, split_head
from crawler.wire import mark

LONGER = "the answer is longer than DOWNLOAD_MAXSIZE allows"
_PATIENCE = 2.0  # seconds that a head may come after its answer


class Heads:
    """The heads of answers as they were received, in their order: another part of the browser tells them."""

    def __init__(self) -> None:
        self._told: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        self._came = asyncio.Event()

    def add(self, event: dict[str, Any]) -> None:
        """For Network.responseReceivedExtraInfo."""
        self._told[event["requestId"]].append(event)
        self._came.set()

    async def of(self, identity: str | None) -> dict[str, Any]:
        """The next head of a request; nothing where the browser does not tell it."""
        if identity is None:
            return {}
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                while not self._told[identity]:
                    self._came.clear()
                    await self._came.wait()
        if not self._told[identity]:
            return {}
        told = self._told[identity].pop(0)
        return {"head": told.get("headersText"), "headers": list(told["headers"].items())}


def exact(text: str, heads: list[bytes]) -> bytes | None:
    """Takes that one of some heads which the browser shows as this text; None where there is none."""
    shown = _bytes(text).split(b"\r\n")
    for head in heads:
        lines = head.split(b"\r\n")
        # A line that is not UTF-8 is shown without what stands behind its colon.
        if len(lines) == len(shown) and all(line == one or not line.isascii() for line, one in zip(lines, shown, strict=True)):
            heads.remove(head)
            return head
    return None


def answer_of(event: dict[str, Any]) -> dict[str, Any]:
    """What the event of a paused answer says of it; without cookies, and of several headers of one name only one."""
    headers = [(one["name"], one["value"]) for one in event.get("responseHeaders", [])]
    return {"status": event["responseStatusCode"], "text": event.get("responseStatusText", ""), "headers": headers}


async def body_of(
    cdp: CDPSession, event: dict[str, Any], answer: dict[str, Any], largest: int
) -> tuple[bytes, str | None, str | None]:
    """The body of a paused answer without its content-coding; why it is not whole, and that in the word of WARC-Truncated."""
    declared = next((value for name, value in answer["headers"] if name.lower() == "content-length"), "")
    if declared.isdecimal() and int(declared) > largest:
        return b"", LONGER, "length"
    if 300 <= answer["status"] < 400:  # the browser shows nobody the body of a redirect
        return b"", None, None
    try:
        told = await cdp.send("Fetch.getResponseBody", {"requestId": event["requestId"]})
    except Error as error:
        return b"", " ".join(str(error).split())[:300], "disconnect"
    body = base64.b64decode(told["body"]) if told["base64Encoded"] else told["body"].encode()
    if len(body) > largest:  # the tunnel ends it soon after
        return body[:largest], LONGER, "length"
    return body, None, None


def exchange(facts: Facts, request: dict[str, Any], sent: dict[str, str], answer: dict[str, Any], body: bytes) -> Exchange:
    """Of what CDP says: `request` of a paused request, the headers that were sent, and the answer: `head` (bytes, or its text),
    or `status`, `text` and `headers` (several values of one name on lines of their own). What failed has no answer."""
    went_out = sent or "status" in answer  # else there was no connection
    made = Exchange(facts=facts, request=_request(request, sent) if went_out else b"")
    if "status" not in answer:
        return made
    head = _head(answer)
    facts.fidelity = "cdp"
    if answer.get("head"):  # HTTP/2 has no text
        facts.protocol = "http/1.1" if head.startswith(b"HTTP/1.1") else "http/1.0"
    made.head, made.body = _fitting(head, body), body
    if made.head != head:
        facts.head = head.decode("latin-1")
    return made


def _request(request: dict[str, Any], sent: dict[str, str]) -> bytes:
    parts = urlsplit(request["url"])
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {name: value for name, value in (sent or request["headers"]).items() if not name.startswith(":")}
    if not any(name.lower() == "host" for name in headers):
        headers = {"Host": parts.netloc} | headers
    lines = [f"{request['method']} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return _bytes("\r\n".join(lines) + "\r\n\r\n" + request.get("postData", ""))


def _head(answer: dict[str, Any]) -> bytes:
    if head := answer.get("head"):
        return head if isinstance(head, bytes) else _bytes(str(head))
    lines = [f"HTTP/1.1 {answer['status']} {answer.get('text', '')}"]
    lines += [f"{name}: {one}" for name, value in answer["headers"] for one in value.split("\n") if not name.startswith(":")]
    return _bytes("\r\n".join(lines) + "\r\n\r\n")


def _bytes(text: str) -> bytes:
    """CDP reads heads as UTF-8."""
    return text.encode("utf-8", "surrogatepass")


def _fitting(head: bytes, body: bytes) -> bytes:
    """The head with the names of those headers changed that are not true of the body as it is here."""
    headers = split_head(head)[1]
    names = {name for name, value in headers if name == "transfer-encoding"}
    names |= {name for name, value in headers if name == "content-encoding" and value.lower() != "identity"}
    names |= {name for name, value in headers if name == "content-length" and value != str(len(body))}
    return mark(head, *(name.encode("latin-1") for name in sorted(names))) if names else head
