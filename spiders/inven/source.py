"""What Inven is to this program."""

from crawler.sources import Allow, Source, Syntax
from spiders.inven import urls

SOURCE = Source(
    name="inven",
    title="Inven (posts and comments with their votes, boards, search); all of it unproven: no page of it was ever recorded",
    allow=(
        Allow("GET", urls.HOST, "/board/*/#"),
        Allow("GET", urls.HOST, "/board/*/#/#"),
        Allow("POST", urls.HOST, urls.COMMENTS, act=("act", "list")),  # it only reads: docs/decisions/0030
    ),
    article_key=urls.article_key,
    article_url=urls.article_url,
    list_page=urls.list_page,
    samples=(f"{urls.SITE}/board/{urls.OPEN}?my=chu",),
    search=Syntax(lacks=frozenset({"phrase", "not"})),  # U: nobody says that it has them
    threads=frozenset({None, "inven"}),
    by_name=True,
    limits="a post does not say how many comments it has; queries are asked in its board of open issues only",
)
