"""`sagwan serve` where there is much: long threads, many rows, words beyond what is looked for."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from archive.web.thread import MOST
from crawler import chromium
from tests.conftest import Sagwan
from tests.maker import Maker, row
from tests.serving import REF, Reader, Served, browser

MANY = MOST + 300


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A thread that was seen with one comment, and then with very many."""
    command = Sagwan(tmp_path_factory.mktemp("long"))
    maker = Maker(command.archive)
    maker.walk([row(1)])
    maker.now += 60_000
    maker.walk([row(key) for key in range(MANY, 0, -1)])
    maker.close()
    yield Served(command)
    command.stop()


def test_more_of_a_thread_is_shown_until_all_that_a_page_shows(served: Served) -> None:
    path, shown = f"/article?ref={REF}", [0]
    while path:
        status, _, text = served.ask(path)
        assert status == 200, text
        shown.append(text.count("<tr class="))
        assert shown[-1] > shown[-2]
        link = re.search(r'<a class="button more" href="([^"]+)"', text)
        path = unescape(link[1]) if link else ""
    assert shown[1:] == [60, 240, 960, 3840, MOST]
    assert re.search(rf"sagwan as-of 2026-09-21T23:14:20\.\d+\+09:00 --article {REF} --sort RECOMMEND<", text)


@pytest.mark.skipif(chromium.find() is None, reason=chromium.MISSING)
@pytest.mark.parametrize("at", ["", "&at=2026-09-21T23:13:30", "&at=2026-01-01T00:00"])
def test_the_slider_shows_as_many_wherever_it_began(served: Served, at: str) -> None:
    with browser() as started:
        reader = Reader(started, served)
        reader.open(f"/article?ref={REF}{at}")
        reader.page.locator("#slider").focus()
        reader.page.keyboard.press("Home")
        expect(reader.page.locator("#thread tr[data-ref]")).to_have_count(1)
        reader.page.keyboard.press("End")
        expect(reader.page.locator("#thread tr[data-ref]")).to_have_count(60)
        assert reader.wrong == []


def test_csv_has_every_row_once_and_says_that_there_are_more(served: Served) -> None:
    path, found, names = "/archive/view_observations.csv", list[str](), set[str]()
    while path:
        _, headers, text = served.ask(path)
        assert text.startswith("\ufeffref,")
        found += [line["ref"] for line in csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))]
        names.add(headers["content-disposition"])
        link = re.fullmatch(r'<(/[^>]+)>; rel="next"', headers.get("link", ""))
        path = link[1] if link else ""
    assert len(found) == len(set(found)) == MANY
    assert names == {'attachment; filename="view_observations-part.csv"'}


@pytest.mark.parametrize("query", ["ref=", "ref__contains=%23100&_size=10", f"ref={quote(REF)}%2317", "state=&_sort=ref"])
def test_csv_has_the_rows_of_the_table(served: Served, query: str) -> None:
    _, headers, text = served.ask(f"/archive/view_observations.csv?{query}")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    table = served.ask(f"/archive/view_observations?{query}")[2]
    shown = table.partition("<tbody>")[2].count("<tr>")
    assert len(rows) == shown if "_next=" not in table or "_size=" in query else len(rows) > shown > 0
    assert "link" not in headers or "_next=" in table


def test_a_query_that_is_cut_says_so(served: Served) -> None:
    words = " ".join("가나다라마바사아자차")
    text = served.ask(f"/search?q={quote(words)}&lang=en")[2]
    assert "Eight words are looked for, of each 100 letters. These were: 가 · 나 · 다 · 라 · 마 · 바 · 사 · 아<" in text
    assert "These were: 가가" in served.ask(f"/search?q={quote('가' * 101)}&lang=en")[2]
    assert "Eight words" not in served.ask(f"/search?q={quote('가' * 100)}&lang=en")[2]
