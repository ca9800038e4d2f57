"""What Daum is to this program."""

from crawler.sources import Allow, Source
from spiders.daum import urls

SOURCE = Source(
    name="daum",
    title="Daum news (article pages; alex comments, to 2023-06)",
    allow=(
        *(Allow("GET", host, "/v/*") for host in urls.HOSTS),
        Allow("GET", "alex.daum.net", "/oauth/token"),
        Allow("GET", "comment.daum.net", "/apis/v1/ui/single/main/*"),
        Allow("GET", "comment.daum.net", "/apis/v1/posts/*/comments"),
        Allow("GET", "comment.daum.net", "/apis/v1/comments/*/children"),
        Allow("GET", "action.daum.net", "/apis/v1/reactions/home"),
    ),
    article_key=urls.article_key,
    article_url=urls.article_url,
    assets=frozenset({"t1.daumcdn.net", "img1.daumcdn.net"}),
    threads=frozenset({"alex"}),
    forgets={"talk": 24 * 3_600_000},  # C: the official notice of 2023-06
    limits="Daum is collected from seeds only: its search and its talk panes (since 2023-06) are not read by this version",
)
