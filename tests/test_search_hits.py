"""Search: what a hit says of its text, how queries are written, articles of many versions, and an index of older rows."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.archive import open_for_reading
from archive.search import Hit, search
from archive.search_index import Reach, follow, opened
from tests.maker import Maker, row
from tests.test_search import ask, keys


@pytest.fixture
def maker(tmp_path: Path) -> Iterator[Maker]:
    made = Maker(tmp_path / "archive")
    yield made
    made.close()


def test_a_text_that_is_no_longer_shown_is_no_other_text(maker: Maker) -> None:
    maker.page([row(1, text="지운 말"), row(2, text="남은 말")])
    maker.page([row(1, text="-", status="D"), row(2, text="남은 말")])
    maker.db.execute("UPDATE comment_versions SET text = NULL WHERE capture = 2")
    maker.db.execute("UPDATE observations SET state = 1 WHERE capture = 2")
    found = {(hit.ref[-2:], hit.current, hit.state) for hit in ask(maker.root, "말").hits}
    assert found == {("#1", True, "deleted_by_user"), ("#2", True, "visible")}


def test_quotes_are_quotes_in_every_form(maker: Maker) -> None:
    maker.page([row(1, text="여론 조작 의혹"), row(2, text="조작 여론 “여론” 의혹")])
    for query in ('"여론 조작"', "“여론 조작”", "„여론 조작‟", "\uff02여론 조작\uff02"):
        assert keys(ask(maker.root, query)) == ["1"]
    assert keys(ask(maker.root, "“여론” 의혹")) == ["2", "1"]


def test_what_is_left_out_of_a_query_is_told(maker: Maker) -> None:
    maker.page([row(1, text="가 나 다 라 마 바 사 아")])
    assert [ask(maker.root, query).cut for query in ("가 나 다 라 마 바 사 아", "가 나 다 라 마 바 사 아 자")] == [False, True]
    assert [ask(maker.root, query).cut for query in ("가" * 100, "가" * 101, "가 가 가 가 가 가 가 가 가")] == [
        False,
        True,
        False,
    ]


def _version(maker: Maker, article: int, capture: int, title: str | None, state: str = "visible") -> None:
    sql = "INSERT INTO article_versions (article, capture, title, text, state) VALUES (?, ?, ?, '본문', ?)"
    maker.db.execute(sql if title else sql.replace("'본문'", "NULL"), (article, capture, title, state))


def _articles(maker: Maker, limit: int) -> list[list[Hit]]:
    """All pages of the articles that are found."""
    assert follow(maker.root, 60).whole
    pages, before = [], None
    with contextlib.closing(open_for_reading(maker.root)) as db, contextlib.closing(opened(maker.root)) as index:
        while not pages or before is not None:
            found = search(db, index, "본문", "article", before, limit)
            pages.append(list(found.hits))
            before = found.next
    return pages


def test_an_article_of_many_versions_stands_once_on_all_pages(maker: Maker) -> None:
    for number in range(2, 6):
        maker.page([row(1)])
        sql = "INSERT INTO articles (source, key, url, kind, first_capture) VALUES ('daum', ?, 'http://x', 'news', 1)"
        maker.db.execute(sql, (str(number),))
    for capture in range(5, 25):
        maker.page([row(1)])
        _version(maker, 1 + capture % 5, capture, f"{capture}판")
    titles = [[hit.title for hit in page] for page in _articles(maker, 2)]
    assert titles == [["24판", "23판"], ["22판", "21판"], ["20판"]]
    maker.page([row(1)])
    _version(maker, 1, 25, None, "gone")
    assert [(hit.title, hit.current, hit.state) for hit in _articles(maker, 9)[0]][-1] == ("20판", True, "gone")


def test_of_a_copy_put_over_the_database_it_is_made_anew(tmp_path: Path) -> None:
    """To the system it is the same file: what stands in it is older, and goes on in another way."""
    maker = Maker(tmp_path)
    maker.page([row(1, text="먼저 한 말")])
    with contextlib.closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        maker.db.backup(copy)
        maker.page([row(2, text="나중에 한 말")])
        assert sorted(keys(ask(tmp_path, "한 말"))) == ["1", "2"]
        copy.backup(maker.db)
    assert keys(ask(tmp_path, "한 말")) == ["1"]
    for one in (maker.writer, maker.db):
        one.close()
    other = Maker(tmp_path, "clien")
    other.page([row(3, text="다른 데서 한 말")])
    other.page([row(4, text="또 한 말")])
    assert sorted(keys(ask(tmp_path, "한 말"))) == ["1", "3", "4"]
    other.close()


def test_a_step_is_short_however_much_was_said(maker: Maker) -> None:
    """A page waits for one: ten of these captures have as many texts as a step takes."""
    for n in range(30):
        maker.page([row(500 * n + key, text=f"말 {500 * n + key}") for key in range(1, 501)])
    reached, last = [], Reach(0, 30)
    while not last.whole:
        last = follow(maker.root, 0)
        reached.append(last.capture)
    assert reached == [8, 16, 24, 30]
    assert len(ask(maker.root, "말", None, 20_000).hits) == 15_000
