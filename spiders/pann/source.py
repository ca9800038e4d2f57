"""What Nate Pann is to this program."""

from crawler.sources import Allow, Source, Syntax
from spiders.pann import urls

SOURCE = Source(
    name="pann",
    title="Nate Pann (posts, votes, comments, rankings, search); all of it unproven: no page of it was ever recorded",
    allow=(
        Allow("GET", "pann.nate.com", "/talk/*"),
        Allow("GET", "m.pann.nate.com", "/talk/*"),
        Allow("POST", "pann.nate.com", "/talk/reply/load"),  # it only reads: docs/decisions/0030
        Allow("GET", "m.pann.nate.com", "/talk/reply/view"),
        Allow("GET", "m.pann.nate.com", "/talk/reply/subReply"),
        Allow("GET", "pann.nate.com", "/talk/ranking/*"),
        Allow("GET", "pann.nate.com", "/search/talk"),
    ),
    article_key=urls.article_key,
    article_url=urls.article_url,
    list_page=urls.list_page,
    search=Syntax(lacks=frozenset({"phrase", "not"})),  # U: nobody says that it has them
    # pann.nate.com is closed to programs (seen 2026-09): its mobile host shows the same posts.
    robots_of={"m.pann.nate.com": urls.PANN},
    threads=frozenset({None, "pann"}),
    by_name=True,
    limits="who wrote a post is not in the rows; replies have no votes and no numbers of their own",
)
