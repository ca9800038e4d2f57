"""What a page of gnuboard says of its site: where its links lead, who wrote, and what an alert says in the place of a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl

from lxml.html import HtmlElement
from msgspec import Struct

from archive.capture import Capture
from archive.records import Account
from crawler.bases import Base, split
from crawler.markup import charset_of, every, first, has, lines_of, named_charset, target, words
from crawler.pages import LayoutError
from spiders.gnuboard import urls

# A server that is reached under another name than its own writes its own name into its links.
_OWN = re.compile(
    rb"""var\s+g5_url\s*=\s*["'](https?://[^"'\s]{1,200})["']|<link>\s*(https?://[^<\s]{1,200}?)/bbs/board\.php"""
)
_OCTET = r"(?:[0-9]{1,3}|[^\w.\s()]{1,3}|x{1,3})"
_ADDRESS = re.compile(rf"\(?({_OCTET}(?:\.{_OCTET}){{3}})\)?")
_MEMBER = re.compile(r"[?&]mb_id=([A-Za-z0-9_]{1,40})")
_NAMES = frozenset({"sv_member", "sv_guest", "member", "guest"})


class Site(Struct, frozen=True):
    """The site that a page is of: its base, by which other address it calls itself, what the page's URL asks for."""

    base: Base
    own: tuple[Base, ...]
    charset: str
    query: dict[str, str]

    @classmethod
    def of(cls, capture: Capture) -> Site:
        """What a capture shows. Raises LayoutError where its URL is none of gnuboard's scripts."""
        found, charset = urls.taken(capture.url), charset_of(capture, named_charset(capture.body))
        if found is None:
            raise LayoutError("the address is none of gnuboard's")
        parts = split(capture.url)
        pairs = parse_qsl(parts.query, keep_blank_values=True, encoding=charset, errors="replace") if parts else []
        named = _OWN.search(capture.body)
        said = split((named[1] or named[2]).decode("ascii", "replace")) if named else None
        own = (Base(said.scheme, said.hostname or "", said.path.rstrip("/")),) if said is not None else ()
        return cls(found[0], own, charset, dict(pairs))

    @property
    def label(self) -> str:
        """What a list is called in the archive: the site, the board, and what is searched for there."""
        return f"{self.base.name}/{self.query.get('bo_table', 'new')} {self.query.get('stx', '')}".rstrip()

    def key(self, url: str) -> str | None:
        """The key of the post that a link leads to."""
        for base in (self.base, *self.own):
            if (key := urls.key_at(base, url)) is not None:
                return self.base.name + key.removeprefix(base.name)
        return None

    def link(self, element: HtmlElement) -> tuple[str, str] | None:
        """Key and URL of the post that a row leads to."""
        hrefs = (target(each, self._here) for each in every(element, ".//a[@href]"))
        key = next((key for href in hrefs if (key := self.key(href)) is not None), None)
        return (key, urls.post_url(self.base, key)) if key is not None else None

    def page_of(self, link: HtmlElement) -> int:
        """The number of the page that a link of a list leads to."""
        number = self.asked(link).get("page", "1")
        return int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 1

    def asked(self, link: HtmlElement) -> dict[str, str]:
        """What a link asks for."""
        parts = split(target(link, self._here))
        return dict(parse_qsl(parts.query)) if parts is not None else {}

    def writer(self, element: HtmlElement) -> Account | None:
        """Who wrote what stands in an element, and as much of the address as the site shows. A guest is nobody but a name at an
        address; names and numbers of one site say nothing of another's."""
        who = next((each for each in element.iter() if _NAMES & _classes(each)), None)
        name = words(who)
        if who is None or name is None:
            return None
        ip = next((match[1] for text in _beside(element) if (match := _ADDRESS.fullmatch(text.strip()))), None)
        links = (match[1] for each in who.xpath("descendant-or-self::*/@href") if (match := _MEMBER.search(str(each))))
        member = next(links, None)
        guest = member is None and "guest" in (who.get("class") or "")
        key = member or " ".join(filter(None, (name, ip if guest else None)))
        return Account(key, name, provider="guest" if guest else "member", ip=ip, site=self.base.name)

    @property
    def _here(self) -> str:
        return f"{self.base.url}/bbs/board.php"


def _classes(element: HtmlElement) -> set[str]:
    return set((element.get("class") or "").split()) if isinstance(element.tag, str) else set()


def _beside(element: HtmlElement) -> Iterator[str]:
    """The texts in an element that stand in no name: anybody can call himself like an address."""
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str) and not (_NAMES | {"sv_wrap"}) & _classes(child):
            yield from _beside(child)
        yield child.tail or ""


def unknown(root: HtmlElement, lacks: str) -> LayoutError:
    """The error for a page without that. It names its alarm: a form for a password stands on every page of gnuboard, and makes
    none of them one where one logs in."""
    said = notice(root)
    return LayoutError(f"alert: {said}" if said else f"no {lacks}", "broken")


def notice(root: HtmlElement) -> str | None:
    """What the site says where it shows nothing else: with status 200, in an alert, and once more for who has no scripts."""
    said = first(root, f"//*[@id='validation_check']//*[{has('cbg')}]")
    return " ".join(lines_of(said).split()) or None if said is not None else None
