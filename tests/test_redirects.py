"""Redirects, cookies and connect-to: everything below the handler sees logical URLs, and everything is kept."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from scrapy.settings import Settings

from tests.conftest import Sagwan
from tests.portal import Portal
from tests.warcs import exchanges

Make = Callable[..., Portal]
Write = Callable[..., Path]


def test_each_step_of_a_redirect_is_a_capture(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=5)
    key = site.world.articles[0].id
    site.faults.set(f"^v.daum.net/v/{key}", "redirect", times=1, to=f"https://news.v.daum.net/v/{key}#top")
    ended = sagwan.collect(site, topic(site))  # the portal itself sends readers of the older host back
    assert (ended.code, ended.only["verdict"], ended.only["errors"]) == (0, "ok", {})
    urls = [f"https://{host}/v/{key}" for host in ("v.daum.net", "news.v.daum.net", "v.daum.net")]
    steps = sagwan.rows("SELECT url, status, outcome FROM captures WHERE page = 'daum.article' ORDER BY id")
    assert steps == list(zip(urls, (302, 301, 200), ("redirect", "redirect", "ok"), strict=True))
    kept = exchanges(sagwan.archive, "daum.article")
    assert [one.facts.url for one in kept] == urls
    assert {one.facts.connect_to for one in kept} == {site.url}
    assert [f"Host: {url.split('/')[2]}\r\n".encode() in one.request for one, url in zip(kept, urls, strict=True)] == [True] * 3
    assert [one.request.split(b" ")[1].decode() for one in kept] == [f"/v/{key}"] * 3
    assert sagwan.rows("SELECT kind, rank FROM lists WHERE capture IN (SELECT id FROM captures WHERE status = 200)") == [
        ("seed", 1)
    ]


def test_cookies_are_given_back_within_a_run_and_forgotten_after_it(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=5)
    site.faults.set("^v.daum.net/robots.txt", "two_cookies")
    for _ in range(2):
        site.forget_requests()
        assert sagwan.collect(site, topic(site, robots="obey")).only["verdict"] == "ok"
        given = {entry["host"]: entry["cookie"] for entry in site.requests if entry["path"] != "/robots.txt"}
        first = any(entry["path"] == "/robots.txt" for entry in site.requests)
        assert given["v.daum.net"] == ("first=1; second=2" if first else None)
        assert given["comment.daum.net"] is None  # another host
    (robots,) = [one for one in exchanges(sagwan.archive, "robots") if "/v.daum.net/" in one.facts.url]
    assert b"Set-Cookie: first=1" in (robots.head or b"")  # what the site gave is evidence


def test_more_cookies_than_a_server_takes_are_forgotten(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=5)
    site.faults.set("^v.daum.net/v/", "cookie_bomb", number=5, size=2000)
    ended = sagwan.collect(site, topic(site))
    assert (ended.code, ended.only["verdict"], ended.only["comments"]) == (2, "ok", 5)
    (told,) = [alarm["text"] for alarm in ended.only["alarms"] if alarm["alarm"] == "cookies"]
    assert "would get more than 8192 bytes of cookies back: all were forgotten" in told
    assert {entry["cookie"] for entry in site.requests} == {None}


@pytest.mark.parametrize(("number", "size", "alarms"), [(500, 2000, 1), (501, 1, 1), (120, 2000, 0), (480, 1, 0)])
def test_cookies_that_are_never_given_back_are_not_kept_without_end(
    sagwan: Sagwan, portal: Make, topic: Write, number: int, size: int, alarms: int
) -> None:
    site = portal(comments=5)
    site.faults.set("^v.daum.net/v/", "cookie_bomb", number=number, size=size, path="/nowhere")
    ended = sagwan.collect(site, topic(site))
    assert (ended.code, ended.only["verdict"], ended.only["comments"]) == (2 if alarms else 0, "ok", 5)
    told = [alarm["text"] for alarm in ended.only["alarms"] if alarm["alarm"] == "cookies"]
    assert len(told) == alarms
    assert all("v.daum.net" in text and "were forgotten" in text for text in told)
    assert {entry["cookie"] for entry in site.requests} == {None}


def test_connect_to_for_single_hosts_is_as_quick_as_for_all(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=20)
    rules = [f"{host}.daum.net={site.url}" for host in ("v", "news.v", "v.media", "alex", "comment", "action")]
    sagwan.env["SAGWAN_CONNECT_TO"] = ",".join(rules)
    begun = time.monotonic()
    ended = sagwan("collect", topic(site), "--json")
    assert (ended.code, ended.only["comments"]) == (0, 20)
    assert time.monotonic() - begun < 20  # with the delay of the open internet it would be half a minute


def test_settings_that_matter() -> None:
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    wanted = {
        "DOWNLOAD_VERIFY_CERTIFICATES": True, "HTTPPROXY_ENABLED": False, "REMOTE_CONTROL_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False, "CONCURRENT_ITEMS": 1, "WARN_ON_GENERATOR_RETURN_VALUE": False, "LOG_LEVEL": "INFO",
        "ROBOTSTXT_OBEY": False, "COMPRESSION_ENABLED": False, "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1, "TWISTED_DNS_RESOLVER": "crawler.guard.PublicResolver",
    }  # fmt: skip
    assert {name: settings[name] for name in wanted} == wanted
    assert settings.getint("DOWNLOAD_MAXSIZE") < 1 << 28
    handlers = settings.getdict("DOWNLOAD_HANDLERS")
    assert {scheme for scheme, path in handlers.items() if path} == {"http", "https"}
    assert set(settings.getdict("DOWNLOAD_HANDLERS_BASE")) <= set(handlers)
    assert settings.getdict("DEFAULT_REQUEST_HEADERS")["Accept-Encoding"] == "gzip, deflate"
    assert not any("proxy" in name.lower() or "httpauth" in name for name in settings.getdict("DOWNLOADER_MIDDLEWARES"))
