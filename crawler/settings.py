"""Every Scrapy setting that differs from its default, each with its reason. SAGWAN_* come from the environment."""

import os

from crawler.pace import SCRAPYS_JITTER, middle

BOT_NAME = "sagwan"
SPIDER_MODULES = ["spiders"]
SPIDER_LOADER_CLASS = "crawler.loader.Loader"  # default imports the spiders of all sites for the one that runs

SAGWAN_ARCHIVE = os.environ.get("SAGWAN_ARCHIVE", "./archive-data")
SAGWAN_CONNECT_TO = [rule for rule in os.environ.get("SAGWAN_CONNECT_TO", "").split(",") if rule]
SAGWAN_CLOCK = os.environ.get("SAGWAN_CLOCK", "")
SAGWAN_CONTACT = os.environ.get("SAGWAN_CONTACT", "")
# Seconds behind another run of the source: the runs that cron starts must not pile up behind a long one.
SAGWAN_LOCK_WAIT = os.environ.get("SAGWAN_LOCK_WAIT", "50")
SAGWAN_TRIGGER = "scrapy"  # `sagwan collect` says `person` or `cron`

# Law 1: exchanges are kept in a download handler. ftp, s3 and file are not ours to fetch.
DOWNLOAD_HANDLERS = {
    "http": "crawler.handler.CaptureHandler",
    "https": "crawler.handler.CaptureHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
# All that runs, and no more: Scrapy imports even what is switched off (0.3 s, and cron starts us every minute). Left out:
# its robots.txt (fails open, law 9), its cache (an answer from a cache is no sighting), log-in, proxy, compression (the
# handler decodes once), meta refresh (what a page is, its parser says).
DOWNLOADER_MIDDLEWARES_BASE: dict[str, int] = {}
DOWNLOADER_MIDDLEWARES = {
    "crawler.robots.RobotsMiddleware": 100,
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": 550,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": 600,
    "crawler.cookies.CookiesMiddleware": 700,
}
EXTENSIONS_BASE: dict[str, int] = {}
ROBOTSTXT_OBEY = False  # Scrapy's; ours is the middleware above
COMPRESSION_ENABLED = False  # the handler decodes once; the WARC keeps the body as received
DEFAULT_REQUEST_HEADERS = {
    "Accept": "*/*",
    "Accept-Language": "ko-KR,ko;q=0.9,en;q=0.5",
    "Accept-Encoding": "gzip, deflate",  # default adds br and zstd: warcio and pywb cannot decode zstd
}

DOWNLOAD_VERIFY_CERTIFICATES = True  # default False: a record of somebody else's answer proves nothing
HTTPPROXY_ENABLED = False  # default True: a proxy in the environment would be evasion (law 9)
REMOTE_CONTROL_ENABLED = False  # default True: a local port that runs code in the crawl
TELNETCONSOLE_ENABLED = False  # as above
TWISTED_DNS_RESOLVER = "crawler.guard.PublicResolver"  # a name that answers with a private address is refused
DNSCACHE_ENABLED = False  # default True keeps a name while the process lives: a watch lasts for days, and sites move
DOWNLOAD_MAXSIZE = 64 << 20  # default 1 GB; the largest known page is 1 MB
DOWNLOAD_WARNSIZE = 16 << 20  # default 32 MB
DOWNLOAD_TIMEOUT = 60  # default 180 s: cron comes back every minute
REDIRECT_MAX_TIMES = 5  # default 20; a loop is a few captures, not twenty

DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"  # what is looked at again must be fetched again
CONCURRENT_ITEMS = 1  # default 100 makes 101 tasks a response: 1.4 times slower
WARN_ON_GENERATOR_RETURN_VALUE = False  # default True re-parses a callback's source on every response: 1.4 times slower
CONCURRENT_REQUESTS = 16  # over all hosts of a source
CONCURRENT_REQUESTS_PER_DOMAIN = 1  # default 8: one connection per host is a good guest
DOWNLOAD_DELAY = middle(2.0)  # default 0; a source or the topic sets its own
# default 0.5, both ways. A delay is a floor: a quarter more by chance, so that many crawlers do not come in step.
DOWNLOAD_DELAY_JITTER = SCRAPYS_JITTER
RETRY_TIMES = 2  # default 2, said here because every attempt is a request
RETRY_HTTP_CODES = [500, 502, 504, 408]  # default also 429 and 503: refusals and requests to wait, not accidents
RETRY_GIVE_UP_LOG_LEVEL = "WARNING"  # default ERROR; the run's summary says it
ASYNCIO_EVENT_LOOP = "crawler.loop.Loop"  # uvloop's; default asyncio's own: a twelfth more time for each page
COOKIES_ENABLED = True  # what the site gives is given back within a run; it is evidence and stays in the WARC
LOG_LEVEL = "INFO"  # default DEBUG prints every request
LOG_VERSIONS: list[str] = []  # default names ten programs, for which each start reads as many files and asks `uname`
STATS_DUMP = False
