"""What Naver Cafe is to this program."""

from crawler.sources import Allow, Source
from spiders.naver_cafe import urls

SOURCE = Source(
    name="naver_cafe",
    title="Naver Cafe (public articles, comments)",
    allow=(
        Allow("GET", "cafe.naver.com", "/robots.txt"),
        Allow("GET", "apis.naver.com", "/cafe-web/cafe-articleapi/v2.1/cafes/*/articles/*"),
        Allow("GET", "apis.naver.com", "/cafe-web/cafe-articleapi/v2/cafes/*/articles/*/comments/pages/*"),
    ),
    article_key=urls.article_key,
    article_url=urls.article_url,
    robots_of={"apis.naver.com": "https://cafe.naver.com"},
    threads=frozenset({"cafe"}),
    limits="Naver Cafe is collected from seeds only: its search is not read; what is for members is the state `restricted`",
)
