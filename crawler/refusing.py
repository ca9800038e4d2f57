"""Sites that people ask for and that refuse programs which say who they are. There is no spider for them: a refusal is an
answer. docs/sources/refusing.md says more."""

from __future__ import annotations

from urllib.parse import urlsplit

from msgspec import Struct


class Refusing(Struct, frozen=True):
    """One such site: what it is called, its host (its other hosts are below it), and what was seen, when."""

    name: str
    title: str
    host: str
    seen: str

    def __str__(self) -> str:
        return f"{self.title} refuses programs ({self.seen}) and is not collected: see docs/sources/refusing.md"


REFUSING = (
    Refusing("arcalive", "Arca.live", "arca.live", "403 and a Cloudflare challenge, 2026-08 and 2026-09"),
    Refusing("damoang", "damoang", "damoang.net", "403 by Cloudflare, 2026-09"),
    Refusing("instiz", "Instiz", "instiz.net", "403 by Cloudflare even for robots.txt, 2026-09"),
)


def refusing(said: str) -> Refusing | None:
    """The refusing site that a topic names, by its name, its host or a URL there; None for anything else."""
    try:
        host = urlsplit(said).hostname or said.lower()
    except ValueError:
        return None
    for site in REFUSING:
        if host in (site.name, site.host.partition(".")[0]) or f".{host}".endswith(f".{site.host}"):
            return site
    return None
