"""What Rhymix is to this program: the software of many boards, and of XE before it."""

from __future__ import annotations

from functools import partial

from msgspec import structs

from crawler.bases import Base
from crawler.sources import Allow, Source, Syntax
from spiders.rhymix import urls
from spiders.rhymix.json_pages import ACT

NO_ACT = ("act", "")  # any page that shows something; what changes anything names its act


def found_at(source: Source, bases: tuple[Base, ...]) -> Source:
    """It at these sites."""

    def rules(base: Base) -> tuple[Allow, ...]:
        return (
            Allow("GET", base.host, "/robots.txt"),
            Allow("GET", base.host, f"{base.path}/*", NO_ACT),
            Allow("GET", base.host, f"{base.path}/*/#", NO_ACT),
            Allow("GET", base.host, f"{base.path}/index.php", ("act", "IS")),
            Allow("POST", base.host, f"{base.path}/index.php", ("act", ACT)),  # it only reads
        )

    return structs.replace(
        source,
        allow=tuple(rule for base in bases for rule in rules(base)),
        article_key=partial(urls.post_key, bases),
        article_url=partial(urls.post_url, bases),
        list_page=lambda url: "rhymix.list" if urls.board_of(bases, url) is not None else None,
    )


SOURCE = Source(
    name="rhymix",
    title="Rhymix and XE boards at the sites that a topic names (posts, votes, comments, lists, search)",
    allow=(),
    article_key=lambda url: None,
    article_url=partial(urls.post_url, ()),
    search=Syntax(lacks=frozenset({"phrase", "not"})),  # U: nobody says that it has them
    threads=frozenset({None, "board"}),
    limits="a reply that begins the last page of a thread has no parent in the rows",
    found_at=found_at,
)
