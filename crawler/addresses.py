"""The parts of an address that sites put keys and page numbers in."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit


def host_and_path(url: str) -> tuple[str, str]:
    """Host and path of an http URL; two empty texts for anything else."""
    try:
        parts = urlsplit(url)
        return (parts.hostname or "", parts.path) if parts.scheme in ("http", "https") else ("", "")
    except ValueError:
        return "", ""


def asked(url: str) -> dict[str, str]:
    """The query of a URL; {} for what is no URL."""
    try:
        return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    except ValueError:
        return {}
