"""What TodayHumor is to this program."""

from crawler.sources import Allow, Source, Syntax
from spiders.todayhumor import urls

SOURCE = Source(
    name="todayhumor",
    title="TodayHumor (posts, votes, comments with their votes, best boards and how posts rose to them, search in titles)",
    allow=tuple(Allow("GET", "www.todayhumor.co.kr", f"/board/{name}.php") for name in ("list", "view", "ajax_memo_list")),
    article_key=urls.article_key,
    article_url=urls.article_url,
    list_page=urls.list_page,
    samples=(f"{urls.SITE}/board/list.php?table=bestofbest",),
    search=Syntax(lacks=frozenset({"all", "phrase", "not"})),  # U: what it does with several words
    threads=frozenset({None, "todayhumor"}),
    by_name=True,
    limits="its search looks at titles only; a post's partial address and the times of its votes are in the bytes alone",
)
