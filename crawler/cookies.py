"""Cookies within a run: what the site gives is given back, as a reader's browser does, but no more than a server takes."""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.downloadermiddlewares import cookies

from crawler.run import run_of

LARGEST = 8192  # bytes of a Cookie header: most servers refuse a request with more


class CookiesMiddleware(cookies.CookiesMiddleware):
    """Scrapy's, which has no limit: a site could give so many that it can no longer be asked for anything."""

    def process_request(self, request: Request, spider: Spider | None = None) -> None:
        """Gives the cookies back; where they are too many, all are forgotten, and that is an alarm."""
        super().process_request(request)
        if sum(map(len, request.headers.getlist("Cookie"))) > LARGEST:
            del request.headers["Cookie"]
            self.jars.clear()
            said = f"{urlsplit(request.url).hostname} would get more than {LARGEST} bytes of cookies back: all were forgotten"
            run_of(self.crawler).alarm("cookies", said)
