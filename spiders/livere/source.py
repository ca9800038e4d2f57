"""What LiveRe is to this program."""

from crawler.sources import Allow, Source
from spiders.livere import urls

SOURCE = Source(
    name="livere",
    title="LiveRe (comments of its widget on publishers' pages)",
    allow=(Allow("GET", urls.HOST, urls.PATH),),
    article_key=urls.article_key,
    article_url=urls.article_url,
    threads=frozenset({"livere"}),
    limits="LiveRe is collected from seeds only: requests of pages for their comments, with repSeq (docs/sources/livere.md)",
)
