"""Where a link leads, and the parts of an address that sites put keys and page numbers in."""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote_plus, urlencode, urljoin, urlsplit


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


def absolute(base: str, link: str) -> str:
    """Where a link on the page at `base` leads; "" for what is no URL."""
    try:
        return urljoin(base, link)
    except ValueError:
        return ""


def further(first: str, page: int, name: str = "page", start: int = 1, step: int = 1) -> str:
    """The address of a further page of a list that a topic names by that of its first, where `name` stands for the number of a
    page, or of its first row: `start` where it is not said, and `step` more on each page. All else stays in its bytes."""
    if page == 1:
        return first
    here = int(said) if (said := asked(first).get(name, "")).isdecimal() and len(said) < 10 else start
    number = urlencode({name: here + (page - 1) * step})
    plain, _, query = first.partition("#")[0].partition("?")
    parts = [number if unquote_plus(part.partition("=")[0]) == name else part for part in query.split("&") if part]
    return f"{plain}?{'&'.join(parts if number in parts else [*parts, number])}"
