"""What 82cook is to this program."""

from crawler.sources import Allow, Source, Syntax
from spiders.cook82 import urls

SOURCE = Source(
    name="82cook",
    title="82cook (posts, comments, boards, search); all of it unproven: no page of it was ever recorded",
    allow=(Allow("GET", urls.HOST, "/entiz/read.php"), Allow("GET", urls.HOST, "/entiz/enti.php")),
    article_key=urls.article_key,
    article_url=urls.article_url,
    list_page=urls.list_page,
    samples=(f"{urls.SITE}/enti.php?bn={urls.FREE}",),
    search=Syntax(lacks=frozenset({"phrase", "not"})),  # U: nobody says that it has them
    threads=frozenset({None, "82cook"}),
    by_name=True,
    limits="it has no votes; queries are asked in its free board only",
)
