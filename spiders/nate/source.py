"""What Nate news is to this program."""

from crawler.sources import Allow, Source, Syntax
from spiders.nate import urls

_LIST = "/Comment/ArticleComment/List"

SOURCE = Source(
    name="nate",
    title="Nate news (articles, comments, rankings, search); all of it unproven: no page of it was ever recorded",
    allow=(
        Allow("GET", "news.nate.com", "/view/*"),
        Allow("GET", "m.news.nate.com", "/view/*"),
        Allow("GET", "comm.news.nate.com", _LIST),
        Allow("GET", "m.comm.news.nate.com", _LIST),
        Allow("GET", "m.comm.news.nate.com", "/comment/articleEmoticonComment/ArticleEmoticonList"),
        Allow("GET", "news.nate.com", "/search"),
        *(Allow("GET", "news.nate.com", path) for path in ("/rank", "/rank/", "/rank/*")),
    ),
    article_key=urls.article_key,
    article_url=urls.article_url,
    list_page=urls.list_page,
    search=Syntax(lacks=frozenset({"phrase", "not"})),  # U: nobody says that it has them
    # news.nate.com is closed to programs (seen 2026-07): what serves its articles' comments is no side door.
    robots_of=dict.fromkeys(("m.news.nate.com", "comm.news.nate.com", "m.comm.news.nate.com"), urls.NEWS),
    threads=frozenset({None, "cmt"}),
    by_name=True,
    limits="replies to comments are counted and not read: nobody knows how Nate gives them out",
)
