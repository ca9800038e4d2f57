"""What FMKorea is to this program."""

from crawler.sources import Allow, Source
from spiders.fmkorea import urls
from spiders.rhymix.source import NO_ACT

SOURCE = Source(
    name="fmkorea",
    title="FMKorea (posts, votes, comments, best lists)",
    allow=tuple(Allow("GET", urls.FMKOREA.host, path, NO_ACT) for mid in urls.OPEN for path in (f"/{mid}", f"/{mid}/#")),
    article_key=urls.article_key,
    article_url=urls.article_url,
    list_page=urls.list_page,
    samples=("https://www.fmkorea.com/best",),
    threads=frozenset({None, "board"}),
    delay=8.0,  # its own wall turns away who asks once a second (C)
    by_name=True,
    limits="its search and all boards but best, best2 and humor are closed to programs by its robots.txt: name lists as seeds",
)
