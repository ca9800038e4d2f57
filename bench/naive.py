"""The project that people write first: an ItemLoader and a sqlite-utils upsert per comment, pages into a WARC by warcio.

`python -m bench.naive PORT FOLDER < URLS` prints one line of JSON. Everything in it is how the libraries' own manuals show it;
it keeps no history, and a page that is lost on the way is lost.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from itemloaders.processors import TakeFirst
from scrapy import Field, Item
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response
from scrapy.loader import ItemLoader
from sqlite_utils import Database
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from bench.plain import CONNECTIONS, Plain, clocked

NAMES = ("id", "userId", "postId", "parentId", "content", "createdAt", "likeCount", "dislikeCount", "childCount", "status")


class Comment(Item):
    """A comment as an item."""

    id = userId = postId = parentId = content = createdAt = likeCount = dislikeCount = childCount = status = Field()
    name = Field()


class CommentLoader(ItemLoader):
    """Takes the first of each value."""

    default_item_class = Comment
    default_output_processor = TakeFirst()


class Naive(Plain):
    """Reads each list page into items."""

    name = "naive"
    folder = Path()

    def parse(self, response: Response) -> Iterator[Item]:
        """An item for each comment."""
        self.keep(response)
        if "/comments?" not in response.url:
            return
        for row in json.loads(response.body):
            loader = CommentLoader()
            for name in NAMES:
                loader.add_value(name, row[name])
            loader.add_value("name", row["user"]["displayName"])
            yield loader.load_item()

    def keep(self, response: Response) -> None:
        """The decoded page as a WARC record."""
        if not hasattr(self, "writer"):
            self.file = (self.folder / "pages.warc.gz").open("wb")
            self.writer = WARCWriter(self.file, gzip=True)
        headers = [(name.decode(), value.decode()) for name, values in response.headers.items() for value in values]
        head = StatusAndHeaders(f"{response.status} OK", headers, protocol="HTTP/1.1")
        body = io.BytesIO(response.body)
        self.writer.write_record(self.writer.create_warc_record(response.url, "response", payload=body, http_headers=head))


class Upsert:
    """The pipeline: each item into its table, by its id."""

    def open_spider(self, spider: Naive) -> None:
        self.db = Database(spider.folder / "comments.db")

    def process_item(self, item: Item, spider: Naive) -> Item:
        self.db["comments"].upsert(dict(item), pk="id")
        return item


def main() -> None:
    """Runs the crawl and says how long it took from the first request to the last item."""
    settings: dict[str, Any] = {"LOG_LEVEL": "ERROR", "CONCURRENT_REQUESTS_PER_DOMAIN": CONNECTIONS}
    process = CrawlerProcess(settings | {"ITEM_PIPELINES": {Upsert: 300}})
    crawler = process.create_crawler(Naive)
    seen = clocked(crawler)
    process.crawl(crawler, urls=tuple(sys.stdin.read().split()), port=int(sys.argv[1]), folder=Path(sys.argv[2]))
    process.start()
    print(json.dumps(seen()))


if __name__ == "__main__":
    main()
