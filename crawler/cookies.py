"""Cookies within a run: what the site gives is given back, as a reader's browser does, but no more than a server takes, and no
more is kept than a browser would."""

from __future__ import annotations

from http.cookiejar import Cookie
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.downloadermiddlewares import cookies
from scrapy.http import Response

from crawler.run import run_of

LARGEST = 8192  # bytes of a Cookie header: most servers refuse a request with more
MOST, LARGEST_ALL = 500, 256 << 10  # cookies of all hosts, and their letters: those of a path that is never asked stay too


class CookiesMiddleware(cookies.CookiesMiddleware):
    """Scrapy's, which has no limit: a site could give so many that it can no longer be asked for anything, or that they fill
    the memory."""

    _number = _letters = 0  # of what is kept, at most: a cookie that is given anew counts again until all are counted

    def process_request(self, request: Request, spider: Spider | None = None) -> None:
        """Gives the cookies back; where they are too many, all are forgotten, and that is an alarm."""
        super().process_request(request)
        if sum(map(len, request.headers.getlist("Cookie"))) > LARGEST:
            del request.headers["Cookie"]
            self._forget(request, f"would get more than {LARGEST} bytes of cookies back")

    def process_response(self, request: Request, response: Response, spider: Spider | None = None) -> Request | Response:
        """Keeps the cookies that came; where that makes too many, all are forgotten, and that is an alarm."""
        kept = super().process_response(request, response)
        given = response.headers.getlist("Set-Cookie")
        self._number += len(given)
        self._letters += sum(map(len, given))
        if self._number > MOST or self._letters > LARGEST_ALL:
            held = [cookie for jar in self.jars.values() for cookie in jar]
            self._number, self._letters = len(held), sum(map(_letters, held))
            if self._number > MOST or self._letters > LARGEST_ALL:
                self._forget(request, f"gave more cookies than are kept ({MOST}, or {LARGEST_ALL >> 10} KB)")
        return kept

    def _forget(self, request: Request, why: str) -> None:
        self.jars.clear()
        self._number = self._letters = 0
        run_of(self.crawler).alarm("cookies", f"{urlsplit(request.url).hostname} {why}: all were forgotten")


def _letters(cookie: Cookie) -> int:
    return sum(len(str(value)) for value in vars(cookie).values())
