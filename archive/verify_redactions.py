"""Checks redactions: every tombstone is one that a redaction's event names, and every one that an event names is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from archive.redacted import AGAIN, UNDER_WAY
from archive.times import iso

Tombstone = tuple[str, int, str, str]  # file, where its group begins, the redaction that it names, the group's digest


def check_redactions(root: Path, events: Iterable[dict[str, Any]], tombstones: Iterable[Tombstone]) -> Iterator[str]:
    """What is wrong, one line each."""
    if (root / UNDER_WAY).exists():
        yield AGAIN
    known = {str(event.get("redaction")): event for event in events}
    present = {digest for _, _, _, digest in tombstones}
    for file, at, redaction, digest in tombstones:
        if digest not in _listed(known.get(redaction, {}), "covers"):
            yield f"{file}: at {at}: a tombstone that no redaction wrote so: it was put there, or changed since"
    replaced = {digest for event in known.values() for digest in _listed(event, "superseded")}
    for redaction, event in known.items():
        if missing := len(_listed(event, "covers") - present - replaced):
            yield f"redaction {redaction}: {missing} of its tombstones are not there"


def said(event: dict[str, Any]) -> str:
    """One redaction for people."""
    at = event.get("at")
    when = iso(at) if isinstance(at, int) else at
    return f"{event.get('captures')} captures redacted on {when}, {event.get('comments')} comments: {event.get('reason')}"


def _listed(event: dict[str, Any], name: str) -> set[str]:
    found = event.get(name)
    return {str(digest) for digest in found} if isinstance(found, list) else set()
