"""Read-only by construction, and never a private address: what must not be requested cannot be."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec import structs

from crawler.errors import Misuse, NotAllowed
from crawler.guard import ConnectTo, check, private
from crawler.sources import all_sources
from tests.conftest import ROOT, Sagwan

DAUM = all_sources()["daum"]
ALLOWED = [
    "https://v.daum.net/v/20200522093902880",
    "http://v.daum.net/v/20200522093902880",
    "https://V.DAUM.NET:443/v/aBcDeFgHiJ?x=1#y",
    "https://news.v.daum.net/v/20200522093902880",
    "https://v.daum.net/robots.txt",
    "https://comment.daum.net/robots.txt",
    "https://alex.daum.net/oauth/token?grant_type=alex_credentials&client_id=a%2F..%2Fb",
    "https://comment.daum.net/apis/v1/ui/single/main/@20200522093902880",
    "https://comment.daum.net/apis/v1/posts/-144/comments?parentId=0&offset=0&limit=100&sort=RECOMMEND",
    "https://comment.daum.net/apis/v1/comments/1/children?offset=0",
    "https://action.daum.net/apis/v1/reactions/home?itemKey=1",
]
# What the site itself offers its readers, and no reader of ours may do.
WRITES = [
    "https://comment.daum.net/apis/v1/comments/1/like",
    "https://comment.daum.net/apis/v1/comments/1/dislike",
    "https://comment.daum.net/apis/v1/comments/1",
    "https://comment.daum.net/apis/v1/posts/1/comments/",
    "https://comment.daum.net/apis/v1/posts//comments",
    "https://comment.daum.net/apis/v1/posts/1/x/comments",
    "https://comment.daum.net/apis/v1/comments/1/children/report",
    "https://action.daum.net/apis/v1/reactions/LIKE",
    "https://action.daum.net/apis/v1/reactions/home/",
    "https://alex.daum.net/oauth/authorize",
    "https://alex.daum.net/oauth/token/revoke",
    "https://logins.daum.net/accounts/loginform.do",
    "https://v.daum.net/v/1/view",
    "https://v.daum.net/",
    "https://v.daum.net/v/",
    "https://v.daum.net",
    "https://comment.daum.net/v/20200522093902880",
]
ADDRESSES = [
    "127.0.0.1", "127.1", "127.0.1", "0", "0.0.0", "2130706433", "0x7f000001", "0x7f.0.0.1", "0x7f.1", "0177.0.0.1",
    "017700000001", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[fe80::1%25eth0]", "10.0.0.1", "169.254.169.254",
    "192.168.0.1", "8.8.8.8", "1.1.1.1.", "127.0.0.1.", "localhost", "LOCALHOST", "localhost.", "a.localhost", "db.internal",
    "printer.local", "１２７.0.0.1",
]  # fmt: skip
STRANGE = [
    "https://v.daum.net.evil.test/v/1",
    "https://evil-v.daum.net/v/1",
    "https://evilv.daum.net/v/1",
    "https://v.daum.net./v/1",
    "https://v.daum.net:8443/v/1",
    "https://v.daum.net:80/v/1",
    "http://v.daum.net:443/v/1",
    "https://v.daum.net:99999/v/1",
    "https://v.daum.net:x/v/1",
    "https://user@v.daum.net/v/1",
    "https://:@v.daum.net/v/1",
    "https://v.daum.net@evil.test/v/1",
    "https://v.daum.net%2eevil.test/v/1",
    "https://v.daum.net\\@evil.test/v/1",
    "https://v.daum.net\\.evil.test/v/1",
    "https://ｖ.daum.net/v/1",
    "https://v。daum。net/v/1",
    "https://v.daum.net\u2100/v/1",
    "https://v.daum.net/v/..",
    "https://v.daum.net/v/../login",
    "https://v.daum.net/v/%2e%2e",
    "https://v.daum.net/v/%2e%2e/robots.txt",
    "https://v.daum.net/v/..%2fx",
    "https://v.daum.net/v/1%2f2",
    "https://v.daum.net/v/..\\x",
    "https://v.daum.net/v/%5c..",
    "https://v.daum.net//v/1",
    "https://v.daum.net/robots.txt/x",
    "https://v.daum.net/V/1",
    "https:///v/1",
    "https:v.daum.net/v/1",
    "//v.daum.net/v/1",
    "v.daum.net/v/1",
    "",
    "https://[v.daum.net]/v/1",
    "https://[/v/1",
    "file:///etc/passwd",
    "file://v.daum.net/v/1",
    "ftp://v.daum.net/v/1",
    "data:text/html,v",
    "gopher://v.daum.net/v/1",
    "javascript:alert(1)",
    "s3://v.daum.net/v/1",
]


@pytest.mark.parametrize("url", ALLOWED)
def test_what_may_be_read(url: str) -> None:
    check("GET", url, DAUM)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "CONNECT", "get", ""])
def test_nothing_but_reading(method: str) -> None:
    for url in ALLOWED:
        with pytest.raises(NotAllowed):
            check(method, url, DAUM)


def test_a_browser_may_get_pictures_and_nobody_else() -> None:
    source = structs.replace(DAUM, assets=frozenset({"t1.cdn.net"}))
    picture = "https://t1.cdn.net/a/b/c.js?x"
    none = frozenset[str]()
    check("GET", picture, source, assets=source.assets)
    check("GET", "https://t1.cdn.net/robots.txt", source)
    for method, url, assets in (
        ("GET", picture, none),
        ("POST", picture, source.assets),
        ("GET", "https://t1.cdn.net:8443/a.js", source.assets),
        ("GET", "https://x.t1.cdn.net/a.js", source.assets),
        ("GET", WRITES[0], source.assets),
    ):
        with pytest.raises(NotAllowed):
            check(method, url, source, assets=assets)


@pytest.mark.parametrize("url", WRITES + STRANGE)
def test_what_must_not_be_requested(url: str) -> None:
    with pytest.raises(NotAllowed) as caught:
        check("GET", url, DAUM)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("host", ADDRESSES)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_spelling_of_an_address_is_a_host(scheme: str, host: str) -> None:
    for url in (f"{scheme}://{host}/v/1", f"{scheme}://{host}/robots.txt", f"{scheme}://{host}:80/v/1"):
        with pytest.raises(NotAllowed):
            check("GET", url, DAUM)


URLS = st.one_of(
    st.text(),
    st.builds(
        "{}://{}{}{}".format,
        st.sampled_from(["http", "https", "HTTP", "ftp", ""]),
        st.one_of(st.text(), st.sampled_from(["v.daum.net", "user:pw@v.daum.net", "[::1]", "127.0.0.1"])),
        st.sampled_from(["", ":80", ":-1", ":٣", ":"]),
        st.one_of(st.text(), st.text().map(lambda path: "/" + quote(path))),
    ),
)


@given(URLS)
@example("http://[::1")
@example("http://v.daum.net:٣/v/1")
def test_no_text_makes_the_guard_fail_otherwise(url: str) -> None:
    with contextlib.suppress(NotAllowed):
        check("GET", url, DAUM)
        # What it lets through is one of our hosts, and a path of the list.
        assert url.lower().lstrip().startswith(("http://", "https://"))
        assert any(rule.host in url.lower() for rule in DAUM.allow)


PUBLIC = ["8.8.8.8", "211.231.99.17", "2001:4860:4860::8888", "2404:4600:6::1"]
PRIVATE = [
    "127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "0.0.0.1", "0.1.2.3", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.1.1.1",
    "240.0.0.1", "255.255.255.255", "::", "::1", "fc00::1", "fd12::1", "fe80::1", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "::ffff:7f00:1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001:0:7f00:1::",
    "2001:db8::1", "", "localhost", "1.2.3", "0x7f.1",
]  # fmt: skip


def test_which_answers_of_a_resolver_are_public() -> None:
    assert [address for address in PUBLIC if private(address)] == []
    assert [address for address in PRIVATE if not private(address)] == []


RESOLVE = """
import asyncio, json, sys
from scrapy.utils.reactor import install_reactor
install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor", "crawler.loop.Loop")
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.settings import Settings
from twisted.internet import reactor
from crawler import guard, wire
settings = Settings()
settings.setmodule("crawler.settings", priority="project")
crawler = Crawler(Spider, settings)
crawler._apply_settings()
crawler.spider = Spider(name="x")
guard.PublicResolver.from_crawler(crawler, reactor).install_on_reactor()

async def main():
    fetcher, said = wire.WireHandler(crawler), []
    for url in sys.argv[1:]:
        try:
            said.append(str((await fetcher.fetch(Request(url), wire.Tap(limit=99))).status))
        except Exception as error:
            said.append(type(error).__name__)
    print(json.dumps([said, guard.PublicResolver.refused]))
    await fetcher.close()
    reactor.callLater(0, reactor.stop)

asyncio.get_event_loop().create_task(main())
reactor.run()
"""


@pytest.mark.parametrize("host", ["http://v.daum.net", "v.daum.net:443", "v.daum.net/v/1", "*.daum.net", "", " v.daum.net"])
def test_connect_to_takes_only_what_can_be_a_host(host: str) -> None:
    with pytest.raises(Misuse, match="connect-to"):  # a rule that never matches would let the request out
        ConnectTo([f"{host}=http://127.0.0.1:8931"])


def test_a_name_that_leads_home_is_not_connected_to(sagwan: Sagwan) -> None:
    from tests.rawserver import RawServer, plain

    with RawServer(lambda target: plain(b"secret")) as server:
        urls = [f"http://localhost:{server.port}/", f"http://localhost.:{server.port}/", f"http://127.0.0.1:{server.port}/"]
        command = [sys.executable, "-c", RESOLVE, *urls]
        ended = subprocess.run(command, cwd=ROOT, env=sagwan.environment(), capture_output=True, text=True, timeout=60)
    said, refused = json.loads(ended.stdout)
    assert said == ["CannotResolveHostError", "CannotResolveHostError", "200"]  # the last is how connect-to connects
    assert set(refused) == {"localhost"}  # Twisted takes the dot away
    assert "localhost resolves to 127.0.0.1, a private address" in refused["localhost"]
    assert len(server.log) == 1
    assert "Traceback" not in ended.stderr


def test_a_name_is_asked_for_anew_and_not_for_ever_what_it_was(sagwan: Sagwan) -> None:
    # A watch lasts for days, and a site moves. Scrapy's own resolver keeps a name as long as its process lives.
    moves = """
import socket
answers = iter(["8.8.8.8", "8.8.4.4", "10.0.0.1", None])
def gethostbyname(name):
    if (answer := next(answers)) is None:
        raise socket.gaierror("no answer")
    return answer
socket.gethostbyname = gethostbyname
async def main():
    said = []
    for _ in range(4):
        try:
            said.append(await maybe_deferred_to_future(reactor.resolver.getHostByName("moves.example")))
        except Exception as error:
            said.append(type(error).__name__)
        said.append(guard.PublicResolver.refused.get("moves.example"))
    print(json.dumps(said))
    reactor.callLater(0, reactor.stop)
from scrapy.utils.defer import maybe_deferred_to_future
asyncio.get_event_loop().create_task(main())
reactor.run()
"""
    script = RESOLVE.partition("\nasync def main")[0] + moves
    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=sagwan.environment(), capture_output=True, text=True, timeout=60
    )
    said = [None, None, "moves.example resolves to 10.0.0.1, a private address: never fetched", None]
    addresses = ["8.8.8.8", "8.8.4.4", "DNSLookupError", "DNSLookupError"]
    assert json.loads(ended.stdout) == [one for both in zip(addresses, said, strict=True) for one in both], ended.stderr
