"""What Naver Blog is to this program."""

from crawler.sources import Allow, Source
from spiders.naver_blog import urls

SOURCE = Source(
    name="naver_blog",
    title="Naver Blog (posts, comments, likes)",
    allow=(
        *(Allow("GET", host, "/*/*") for host in urls.HOSTS),
        Allow("GET", "m.blog.naver.com", urls.ERROR),
        Allow("GET", "apis.naver.com", "/commentBox/cbox/web_naver_list_json.json"),
        Allow("GET", "apis.naver.com", "/blogserver/like/v1/search/contents"),
    ),
    article_key=urls.article_key,
    article_url=urls.article_url,
    # The same posts under three hosts: what one refuses is not fetched from another.
    robots_of=dict.fromkeys(("m.blog.naver.com", "apis.naver.com"), "https://blog.naver.com"),
    threads=frozenset({"cbox"}),
    limits="Naver Blog is collected from seeds only: its search is not read by this version",
)
