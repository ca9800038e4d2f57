"""Whatever a site wrote (comments, names, titles, addresses, headers) is text in the browser: nothing of it runs."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from crawler import chromium
from tests.conftest import Sagwan, write_topic
from tests.maker import ARTICLE, Maker, row
from tests.portal import Portal
from tests.serving import Reader, Served, browser

pytestmark = pytest.mark.skipif(chromium.find() is None, reason=chromium.MISSING)

# Each would show a dialog, throw, or ask another server.
EVIL = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    '"><svg/onload=alert(3)>',
    "'><iframe srcdoc='<script>parent.alert(4)</script>'></iframe>",
    "</script><script>alert(5)</script>",
    "<!--<script>alert(6)//-->",
    "javascript:alert(7)",
    "{{ 7*7 }}{% raw %}${alert(8)}",
    "<style>@import 'http://evil.kr/a.css'; * {background: url(//evil.kr/b)}</style>",
    "<base href='http://evil.kr/'><link rel=stylesheet href=//evil.kr/c.css>",
    "<meta http-equiv=refresh content='0;url=http://evil.kr/'>",
    "<form action=http://evil.kr/><button formaction=javascript:alert(9) autofocus onfocus=alert(10)>x</button>",
    "</textarea></title></noscript></q></ol><details open ontoggle=alert(11)>",
    "\u202e<a href=javas\tcript:alert(12)>\0\x0b\x1b[31m</a>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(13)>",
    "x" * 5_000 + "<video><source onerror=alert(14)>",
]
COMMENT = "댓글 "  # before each of them in a comment


@pytest.fixture(scope="module")
def started() -> Iterator[Browser]:
    with browser() as one:
        yield one


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sagwan]:
    """An archive of an article and its thread, all of it hostile."""
    sagwan = Sagwan(tmp_path_factory.mktemp("hostile"))
    with Portal(articles=1, comments=3) as site:
        article = site.world.articles[0]
        for part in ("title", "text", "press", "reporter"):
            if hasattr(article, part):
                setattr(article, part, f"{part} {EVIL[1]} {EVIL[2]}")
        rows = [
            row(n + 10, postId=article.post, text=COMMENT + text)
            | {"user": {"id": n, "status": "S", "providerId": EVIL[1], "displayName": text}}
            for n, text in enumerate(EVIL)
        ]
        site.faults.set(rf"/posts/{article.post}/comments\?.*offset=0&", "body", body=json.dumps(rows))
        topic = write_topic(sagwan.folder, site, title=f"시험 {EVIL[0]}")
        sagwan.collect(site, topic)
        rows = [one | {"content": f"{one['content']}{EVIL[n - 1]}"} for n, one in enumerate(rows)]
        site.faults.set(rf"/posts/{article.post}/comments\?.*offset=0&", "body", body=json.dumps(rows[1:]))
        sagwan.collect(site, topic)
    yield sagwan
    sagwan.stop()


def test_nothing_that_a_site_wrote_runs(started: Browser, hostile: Sagwan) -> None:
    served = Served(hostile)
    reader = Reader(started, served)
    ref = hostile("ls", "--json").lines[0]["ref"]
    reader.open(f"/article?ref={ref}")
    page = reader.page
    assert page.locator("tr[data-ref]").count() >= len(EVIL)
    words = page.locator("#thread .words").all_text_contents()
    for text in EVIL[:7]:
        assert any(text in one for one in words), text
    page.locator("#aside .events").wait_for()
    linked = page.eval_on_selector_all("a[href]", "all => all.map(one => one.getAttribute('href'))")
    paths = {
        "/",
        "/captures",
        "/movers",
        f"/search?q={EVIL[1].partition('=')[0][1:]}",
        "/search?q=댓글",
        f"/happened?ref={ref}",
    }
    for kind in ("comment", "account", "capture", "article"):
        paths |= set(sorted({path for path in linked if path.startswith(f"/{kind}?")})[:4])
    paths |= {
        f"/archive/{view}"
        for view in ("view_captures", "view_comment_versions?_facet=text", "view_comment_versions?text=" + EVIL[1])
    }
    for evil in ("%3Cscript%3Ealert(1)%3C/script%3E", "%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E"):
        paths |= {
            f"/?topic={evil}",
            f"/article?ref={evil}:1",
            f"/article?ref={ref}&at={evil}",
            f"/thread?ref={ref}&sort={evil}",
        }
        paths |= {
            f"/search?q={evil}",
            f"/{evil}",
            f"/archive/view_captures?_sort={evil}",
            f"/?lang={evil}",
            f"/comment?ref={evil}",
        }
    for path in sorted(paths):
        page.goto(path)
        assert "evil.kr" not in page.url
        assert page.evaluate("[...document.scripts].every(one => one.src || one.nonce || one.type === 'application/json')")
        assert page.locator("base, iframe, [onerror], [onload], [autofocus], [srcdoc]").count() == 0
        assert not [
            one for one in page.eval_on_selector_all("a[href]", "all => all.map(one => one.protocol)") if "script" in one
        ]
    assert [one for one in reader.wrong if not one.startswith(("400 ", "404 "))] == []  # those were asked for nonsense


def test_addresses_and_headers_of_a_site_are_text(started: Browser, sagwan: Sagwan) -> None:
    maker = Maker(sagwan.archive)
    url = "https://comment.daum.net/apis/v1/posts/5/comments?sort=<script>alert(1)</script>&x='><img src=x onerror=alert(2)>"
    exchange = maker.exchange(url, "daum.comments", json.dumps([row(1, text=EVIL[0])]).encode())
    exchange.head = exchange.head.replace(
        b"\r\n", b'\r\nServer: <script>alert(3)</script>\r\nX: "><svg onload=alert(4)>\r\n', 1
    )
    maker.keep(exchange)
    maker.walk([row(1, text=EVIL[0])])
    maker.db.execute("UPDATE articles SET url = 'javascript:alert(5)'")
    maker.close()
    served = Served(sagwan)
    reader = Reader(started, served)
    for path in ("/captures", "/archive/view_captures", "/?", "/article?ref=daum:20260921090000123"):
        reader.open(path)
        assert reader.page.locator("a[href^='javascript']").count() == 0
    reader.open("/captures")
    reader.page.locator("a[href^='/captures?run']").first.click()
    links = reader.page.locator("a[href^='/capture?']")
    paths = links.evaluate_all("all => all.map(one => one.getAttribute('href'))")
    assert paths
    for path in paths:
        reader.open(path)
        reader.open(path.replace("/capture?", "/raw?"))
        assert reader.page.evaluate("document.contentType") == "text/plain"
    text = served.ask("/archive/view_captures")[2]
    assert "sort=&lt;script&gt;alert(1)" in text
    assert "sort=<script>" not in text
    assert reader.wrong == []


def test_a_text_that_turns_letters_round_turns_none_of_ours(started: Browser, sagwan: Sagwan) -> None:
    maker = Maker(sagwan.archive)
    for n in range(2):
        maker.walk([row(1, text=f"\u202e{n}"), row(2, text=f"{n}\u202e")])
    maker.close()
    reader = Reader(started, Served(sagwan), locale="en-US")
    reader.open(f"/happened?ref=daum:{ARTICLE}")
    labels = reader.page.locator(".events .soft")
    assert labels.all_text_contents() == ["Text", "Text"]
    first_and_last = (
        "one => [0, 3].map(n => {const r = new Range(); r.setStart(one.firstChild, n); r.setEnd(one.firstChild, n + 1);"
    )
    for n in range(2):
        first, last = labels.nth(n).evaluate(first_and_last + "return r.getBoundingClientRect().left})")
        assert first < last
