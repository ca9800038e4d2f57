"""What gnuboard is to this program."""

from __future__ import annotations

from msgspec import structs

from crawler.bases import Base
from crawler.sources import Allow, Source, Syntax
from spiders.gnuboard import urls

_SCRIPTS = ("board", "search", "new", "rss", "password")  # of those that only read; good.php is a vote, by GET


def _found_at(source: Source, bases: tuple[Base, ...]) -> Source:
    """It at the sites that a topic names."""
    by_name = {base.name: base for base in bases}

    def article_key(url: str) -> str | None:
        return next((key for base in bases if (key := urls.key_at(base, url)) is not None), None)

    def article_url(key: str) -> str:
        base = by_name.get(key.rsplit("/", 2)[0])
        return urls.post_url(base, key) if base is not None else source.article_url(key)

    return structs.replace(
        source,
        allow=tuple(Allow("GET", base.host, f"{base.path}/bbs/{script}.php") for base in bases for script in _SCRIPTS),
        article_key=article_key,
        article_url=article_url,
        list_page=lambda url: next((kind for base in bases if (kind := urls.list_kind(base, url)) is not None), None),
    )


def _anywhere(key: str) -> str:
    host, _, path = key.rsplit("/", 2)[0].partition("/")
    return urls.post_url(Base("https", host, f"/{path}" if path else ""), key)


SOURCE = Source(
    name="gnuboard",
    title="gnuboard 5: any board that runs on it (posts, votes, all comments, lists, feeds, search)",
    allow=(),
    article_key=lambda url: None,
    article_url=_anywhere,
    found_at=_found_at,
    search=Syntax(lacks=frozenset({"phrase", "not"})),
    threads=frozenset({None, "gnuboard"}),
    by_name=True,
    limits="comments have no votes of their own; of a reply whose parent an administrator took away the parent is not known",
)
