"""What Clien is to this program."""

from crawler.sources import Allow, Source
from spiders.clien import urls

SOURCE = Source(
    name="clien",
    title="Clien (posts, 공감, comments, lists); all of it unproven: no page of it was ever recorded",
    allow=(Allow("GET", "www.clien.net", "/service/board/*"), Allow("GET", "www.clien.net", "/service/board/*/#")),
    article_key=urls.article_key,
    article_url=urls.article_url,
    list_page=lambda url: "clien.list" if urls.board(url) else None,
    samples=("https://www.clien.net/service/board/park",),
    threads=frozenset({None, "clien"}),
    by_name=True,
    limits="its search is closed to programs (robots.txt), so queries are not asked: it is collected from seeds and lists",
)
