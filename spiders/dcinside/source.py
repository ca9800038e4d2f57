"""What DC Inside is to this program."""

from crawler.sources import Allow, Source, Syntax
from spiders.dcinside import urls

_HOST = "gall.dcinside.com"

SOURCE = Source(
    name="dcinside",
    title="DC Inside (galleries, searches, posts, comments); all of it unproven: no page of it was ever recorded",
    allow=(
        *(Allow("GET", _HOST, f"{path}/{page}/") for path in urls.PATHS.values() for page in ("lists", "view")),
        Allow("POST", _HOST, "/board/comment/"),  # it only reads: docs/decisions/0041
        Allow("GET", _HOST, "/derror/deleted/*"),
        Allow("GET", _HOST, "/derror/deleted/*/*"),
        Allow("GET", "search.dcinside.com", "/post/p/*/sort/latest/q/*"),
    ),
    article_key=urls.article_key,
    article_url=urls.article_url,
    list_page=urls.list_page,
    samples=(f"{urls.GALL}/board/lists/?id=dcbest",),
    search=Syntax(lacks=frozenset({"phrase", "not"})),  # U: nobody says that it has them
    threads=frozenset({None, "dcinside"}),
    by_name=True,
    limits="comments have no votes there; the search in all galleries goes back 120 pages, that in one gallery a million posts",
)
