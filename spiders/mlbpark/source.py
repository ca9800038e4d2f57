"""What MLBPark is to this program."""

from crawler.sources import Allow, Source, Syntax
from spiders.mlbpark import urls

SOURCE = Source(
    name="mlbpark",
    title="MLBPark (posts, votes, comments, boards, best posts, search); all of it unproven: no page of it was ever recorded",
    allow=(
        *(Allow("GET", "mlbpark.donga.com", "/mp/b.php", ("m", what)) for what in ("list", "reply", "search", "view")),
        Allow("GET", "mlbpark.donga.com", "/mp/best.php"),
    ),
    article_key=urls.article_key,
    article_url=urls.article_url,
    list_page=urls.list_page,
    samples=(f"{urls.SITE}/b.php?m=list&b=bullpen", f"{urls.SITE}/best.php"),
    search=Syntax(lacks=frozenset({"phrase", "not"})),  # U: nobody says that it has them
    threads=frozenset({None, "mlbpark"}),
    by_name=True,
    limits="queries are asked in one board, the bullpen; comments have no votes, and who wrote a post is not in the rows",
)
