"""What the pages of `sagwan serve` say of times, states and numbers is what is known: no more, and no less."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from archive.exchanges import exchanges, run, runs
from archive.rates import rates
from archive.times import iso
from archive.web.shown import told
from tests.conftest import Sagwan
from tests.maker import DAY, Maker, row
from tests.serving import REF, Served

SEOUL_DAY = DAY - (DAY + 9 * 3_600_000) % 86_400_000  # its beginning


def version(maker: Maker, capture: int, **fields: Any) -> None:
    """A version of the article, as a capture of its page shows it."""
    names = {"article": 1, "capture": capture, "title": "제목", "text": "본문", "state": "visible"} | fields
    marks = ",".join("?" * len(names))
    maker.db.execute(f"INSERT INTO article_versions ({','.join(names)}) VALUES ({marks})", tuple(names.values()))


@pytest.fixture
def maker(sagwan: Sagwan) -> Maker:
    made = Maker(sagwan.archive)
    made.walk([row(2, 7), row(1, 3)])
    return made


def text_of(markup: str) -> str:
    return re.sub(r"<[^>]+>", "", markup)


def test_an_article_that_not_everybody_may_read_has_its_pages(sagwan: Sagwan, maker: Maker) -> None:
    version(maker, 1)
    maker.page([row(2, 8)])
    version(maker, 2, title=None, text=None, state="restricted")
    maker.close()
    served = Served(sagwan)
    for path in ("article", "happened", "check"):
        status, _, text = served.ask(f"/{path}?ref={REF}")
        assert status == 200, text
        assert "일부에게만 공개" in text


def test_the_thread_then_says_that_its_article_was_gone_then_or_its_comments_closed(sagwan: Sagwan, maker: Maker) -> None:
    """The head of the page says what it is now."""
    version(maker, 1)
    at = [iso(maker.now)]
    closed, gone = {"notice": "이 기사에서는 댓글을 제공하지 않습니다."}, {"title": None, "text": None, "state": "gone"}
    for capture, fields in ((2, closed), (3, gone), (4, {})):
        maker.page([row(2, 7), row(1, 3)])
        version(maker, capture, **fields)
        at.append(iso(maker.now + 5))
    maker.close()
    served = Served(sagwan)
    then = [text_of(served.ask(f"/thread?ref={REF}&at={quote(one or '')}")[2]) for one in at]
    assert ["사라짐" in one for one in then] == [False, False, True, False]
    assert ["댓글을 제공하지 않습니다" in one for one in then] == [False, True, False, False]
    assert "notice: 이 기사에서는 댓글을 제공하지" in sagwan("as-of", at[1], "--article", REF).out


def test_by_another_id_of_its_article_the_same_is_told(sagwan: Sagwan, maker: Maker) -> None:
    maker.page([row(2, 8, text="고친 댓글"), row(1, 3)])
    maker.db.execute("INSERT INTO aliases (source, key, article, capture) VALUES ('daum', '77', 1, 1)")
    maker.close()
    served = Served(sagwan)
    for path in ("article", "thread", "happened", "check"):
        one, other = (re.sub('<li class="lang">.*', "", served.ask(f"/{path}?ref={ref}")[2]) for ref in ("daum:77", REF))
        assert one == other
    assert ">고친 댓글<" in served.ask("/happened?ref=daum:77")[2]


def test_when_nobody_says_when_it_was_published_no_time_stands_there(sagwan: Sagwan, maker: Maker) -> None:
    maker.db.execute("INSERT INTO members VALUES ('t', 1, ?)", (DAY,))
    maker.close()
    cell = re.compile(r'<td class="num roomy">(.*?)</td>')
    (shown,) = cell.findall(Served(sagwan).ask("/")[2])
    assert text_of(shown) == "–"  # and not when it was first seen


def test_a_time_is_as_exact_as_its_site_says_it(sagwan: Sagwan, maker: Maker) -> None:
    version(maker, 1, published_from=SEOUL_DAY, published_to=SEOUL_DAY + 86_399_999, published_precision="day")
    hour = SEOUL_DAY + 9 * 3_600_000
    first = "UPDATE comment_versions SET created_from = ?, created_to = ?, precision = ? WHERE comment = ?"
    maker.db.execute(first, (hour, hour + 2 * 3_600_000, "relative", 1))
    maker.db.execute(first, (None, None, None, 2))
    maker.close()
    served = Served(sagwan)
    page = served.ask(f"/article?ref={REF}")[2]
    day = told(SEOUL_DAY, None)[16:26]
    assert f"발행 {day}<" in re.sub(r"<time[^>]*>", "", page)
    assert f"작성 {day[5:]} 09:00 – {day[5:]} 11:00" in text_of(page)
    assert f"작성 {day} 09:00 – {day} 11:00" in text_of(served.ask(f"/comment?ref={REF}%232")[2])
    accounts = {served.ask(path)[2] for path in re.findall(r'href="(/account[^"]+)"', page)}
    tables = [text_of(re.findall(r"<tbody>\s*<tr><td>(.*?)</td>", text)[-1]) for text in accounts]
    assert {one.partition("처음")[0] for one in tables} == {"–", f"{day} 09:00 – {day} 11:00"}


@pytest.mark.parametrize(
    ("length", "shown"),
    [
        (None, "2026-11-22 00:00:00"),
        (0, "2026-11-22 00:00:00"),
        (999, "2026-11-22 00:00:00"),
        (59_999, "2026-11-22 00:00"),
        (3_599_999, "2026-11-22 00:00 – 2026-11-22 00:59"),
        (86_399_999, "2026-11-22"),
        (86_400_000, "2026-11-22 00:00 – 2026-11-23 00:00"),
    ],
)
def test_an_interval_is_shown_as_what_it_is(length: int | None, shown: str) -> None:
    begins = 1_795_273_200_000
    assert text_of(told(begins, None if length is None else begins + length)) == shown
    assert text_of(told("9999-12-31T23:59:59.000+09:00", "+010000-01-01T00:00:00.000+09:00")).startswith("9999-12-31")


@pytest.mark.parametrize("asked", ["2026-09-22", "20260922", "2026-09-22T23:59:59.999", "2026-09-22T23:59:59.999+09:00"])
@pytest.mark.parametrize(
    "path", [f"/thread?ref={REF}&at=", f"/article?ref={REF}&beside=", "/movers?to=", f"/check?ref={REF}&at="]
)
def test_a_time_in_an_address_is_what_it_is_on_the_command_line(dated: Served, path: str, asked: str) -> None:
    """A day is counted to its end, and a plus sign that is typed there comes as a space."""
    status, _, text = dated.ask(path + asked)
    assert status == 200, text
    assert 'datetime="2026-09-22T23:59:59.999+09:00"' in text or 'data-at="1790089199999"' in text


@pytest.mark.parametrize("asked", ["2026-W39", "2026W39", "2026-W39T10:00", "2026-W39+09:00"])
def test_a_week_in_an_address_is_no_day(dated: Served, asked: str) -> None:
    """Python takes it for its Monday."""
    status, _, text = dated.ask(f"/thread?ref={REF}&at={asked}")
    assert (status, "not a time" in text) == (400, True), text
    assert dated.ask(f"/thread?ref={REF}&at=2026-W39-2")[0] == 200


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    command = Sagwan(tmp_path_factory.mktemp("dated"))
    made = Maker(command.archive)
    made.walk([row(1)])
    made.close()
    yield Served(command)
    command.stop()


def test_days_are_those_of_seoul(tmp_path: Path) -> None:
    maker = Maker(tmp_path)
    for likes in range(3):
        maker.page([row(1, likes)])
        maker.now += 86_400_000
    found = rates(maker.db, "t", DAY - 1, maker.now, (86_400_000,), 100).rates
    assert [rate.at for rate in found] == [SEOUL_DAY + n * 86_400_000 for n in range(4)]
    assert [(rate.looks, rate.likes) for rate in found] == [(1, 0), (1, 1), (1, 1), (0, None)]
    assert [rate.comments for rate in found] == [0, 0, 0, 0]  # it was written before
    maker.close()


def test_likes_that_no_site_says_are_not_none(tmp_path: Path) -> None:
    maker = Maker(tmp_path)
    for text in ("가", "나", "다"):
        maker.page([row(1, 4, text=text)])
        maker.now += 60_000
    maker.db.execute("UPDATE observations SET likes = NULL")
    found = rates(maker.db, "t", DAY - 1, maker.now, (60_000,), 100).rates
    assert [rate.likes for rate in found if rate.looks] == [None, None, None]
    for likes in (5, 5, 7):
        maker.page([row(1, likes)])
        maker.now += 60_000
    found = rates(maker.db, "t", DAY - 1, maker.now, (60_000,), 100).rates
    assert [rate.likes for rate in found if rate.looks][-3:] == [None, 0, 2]
    maker.close()


def test_a_chart_of_very_many_looks_has_the_last_one(sagwan: Sagwan, maker: Maker) -> None:
    maker.close()
    maker = Maker(sagwan.archive)
    for _ in range(1101):
        maker.page([row(1)])
    last = maker.db.execute("SELECT max(id) FROM capture_rows").fetchone()[0]
    maker.db.executemany("INSERT INTO article_counts VALUES (1, 'comments', ?, ?)", [(last - 1, 5), (last, 6)])
    maker.db.execute("INSERT INTO article_counts VALUES (1, 'comments', 1, 4)")
    maker.close()
    page = Served(sagwan).ask(f"/article?ref={REF}")[2]
    chart = json.loads(re.findall(r'<div class="plot"></div>\s*<script type="application/json">(.*?)</script>', page)[0])
    values = [value for _, value in chart["lines"][0]["points"]]
    assert len(values) < 1000
    assert (values[0], values[-1]) == (4, 6)


def test_a_comment_that_was_away_for_two_short_looks_has_no_line_through_them(sagwan: Sagwan, maker: Maker) -> None:
    """They were looks, and it was not there: the page says of no shaded time that nobody looked."""
    for there in (True, True, False, False, True):
        maker.now += 60_000
        last = maker.page([row(n) for n in (3, 2, 1) if there or n != 2], sort="LATEST").facts.received_at
    maker.close()
    page = Served(sagwan).ask(f"/comment?ref={REF}%232", Accept_Language="en")[2]
    chart = json.loads(re.findall(r'<div class="plot"></div>\s*<script type="application/json">(.*?)</script>', page)[0])
    ((begin, end),) = chart["gaps"]
    assert end == last
    assert 180_000 < end - begin < 181_000
    assert "nobody looked" not in page.replace("nobody looked, or it was not there", "")


def test_a_run_that_was_killed_ends_where_the_next_of_its_source_begins(tmp_path: Path) -> None:
    killed = Maker(tmp_path)
    killed.page([row(1)])
    killed.writer.close()
    killed.db.close()
    after = Maker(tmp_path)
    after.now += 3_600_000
    for _ in range(10):
        after.page([row(1)])
    of = run(after.db, killed.run)
    assert of is not None
    found = exchanges(after.db, of, limit=1)
    assert (len(found.rows), found.next) == (1, None)
    after.close()


def test_the_last_run_is_the_last_in_time_also_in_a_database_that_was_made_anew(sagwan: Sagwan, maker: Maker) -> None:
    """A rebuild reads one source after the other: in its rows all runs of the second stand behind those of the first."""
    for number in range(3):
        begun = (f"run {number}", "전의 주제", "naver", "cron", DAY - 3_600_000 * (3 - number), "code", "{}", None)
        maker.db.execute(f"INSERT INTO run_begun VALUES (NULL,{','.join('?' * len(begun))})", begun)
    pages = [runs(maker.db, limit=2)]
    pages.append(runs(maker.db, pages[0][-1].id, 2))
    assert [one.uuid for page in pages for one in page] == [maker.run, "run 2", "run 1", "run 0"]
    maker.close()
    assert "<h1>t</h1>" in Served(sagwan).ask("/")[2]


def test_a_text_that_came_back_is_no_new_one(sagwan: Sagwan, maker: Maker) -> None:
    maker.page([row(2, 7, text="-"), row(1, 3)])
    maker.db.execute("UPDATE comment_versions SET text = NULL WHERE text = '-'")
    maker.page([row(2, 7), row(1, 3)])
    maker.close()
    text = Served(sagwan).ask(f"/comment?ref={REF}%232")[2]
    assert "<ins>" not in text
    assert text.count("댓글 2</p>") == 2
