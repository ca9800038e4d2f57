"""What Ppomppu is to this program."""

from crawler.sources import Allow, Source, Syntax
from spiders.ppomppu import urls

SOURCE = Source(
    name="ppomppu",
    title="Ppomppu (posts, votes, comments, boards, feeds, search); all of it unproven: no page of it was ever recorded",
    allow=(
        *(Allow("GET", "www.ppomppu.co.kr", f"/zboard/{name}.php") for name in ("view", "zboard")),
        *(Allow("GET", "www.ppomppu.co.kr", f"/{name}.php") for name in ("hot", "rss", "search_bbs")),
        Allow("GET", "m.ppomppu.co.kr", "/new/bbs_view/ajax_bbs_comment.php", ("cmd", "get_comment_json")),
    ),
    article_key=urls.article_key,
    article_url=urls.article_url,
    list_page=urls.list_page,
    samples=(f"{urls.SITE}/zboard/zboard.php?id=freeboard", f"{urls.SITE}/rss.php?id=freeboard"),
    search=Syntax(lacks=frozenset({"phrase", "not"})),  # U: nobody says that it has them
    threads=frozenset({None, "ppomppu"}),
    by_name=True,
    limits="votes against a comment, and addresses (IP), may not be in the rows: nobody has seen where they stand now",
)
