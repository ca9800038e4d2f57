"""What Daum is to this program."""

from crawler.sources import Allow, Source, Syntax
from spiders.daum import urls

SOURCE = Source(
    name="daum",
    title="Daum news (article pages; alex comments, to 2023-06; talk, since then)",
    allow=(
        *(Allow("GET", host, "/v/*") for host in urls.HOSTS),
        Allow("GET", "alex.daum.net", "/oauth/token"),
        Allow("GET", "comment.daum.net", "/apis/v1/ui/single/main/*"),
        Allow("GET", "comment.daum.net", "/apis/v1/posts/*/comments"),
        Allow("GET", "comment.daum.net", "/apis/v1/comments/*/children"),
        Allow("GET", "action.daum.net", "/apis/v1/reactions/home"),
        Allow("GET", "search.daum.net", "/search"),
    ),
    article_key=urls.article_key,
    article_url=urls.article_url,
    assets=frozenset({"t1.daumcdn.net", "img1.daumcdn.net"}),
    opens="div.inner_ttalk a",
    frame="timetalkFrame",
    framed=frozenset({"daum.net", "kakao.com"}),  # U: nobody wrote down where it is
    threads=frozenset({"alex", "talk"}),
    browser=frozenset({"talk"}),
    forgets={"talk": 48 * 3_600_000},  # C: the official notice of 2025-03; 24 hours before
    search=Syntax(lacks=frozenset({"phrase", "not"})),  # U: nobody says that it has them
    by_name=True,
    limits="its search finds only what Daum shows itself; of a talk pane what it shows at first; no lists, no rankings",
)
