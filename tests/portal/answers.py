"""A question as the portal understood it, and an answer before it goes on the wire."""

from __future__ import annotations

from dataclasses import dataclass, field
from http.client import responses

HTML = "text/html;charset=UTF-8"
JSON = "application/json;charset=UTF-8"
TEXT = "text/plain;charset=UTF-8"


@dataclass
class Question:
    """One request; `headers` has lower-case names, `twists` names the faults that change what is listed."""

    host: str
    method: str
    target: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes = b""
    twists: frozenset[str] = frozenset()


@dataclass
class Answer:
    """Status, headers and body. The server adds date, length and connection."""

    status: int = 200
    body: bytes = b""
    headers: list[tuple[str, str]] = field(default_factory=list)
    reason: str | None = None

    def header(self, name: str) -> str | None:
        """The value of a header, however its name is written."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def replaced(self, name: str, value: str) -> list[tuple[str, str]]:
        """The headers with this one set."""
        kept = [(key, old) for key, old in self.headers if key.lower() != name.lower()]
        return [*kept, (name, value)]

    def head(self, more: list[tuple[str, str]]) -> bytes:
        """The bytes before the body."""
        reason = responses.get(self.status, "Unknown") if self.reason is None else self.reason
        lines = [
            f"HTTP/1.1 {self.status} {reason}",
            *(f"{key}: {value}" for key, value in [*self.headers, *more]),
        ]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


def answer(body: str | bytes, kind: str = TEXT, status: int = 200, *more: tuple[str, str]) -> Answer:
    """An answer with a content type."""
    return Answer(status, body.encode() if isinstance(body, str) else body, [("Content-Type", kind), *more])
