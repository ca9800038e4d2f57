"""An exchange as the browser's DevTools protocol (CDP) tells it: heads as they were received, bodies before any page saw them.

A body comes without its content-coding, a redirect's not at all; the stored head says so (fidelity `cdp`).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from archive.capture import Exchange, Facts, split_head
from crawler.wire import mark


def exchange(facts: Facts, request: dict[str, Any], sent: dict[str, str], answer: dict[str, Any], body: bytes) -> Exchange:
    """Of what CDP says: `request` of a paused request, the headers that were sent, and the answer: `head` (its text), or
    `status`, `text` and `headers` (several values of one name on lines of their own). Facts with an error have no answer."""
    made = Exchange(facts=facts, request=_request(request, sent))
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
    if text := answer.get("head"):
        return _bytes(str(text))
    lines = [f"HTTP/1.1 {answer['status']} {answer.get('text', '')}"]
    lines += [f"{name}: {one}" for name, value in answer["headers"] for one in value.split("\n") if not name.startswith(":")]
    return _bytes("\r\n".join(lines) + "\r\n\r\n")


def _bytes(text: str) -> bytes:
    """CDP reads heads as UTF-8, or letter by letter where they are none."""
    return text.encode("utf-8", "surrogatepass")


def _fitting(head: bytes, body: bytes) -> bytes:
    """The head with the names of those headers changed that are not true of the body as it is here."""
    headers = split_head(head)[1]
    names = {name for name, value in headers if name == "transfer-encoding"}
    names |= {name for name, value in headers if name == "content-encoding" and value.lower() != "identity"}
    names |= {name for name, value in headers if name == "content-length" and value != str(len(body))}
    return mark(head, *(name.encode("latin-1") for name in sorted(names))) if names else head
