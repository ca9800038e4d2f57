"""What Ilbe is to this program."""

from crawler.sources import Allow, Source, Syntax
from spiders.ilbe import urls

SOURCE = Source(
    name="ilbe",
    title="Ilbe (posts and comments with their votes, boards, search); all of it unproven: no page of it was ever recorded",
    allow=tuple(Allow("GET", urls.HOST, path) for path in ("/view/#", "/commentlist/#", "/list/*", "/search")),
    article_key=urls.article_key,
    article_url=urls.article_url,
    list_page=urls.list_page,
    samples=(f"{urls.SITE}/list/ilbe",),
    search=Syntax(lacks=frozenset({"phrase", "not"})),  # U: nobody says that it has them
    threads=frozenset({None, "ilbe"}),
    by_name=True,
    limits="a post's page does not say how often it was viewed; boards for members are not read",
)
