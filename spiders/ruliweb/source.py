"""What Ruliweb is to this program."""

from crawler.sources import Allow, Source, Syntax
from spiders.ruliweb import urls

SOURCE = Source(
    name="ruliweb",
    title="Ruliweb (posts, votes, comments, boards, best lists, search); all of it unproven: no page of it was ever recorded",
    allow=(
        Allow("GET", "bbs.ruliweb.com", "/*/board/#"),
        Allow("GET", "bbs.ruliweb.com", "/*/board/#/read/#"),
        Allow("GET", "bbs.ruliweb.com", "/best/*"),
        Allow("GET", "bbs.ruliweb.com", "/best/*/*"),
        Allow("GET", "bbs.ruliweb.com", "/search"),
        Allow("POST", "api.ruliweb.com", "/commentView"),  # it only reads: docs/decisions/0030
    ),
    article_key=urls.article_key,
    article_url=urls.article_url,
    list_page=urls.list_page,
    samples=(f"{urls.SITE}/best/humor_only/now",),
    search=Syntax(lacks=frozenset({"phrase", "not"})),  # U: nobody says that it has them
    robots_of={"api.ruliweb.com": urls.SITE},
    threads=frozenset({None, "ruliweb"}),
    by_name=True,
    limits="from outside Korea it does not answer; addresses (IP) are not in the rows",
)
