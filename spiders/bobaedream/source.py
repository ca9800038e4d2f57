"""What Bobaedream is to this program."""

from crawler.sources import Allow, Source, Syntax
from spiders.bobaedream import urls

SOURCE = Source(
    name="bobaedream",
    title="Bobaedream (posts, votes, comments, boards, search); all of it unproven: no page of it was ever recorded",
    allow=tuple(Allow("GET", urls.HOST, path) for path in ("/view", "/list", "/list.php", urls.COMMENTS)),
    article_key=urls.article_key,
    article_url=urls.article_url,
    list_page=urls.list_page,
    samples=(f"{urls.SITE}/list?code=best",),
    search=Syntax(lacks=frozenset({"phrase", "not"})),  # U: nobody says that it has them
    threads=frozenset({None, "bobaedream"}),
    by_name=True,
    limits="queries are asked in its free board only, and find words of titles; whom a comment answers is not in the rows",
)
