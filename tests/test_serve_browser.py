"""The pages of `sagwan serve` in a real Chromium, over an evening with a campaign: what they show is what happened then."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from archive.web.pages import PAGES
from crawler import chromium
from tests.serving import MINUTE, MINUTES, STEP, Evening, Reader, Served, browser

pytestmark = pytest.mark.skipif(chromium.find() is None, reason=chromium.MISSING)

Shown = list[tuple[int, int, int, int]]  # place, number, likes, dislikes


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    played = Evening(tmp_path_factory.mktemp("evening"))
    yield played
    played.sagwan.stop()


@pytest.fixture(scope="module")
def served(evening: Evening) -> Served:
    return Served(evening.sagwan)


@pytest.fixture(scope="module")
def started() -> Iterator[Browser]:
    with browser() as one:
        yield one


@pytest.fixture
def reader(started: Browser, served: Served) -> Iterator[Reader]:
    one = Reader(started, served)
    yield one
    one.context.close()
    assert one.wrong == []


def comments(page: Page) -> Shown:
    """The ranked comments of a thread as the page shows them, without replies."""
    rows = page.locator("#thread .thread tbody:not(.rest) tr:not(.reply)")
    numbers = "['.rank', '.likes', '.dislikes'].map(name => Number(row.querySelector(name + ' data').value))"
    found = rows.evaluate_all(f"rows => rows.map(row => [row.dataset.ref, ...{numbers}])")
    return [(rank, int(ref.partition("#")[2]), likes, dislikes) for ref, rank, likes, dislikes in found]


def time_of(page: Page) -> int:
    """The time whose thread stands there, UTC ms."""
    return int(page.locator("#thread .thread-of").get_attribute("data-at") or 0)


def moved_to(page: Page, at: int) -> None:
    """Waits until the thread of a time stands there."""
    expect(page.locator("#thread .thread-of")).to_have_attribute("data-at", str(at))


def is_the_truth(evening: Evening, page: Page) -> Shown:
    """The thread is what the portal's own record says of the last look: counts, and the site's order. Gives it back."""
    at = int(page.locator("#thread .thread-of").get_attribute("data-seen") or 0) // MINUTE * MINUTE
    shown = comments(page)
    assert len(shown) > 3
    for _, number, likes, dislikes in shown:
        assert evening.scenario.counts_at(number, at) == (likes, dislikes)
    assert [place for place, *_ in shown] == list(range(1, len(shown) + 1))
    assert shown == sorted(shown, key=lambda one: (one[3] - one[2], -one[1]))  # likes less dislikes, the newest first
    return shown


def test_every_page_is_there_in_both_languages_and_sizes(reader: Reader, evening: Evening) -> None:
    article = evening.article
    reader.open(f"/thread?ref={article}")
    comment = reader.page.locator("tr[data-ref]").first.get_attribute("data-ref") or ""
    account = reader.page.locator("a[href^='/account']").first.get_attribute("href") or ""
    reader.open("/captures")
    run = reader.page.locator("a[href^='/captures?run']").first.get_attribute("href") or ""
    reader.open(run)
    capture = reader.page.locator("a[href^='/capture?']").first.get_attribute("href") or ""
    comment = f"/comment?ref={comment.replace('#', '%23')}"
    paths = ["/", f"/article?ref={article}", f"/happened?ref={article}", comment, account, run, capture, "/captures", "/movers"]
    paths += ["/search?q=버스", "/archive", "/archive/view_observations?_facet=state", "/nothing"]
    assert {page.path for page in PAGES} - {path.partition("?")[0] for path in paths} <= {"/thread", "/raw", "/check"}
    page = reader.page
    for n, path in enumerate(paths):
        lang = ("ko", "en")[n % 2]
        reader.open(f"{path}{'&' if '?' in path else '?'}lang={lang}")
        assert page.locator("html").get_attribute("lang") == lang
        assert page.locator("h1").count() == 1
        assert page.locator("main").inner_text().strip()
        assert reader.judged() == [], path
        page.set_viewport_size({"width": 390, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, f"{path} is wider than a phone"
        page.set_viewport_size({"width": 1280, "height": 800})
    assert [one.partition("?")[0] for one in reader.wrong] == [f"404 {reader.served.url}/nothing"]
    reader.wrong = []


def test_the_slider_shows_what_the_site_showed_then(reader: Reader, evening: Evening) -> None:
    reader.open(f"/article?ref={evening.article}")
    page = reader.page
    last = is_the_truth(evening, page)
    stops: list[int] = page.evaluate("JSON.parse(document.getElementById('stops').textContent)")
    assert len(stops) == MINUTES // STEP
    page.locator("#slider").focus()
    seen = {stops[-1]: last}
    for at in reversed(stops[:-1]):
        page.keyboard.press("ArrowLeft")
        moved_to(page, at)
        seen[at] = is_the_truth(evening, page)
    assert len({tuple(number for _, number, *_ in shown) for shown in seen.values()}) > 5  # the order moved
    page.keyboard.press("End")
    moved_to(page, stops[-1])
    page.keyboard.press("Home")
    moved_to(page, stops[0])
    assert comments(page) == seen[stops[0]]
    assert "&at=2026-11-21T18%3A05" in page.url


def test_between_two_looks_nothing_is_made_up(reader: Reader, evening: Evening) -> None:
    reader.open(f"/article?ref={evening.article}")
    page = reader.page
    stops: list[int] = page.evaluate("JSON.parse(document.getElementById('stops').textContent)")
    between = stops[3] + MINUTE
    page.locator("#slider").evaluate("(slider, at) => {slider.value = at; slider.dispatchEvent(new Event('input'))}", between)
    moved_to(page, between)
    assert is_the_truth(evening, page)  # of the look before
    assert int(page.locator("#thread .thread-of").get_attribute("data-seen") or 0) == stops[3]
    assert "1분 앞" in page.locator(".looked").inner_text()
    assert "그 사이는 보지 못했습니다" in page.locator(".looked").inner_text()


def test_whatever_leads_on_from_a_time_goes_on_from_it(reader: Reader, evening: Evening) -> None:
    """The form, the comparison and the other language stood at the time with which the page had been opened."""
    reader.open(f"/article?ref={evening.article}")
    page = reader.page
    stops: list[int] = page.evaluate("JSON.parse(document.getElementById('stops').textContent)")
    page.evaluate("document.querySelector('.pick').open = true")
    page.select_option("[name=sort]", "NEW")  # and not sent
    page.locator("#slider").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    moved_to(page, stops[1])
    assert is_the_truth(evening, page)  # in the order of votes still, as its address says
    expect(page).to_have_url(re.compile(r"at=2026-11-21T18%3A10.*&sort=FAVORITE"))
    page.locator(".lang a").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#speed-label")).to_be_visible()  # the script is there
    assert time_of(page) == stops[1]
    page.locator("#slider").focus()
    page.keyboard.press("ArrowRight")
    moved_to(page, stops[2])
    page.locator("#compare").click()
    expect(page.locator("#slider-beside")).to_be_visible()
    expect(page.locator("#speed-label")).to_be_visible()
    assert [time_of(page), int(page.locator("#slider-beside").input_value())] == [stops[0], stops[2]]
    page.locator("#slider").focus()
    page.keyboard.press("ArrowRight")
    moved_to(page, stops[1])
    page.locator("#alone").click()
    expect(page.locator("#slider-beside")).to_have_count(0)
    expect(page.locator("#speed-label")).to_be_visible()
    assert time_of(page) == stops[1]
    page.locator("#slider").focus()
    page.keyboard.press("ArrowLeft")
    moved_to(page, stops[0])
    page.evaluate("document.querySelector('.pick').open = true")
    page.select_option("[name=sort]", "NEW")
    page.locator(".controls button").click()
    expect(page).to_have_url(re.compile("sort=NEW"))
    assert time_of(page) == stops[0]


def test_it_plays_by_itself_and_by_keys(reader: Reader, evening: Evening) -> None:
    reader.open(f"/article?ref={evening.article}")
    page = reader.page
    stops: list[int] = page.evaluate("JSON.parse(document.getElementById('stops').textContent)")
    page.locator("#slider").focus()
    page.keyboard.press("Home")
    moved_to(page, stops[0])
    page.select_option("#speed", "600")
    page.locator("#slider").focus()
    page.keyboard.press("Space")
    while int(page.locator("#slider").input_value()) <= stops[2]:
        page.wait_for_timeout(50)
    page.keyboard.press("Space")
    moved_to(page, int(page.locator("#slider").input_value()))
    is_the_truth(evening, page)
    assert stops[2] <= time_of(page) < stops[-1]
    assert page.locator("#play").inner_text() == page.locator("#play").get_attribute("data-play")


def test_two_times_stand_beside_each_other(reader: Reader, evening: Evening) -> None:
    reader.open(f"/article?ref={evening.article}")
    page = reader.page
    page.locator("#compare").click()
    page.locator("#thread-beside tr").first.wait_for()
    first = {number: likes for _, number, likes, _ in is_the_truth(evening, page)}
    rows = page.locator("#thread-beside tr[data-ref]:not(.reply):not(.away)")
    likes = "row.querySelector('.likes data').value, row.querySelector('.likes .delta')?.textContent ?? '0'"
    compared = 0
    for ref, now, more in rows.evaluate_all(f"rows => rows.map(row => [row.dataset.ref, {likes}])"):
        then = first.get(int(ref.partition("#")[2]))
        if then is not None:
            assert int(now) - int(more.replace(",", "")) == then
            compared += more != "0"
    assert compared > 2
    page.locator("#slider").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#thread-beside .looked")).to_contain_text("18:10:00과 견줌")  # the second follows the first


def test_a_time_after_the_last_look_is_shown_as_such(reader: Reader, evening: Evening) -> None:
    reader.open(f"/article?ref={evening.article}&at=2026-11-22T00:00")
    assert reader.page.locator("#clock").inner_text() == "2026-11-22 00:00:00"
    assert "그 뒤로는 보지 않았습니다" in reader.page.locator(".looked").inner_text()
    assert "5시간 앞" in reader.page.locator(".looked").inner_text()
    is_the_truth(evening, reader.page)


def test_a_server_that_is_gone_is_told(started: Browser, evening: Evening) -> None:
    served = Served(evening.sagwan)
    reader = Reader(started, served)
    reader.open(f"/article?ref={evening.article}")
    served.process.kill()
    evening.sagwan.wait(served.process, 30)
    reader.page.locator("#slider").focus()
    reader.page.keyboard.press("ArrowLeft")
    reader.page.locator("#thread[data-failed]").wait_for()
    reader.context.close()


def test_without_scripts_it_is_a_form(started: Browser, served: Served, evening: Evening) -> None:
    reader = Reader(started, served, java_script_enabled=False)
    reader.open(f"/article?ref={evening.article}")
    page = reader.page
    is_the_truth(evening, page)
    before = time_of(page)
    page.locator("#back").click()
    assert time_of(page) < before
    is_the_truth(evening, page)
    page.locator(".pick summary").click()
    page.fill("[name=at]", "2026-11-21T18:13:00")
    page.locator(".controls button").click()
    assert time_of(page) == evening.scenario.start + 13 * MINUTE
    is_the_truth(evening, page)
    reader.context.close()


def test_what_was_deleted_is_told_with_its_bounds(reader: Reader, evening: Evening) -> None:
    gone = [
        event for event in evening.scenario.truth() if event.kind == "delete" and f"naver:{event.article}" == evening.article
    ]
    assert gone
    reader.open(f"/article?ref={evening.article}")
    told = reader.page.locator("#aside .events li")
    told.first.wait_for()
    texts = told.all_inner_texts()
    assert sum("삭제" in text for text in texts) >= len(gone) - 1
    told.first.locator("a").first.click()
    reader.page.locator("#thread-beside .hurt").first.wait_for()
