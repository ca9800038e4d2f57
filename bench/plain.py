"""Plain Scrapy with its default settings: what `sagwan collect` is measured against.

`python -m bench.plain PORT < URLS` fetches every URL once, decodes the body and throws it away; prints one line of JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler, CrawlerProcess
from scrapy.http import Response

CONNECTIONS = 16


class Plain(Spider):
    """All URLs are start requests; the callback is empty."""

    name = "plain"
    port = 0
    urls: tuple[str, ...] = ()

    async def start(self) -> AsyncIterator[Request]:
        """A URL that is asked twice (a post, before and after its list) is fetched twice."""
        asked: set[str] = set()
        for url in self.urls:
            parts = urlsplit(url)
            there = parts._replace(scheme="http", netloc=f"127.0.0.1:{self.port}").geturl()
            yield Request(there, headers={"Host": parts.netloc}, dont_filter=there in asked)
            asked.add(there)

    def parse(self, response: Response) -> None:
        """Nothing: whatever a real callback did would only come on top."""


def clocked(crawler: Crawler) -> Callable[[], dict[str, float]]:
    """Notes what a crawl does; afterwards: its pages, bytes, and seconds from first request to last answer or item."""
    times: list[float] = []
    seen = {"pages": 0, "bytes": 0}

    def now(**_: Any) -> None:
        times[1:] = [time.time()]

    def sent(**_: Any) -> None:
        if not times:
            times.append(time.time())

    def received(response: Response, **_: Any) -> None:
        now()
        seen["pages"] += response.status == 200
        seen["bytes"] += len(response.body)

    connect = crawler.signals.connect
    for receiver, signal in (
        (sent, signals.request_reached_downloader),
        (received, signals.response_received),
        (now, signals.item_scraped),
    ):
        connect(receiver, signal, weak=False)
    return lambda: seen | {"seconds": times[-1] - times[0]}


def main() -> None:
    """Runs the crawl and says how long it took from the first request to the last response."""
    process = CrawlerProcess({"LOG_LEVEL": "INFO", "CONCURRENT_REQUESTS_PER_DOMAIN": CONNECTIONS})
    crawler = process.create_crawler(Plain)
    seen = clocked(crawler)
    process.crawl(crawler, urls=tuple(sys.stdin.read().split()), port=int(sys.argv[1]))
    process.start()
    print(json.dumps(seen()))


if __name__ == "__main__":
    main()
