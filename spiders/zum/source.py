"""What Zum is to this program."""

from crawler.sources import Allow, Source
from spiders.zum import urls

SOURCE = Source(
    name="zum",
    title="Zum news (articles, comment counts; comments by a guess)",
    allow=(
        *(Allow("GET", host, path) for host in urls.HOSTS for path in ("/articles/*", "/articles/*/*")),
        Allow("GET", "cmnt.zum.com", "/article/info/*/*"),
        Allow("GET", "cmnt.zum.com", "/cmnt/article-list/*/*"),
    ),
    article_key=urls.article_key,
    article_url=urls.article_url,
    robots_of={"cmnt.zum.com": "https://news.zum.com"},
    threads=frozenset({"zum"}),
    limits="Zum is collected from seeds only; where it lists replies is not known, and none of its comments was ever recorded",
)
