"""What TheQoo is to this program."""

from crawler.sources import Allow, Source, Syntax
from spiders.rhymix.source import NO_ACT
from spiders.theqoo import urls

SOURCE = Source(
    name="theqoo",
    title="TheQoo (posts, comments, lists, search); all of it unproven: no page of it was ever recorded",
    allow=(
        Allow("GET", urls.THEQOO.host, "/*", NO_ACT),
        Allow("GET", urls.THEQOO.host, "/*/#", NO_ACT),
        Allow("POST", urls.THEQOO.host, "/index.php", ("act", urls.ACT)),  # it only reads
    ),
    article_key=urls.article_key,
    article_url=urls.article_url,
    list_page=urls.list_page,
    samples=("https://theqoo.net/hot",),
    search=Syntax(lacks=frozenset({"phrase", "not"})),  # U: nobody says that it has them
    threads=frozenset({None, "board"}),
    veils=urls.VEILED,
    by_name=True,
    limits="it has no votes and no names; which comment a comment answers is not in the rows; the words of a comment are shown "
    "an hour after it was written",
)
