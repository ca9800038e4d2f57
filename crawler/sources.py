"""What a source is, and which there are: every package in spiders/ that has a SOURCE."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from urllib.parse import parse_qsl

from msgspec import Struct, structs

from crawler import chromium
from crawler.bases import Base, guesses, host_of, parse, site_of, split
from crawler.queries import Part
from crawler.refusing import refusing

_NAME_ENDS = re.compile(r"[\[\0]")


class Allow(Struct, frozen=True):
    """Requests that a source may make: a method, a host, and a path in which * stands for a whole segment and # for one that is
    a number; where one address does many things, also what says which: `act`, a name with its value in the query, the form or
    the JSON that is sent (a value of "": the name must not stand there)."""

    method: str
    host: str
    path: str
    act: tuple[str, str] | None = None

    def permits(self, method: str, host: str, path: str, query: str = "", body: bytes = b"") -> bool:
        """Whether a request falls under this rule."""
        if method != self.method or host != self.host:
            return False
        ours, theirs = self.path.split("/"), path.split("/")
        same = len(ours) == len(theirs) and all(
            a == b or (a == "*" and b) or (a == "#" and b.isascii() and b.isdigit()) for a, b in zip(ours, theirs, strict=True)
        )
        return same and (self.act is None or _said(self.act[0], query, body) == ([self.act[1]] if self.act[1] else []))

    def __str__(self) -> str:
        name, value = self.act or ("", "")
        return f"{self.method} {self.host}{self.path}" + (f" ({name}={value})" if value else f" (no {name})" if name else "")


def _said(name: str, query: str, body: bytes) -> list[str]:
    """Every value that a request has under a name: a server may take either, and PHP also ` act`, `act[]` and what ends at a
    zero byte."""
    text = body.decode("utf-8", "replace")
    pairs = parse_qsl(query, keep_blank_values=True)
    pairs += parse_qsl(text, keep_blank_values=True) if not text.startswith("{") else []
    said = [value for key, value in pairs if _NAME_ENDS.split(key.lstrip(), maxsplit=1)[0] == name]
    if not text.startswith("{"):
        return said
    try:
        return said + [str(value) for key, value in json.loads(text, object_pairs_hook=list) if key == name]
    except ValueError:
        return []


class Syntax(Struct, frozen=True):
    """What a source's search understands: the parts of a query that it cannot express. Our own filter decides those."""

    lacks: frozenset[Part] = frozenset()


class Source(Struct, frozen=True):
    """One site: its name, what may be requested from it, and how politely."""

    name: str
    title: str
    allow: tuple[Allow, ...]
    article_key: Callable[[str], str | None]  # URL of an article -> its key; None for any other URL
    article_url: Callable[[str], str]  # key -> URL
    list_page: Callable[[str], str | None] = lambda url: None  # URL of a list of articles -> its page kind; None for others
    samples: tuple[str, ...] = ()  # URLs of lists that are always there, for `sagwan probe`
    search: Syntax | None = None  # None: its queries are not asked, and `limits` says why
    assets: frozenset[str] = frozenset()  # hosts of scripts, styles and pictures: a browser may GET all that is there
    comment_page: Callable[[str], str | None] = lambda key: None  # key -> URL, where the comments have a page of their own
    opens: str | None = None  # CSS selector of what a reader clicks on an article's page to see its comments
    frame: str | None = None  # name of the frame that shows them there; a browser may GET all that is on its host
    framed: frozenset[str] = frozenset()  # domains of which it may be: where it is the page says
    robots_of: Mapping[str, str] = {}  # host -> the origin whose robots.txt holds for it too
    threads: frozenset[str | None] = frozenset()  # panes whose comments it reads; None: also where the page cannot be read
    browser: frozenset[str] = frozenset()  # of those panes what only a browser shows
    counted: int = 0  # articles whose comments it can have counted in one request
    forgets: Mapping[str, int] = {}  # pane -> ms after publication at which the site takes its comments away
    veils: int = 0  # ms for which the site does not show the words of a new comment
    delay: float = 2.0  # seconds between requests to one host
    keys: tuple[str, ...] = ()  # environment variables with the operator's credentials; redacted everywhere
    needs_keys: bool = False
    by_name: bool = False  # queries are asked there only for a topic that names it: nobody has seen its pages with this program
    limits: str = ""  # what it cannot collect, in one sentence for `sagwan sources`
    found_at: Callable[[Source, tuple[Base, ...]], Source] | None = None  # of software that many sites run: it at these sites

    def may_frame(self, host: str) -> bool:
        """Whether the frame of its comments may be there."""
        return any(host.endswith(f".{domain}") for domain in self.framed)

    def here(self) -> Source:
        """It as it can be read on this machine: without the panes that need a browser, where there is none."""
        if not self.browser or chromium.find() is not None:
            return self
        return structs.replace(self, threads=self.threads - self.browser)

    def based(self, bases: tuple[Base, ...]) -> Source:
        """It at the sites that a topic names. Software that many sites run is nowhere without."""
        return self.found_at(self, bases) if self.found_at is not None and bases else self

    def lacks(self) -> frozenset[Part]:
        """The parts of a query that its search cannot express."""
        return self.search.lacks if self.search is not None else frozenset()


@cache
def all_sources() -> dict[str, Source]:
    """Every source by name; imports no Scrapy."""
    return {source.name: source for source in map(_source, _packages())}


def package_of(name: str) -> str | None:
    """The package in spiders/ of a source."""
    return next((package for package in _packages() if _source(package).name == name), None)


def _source(package: str) -> Source:
    source: Source = importlib.import_module(f"spiders.{package}.source").SOURCE
    return source


def wrong_base(name: str, named: Mapping[str, Sequence[str]]) -> str | None:
    """What is wrong with the sites at which a topic has a source; `named`: the `base` of each source, as it is written."""
    source, said, place = all_sources()[name], named.get(name, ()), f"[source.{name}] `base`"
    if source.found_at is None:
        return f"{place} is only for software that many sites run. Remove it" if said else None
    if not said:
        return f'source `{name}` is software that many sites run. Write [source.{name}] base = "https://board.example.org"'
    names = list[str]()
    for text in said:
        try:
            base = parse(text)
        except ValueError as error:
            return f"{place}: {error}"
        if (refused := refusing(base.url)) is not None:
            return f"{place}: {refused}"
        hosts = {rule.host: each.name for each in all_sources().values() for rule in each.allow}
        owner = next((owner for host, owner in hosts.items() if site_of(host) == site_of(base.host)), None)
        if owner is not None:
            return f"{place}: {base.url} is the source `{owner}`. Name that one in `sources`"
        if base.name in names:
            return f"{place}: {base.url} stands there twice. Remove one"
        names.append(base.name)
        for other, texts in named.items():
            if other != name and base.host in {host_of(found) for each in texts if (found := split(each)) is not None}:
                return f"{place}: {base.host} is also in [source.{other}]. Remove one"
    return None


def load_pages() -> None:
    """Registers every parser (imports each source's pages.py)."""
    for package in _packages():
        importlib.import_module(f"spiders.{package}.pages")


@cache
def _packages() -> list[str]:
    """The packages in spiders/: a name that begins with a digit (82cook) is no package's, so they need not be the sources'."""
    return [info.name for info in pkgutil.iter_modules(importlib.import_module("spiders").__path__) if info.ispkg]


def reference(text: str, known: Callable[[str, str], bool] = lambda source, key: True) -> tuple[str, str, str | None]:
    """`source:article`, `source:article#comment` or an article's URL as (source, article, comment). Of a URL at no site that we
    know by name, `known` says which source and key that it could be the archive has. Raises ValueError."""
    if "://" in text:
        for source in all_sources().values():
            key = source.article_key(text)
            if key is not None:
                return source.name, key, None
        for source in all_sources().values():
            for base in guesses(text) if source.found_at is not None else ():
                key = source.based((base,)).article_key(text)
                if key is not None and known(source.name, key):
                    return source.name, key, None
        raise ValueError(f"no source knows this URL as an article, and the archive has none from there: {text}")
    name, colon, rest = text.partition(":")
    article, mark, comment = rest.partition("#")
    if not colon or not article or not name or (mark and not comment):  # an unset variable after # is not the whole article
        raise ValueError(f"not a reference: {text!r}. Write source:article, source:article#comment, or the article's URL")
    return name, article, comment or None
