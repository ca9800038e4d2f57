"""Search: what is found is what reading every text finds; the index follows, is made anew, stands in nobody's way."""

from __future__ import annotations

import contextlib
import random
import sqlite3
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.archive import open_for_reading
from archive.errors import ArchiveError
from archive.redacted import UNDER_WAY
from archive.search import Found, excerpt, search, words_of
from archive.search_index import NAME, Reach, follow, followed, letters, opened, plain
from tests import people
from tests.conftest import Sagwan
from tests.maker import ARTICLE, Maker, row
from tests.people import ACCOUNT, PERSON, REF, TEXT, neighbours, pseudonym


@pytest.fixture
def maker(tmp_path: Path) -> Iterator[Maker]:
    made = Maker(tmp_path / "archive")
    yield made
    made.close()


def ask(root: Path, query: str, before: int | None = None, limit: int = 1000) -> Found:
    """What is found among comments, by an index that was brought up to date."""
    assert follow(root, 60).whole
    with contextlib.closing(open_for_reading(root)) as db, contextlib.closing(opened(root)) as index:
        return search(db, index, query, "comment", before, limit)


def keys(found: Found) -> list[str]:
    return [hit.ref.partition("#")[2] for hit in found.hits]


def test_what_is_found_is_what_reading_every_text_finds(maker: Maker) -> None:
    chance = random.Random(7)
    alphabet = '가나다 조작ㅋABab"%_*!'
    texts = {key: "".join(chance.choices(alphabet, k=chance.randrange(1, 14))) for key in range(1, 300)}
    maker.page([row(key, text=text) for key, text in texts.items() if text.strip()])
    found_some = 0
    assert follow(maker.root, 60).whole
    with contextlib.closing(opened(maker.root)) as index:
        for _ in range(250):
            query = "".join(chance.choices(alphabet, k=chance.randrange(1, 7)))
            words = [word.lower() for word in words_of(query)]
            wanted = {str(key) for key, text in texts.items() if words and all(word in plain(text).lower() for word in words)}
            assert set(keys(search(maker.db, index, query, "comment", None, 1000))) == wanted, query
            found_some += bool(wanted)
    assert found_some > 60


@pytest.mark.parametrize(
    "query",
    ['" * ( NEAR', '"', '""', "*", "a OR b", "NEAR(가 나)", "text:가", "-가", "^가나다", "가\0나", "가" * 5000, "'; DROP"],
)
def test_syntax_of_the_database_is_only_letters(maker: Maker, query: str) -> None:
    maker.page([row(1, text="가나다라"), row(2, text='" * ( NEAR')])
    assert keys(ask(maker.root, query)) == (["2"] if query in ('" * ( NEAR', "*") else [])


def test_words_parts_phrases_and_excerpts(maker: Maker) -> None:
    maker.page([row(1, text="이것은 여론조작은 아니다"), row(2, text="조작된   여론\n이다"), row(3, text="관계없는 글")])
    assert sorted(keys(ask(maker.root, "조작"))) == ["1", "2"]
    assert sorted(keys(ask(maker.root, "조작 여론"))) == ["1", "2"]
    assert keys(ask(maker.root, '"조작된 여론"')) == ["2"]
    assert keys(ask(maker.root, "다 것")) == ["1"]
    assert keys(ask(maker.root, "")) == []
    (hit,) = ask(maker.root, "론조").hits
    assert hit.pieces == (("이것은 여", False), ("론조", True), ("작은 아니다", False))
    assert excerpt("가" * 500 + "끝", ("끝",))[0] == ("…", False)
    assert keys(ask(maker.root, unicodedata.normalize("NFD", "조작된"))) == ["2"]  # as some keyboards type it


def test_versions_are_found_and_say_whether_they_still_stand(maker: Maker) -> None:
    maker.page([row(1, text="처음 한 말")])
    assert [hit.current for hit in ask(maker.root, "처음").hits] == [True]
    maker.page([row(1, text="고친 말"), row(2, text="다른 사람")])
    assert [(hit.ref[-2:], hit.current) for hit in ask(maker.root, "말").hits] == [("#1", True), ("#1", False)]
    assert follow(maker.root, 0) == Reach(2, 2)


def test_pages_of_results_have_each_once(maker: Maker) -> None:
    maker.page([row(key, text=f"같은 말 {key}") for key in range(1, 26)])
    seen: list[str] = []
    before = None
    for _ in range(4):
        found = ask(maker.root, "같은", before, 7)
        seen += keys(found)
        before = found.next
    assert before is None
    assert seen == [str(key) for key in range(25, 0, -1)]


def test_articles_are_found_by_title_and_text(maker: Maker) -> None:
    maker.page([row(1)])
    maker.db.execute(
        "INSERT INTO article_versions (article, capture, title, text, state) VALUES (1, 1, '제목의 말', '본문', 'visible')"
    )
    assert follow(maker.root, 60).whole
    with contextlib.closing(open_for_reading(maker.root)) as db, contextlib.closing(opened(maker.root)) as index:
        for query in ("제목의", "본문", "말"):
            (hit,) = search(db, index, query, "article").hits
            assert (hit.ref, hit.title, hit.current) == (f"daum:{ARTICLE}", "제목의 말", True)
        assert search(db, index, "제목의", "comment").hits == ()
    maker.page([row(2)])
    maker.db.execute(
        "INSERT INTO article_versions (article, capture, title, text, state) VALUES (1, 2, '고친 제목의 말', '본문', 'visible')"
    )
    assert follow(maker.root, 60).whole
    with contextlib.closing(open_for_reading(maker.root)) as db, contextlib.closing(opened(maker.root)) as index:
        (hit,) = search(db, index, "본문", "article").hits
        assert (hit.title, hit.current) == ("고친 제목의 말", True)


def test_nobody_else_reads_the_index_and_it_is_made_anew_when_deleted_or_damaged(maker: Maker) -> None:
    maker.page([row(1, text="남는 말")])
    assert keys(ask(maker.root, "남는 말")) == ["1"]
    path = maker.root / NAME
    assert path.stat().st_mode & 0o777 == 0o600
    for data in (None, b"no database at all", path.read_bytes()[:5000] + b"\xff" * 4000):
        path.unlink()
        if data is not None:
            path.write_bytes(data)
        assert keys(ask(maker.root, "남는 말")) == ["1"], data


def test_damage_that_a_question_meets_is_told_and_mended(maker: Maker) -> None:
    maker.page([row(key, text=f"남는 말 {key}") for key in range(1, 90)])
    assert follow(maker.root, 60).whole
    path = maker.root / NAME
    data = path.read_bytes()
    path.write_bytes(data[:8192] + bytes(len(data) - 8192))  # its head is whole: nothing is seen until somebody asks
    with pytest.raises(ArchiveError, match="made anew"), followed(maker.root, 0) as (index, _):
        search(maker.db, index, "남는 말", "comment")
    assert len(keys(ask(maker.root, "남는 말"))) == 89


def test_of_another_database_it_is_made_anew(tmp_path: Path) -> None:
    maker = Maker(tmp_path)
    maker.page([row(1, text="남는 말")])
    maker.close()
    assert keys(ask(tmp_path, "남는 말")) == ["1"]
    with contextlib.closing(sqlite3.connect(tmp_path / "archive.db")) as db:
        db.execute("VACUUM INTO ?", (str(tmp_path / "other.db"),))
    with contextlib.closing(sqlite3.connect(tmp_path / "other.db")) as db:
        db.execute("UPDATE comment_versions SET text = '다른 말'")
        db.commit()
    (tmp_path / "other.db").replace(tmp_path / "archive.db")
    assert keys(ask(tmp_path, "남는 말")) == []
    assert keys(ask(tmp_path, "다른 말")) == ["1"]


def test_a_writer_waits_for_nobody_and_nobody_for_a_writer(maker: Maker) -> None:
    maker.page([row(1, text="먼저 한 말")])
    maker.db.execute("BEGIN IMMEDIATE")
    assert keys(ask(maker.root, "먼저")) == ["1"]
    maker.db.execute("COMMIT")
    maker.db.execute("PRAGMA busy_timeout = 0")
    assert follow(maker.root, 0).whole
    with contextlib.closing(opened(maker.root)) as index, contextlib.closing(sqlite3.connect(maker.root / NAME)) as writing:
        index.execute("BEGIN")
        index.execute("SELECT count(*) FROM said").fetchone()
        maker.page([row(2, text="나중에 한 말")])  # somebody reads the index, and somebody writes it
        index.execute("COMMIT")
        writing.execute("BEGIN IMMEDIATE")
        maker.page([row(3, text="또 나중에 한 말")])
    assert sorted(keys(ask(maker.root, "나중"))) == ["2", "3"]


def test_while_another_reads_the_archive_into_it_what_is_there_is_found(maker: Maker) -> None:
    maker.page([row(1, text="먼저 한 말")])
    assert follow(maker.root, 60).whole
    maker.page([row(2, text="나중에 한 말")])
    with contextlib.closing(sqlite3.connect(maker.root / NAME)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert follow(maker.root, 0) == Reach(1, 2)
        with contextlib.closing(opened(maker.root)) as index:
            assert keys(search(maker.db, index, "한 말", "comment")) == ["1"]
    assert sorted(keys(ask(maker.root, "한 말"))) == ["1", "2"]


def test_where_it_cannot_be_written_it_says_so(maker: Maker) -> None:
    maker.page([row(1)])
    (maker.root / NAME).mkdir()
    with pytest.raises(ArchiveError, match="cannot be written"):
        follow(maker.root, 1)


def test_a_redacted_person_is_in_it_no_longer(sagwan: Sagwan) -> None:
    people.crowd(sagwan.archive).close()
    people.ready(sagwan)
    assert keys(ask(sagwan.archive, TEXT)) == [str(PERSON)]
    index = sagwan.archive / NAME
    words = {letters(TEXT[n : n + 2]) for n in range(len(TEXT) - 1)} | {TEXT[n : n + 3] for n in range(len(TEXT) - 2)}
    assert words & terms(index) == words
    assert pseudonym(ACCOUNT) in index.read_bytes()
    people.redact(sagwan, REF)
    assert not index.exists()
    assert keys(ask(sagwan.archive, TEXT)) == []
    assert len(keys(ask(sagwan.archive, "고침"))) == len(neighbours(0)) - 1
    assert not words & terms(index)
    assert people.traces(sagwan.archive, PERSON, TEXT, ACCOUNT, pseudonym(ACCOUNT)) == []


def terms(index: Path) -> set[str]:
    """All words that stand in the two indexes."""
    with contextlib.closing(sqlite3.connect(":memory:")) as db:
        db.execute("ATTACH ? AS x", (str(index),))
        for name in ("grams", "pairs"):
            db.execute(f"CREATE VIRTUAL TABLE temp.v_{name} USING fts5vocab(x, {name}, row)")
        return {term for (term,) in db.execute("SELECT term FROM v_grams UNION SELECT term FROM v_pairs")}


def test_while_a_redaction_is_under_way_nothing_is_indexed(maker: Maker) -> None:
    maker.page([row(1)])
    (maker.root / UNDER_WAY).write_text("{}")
    with pytest.raises(ArchiveError, match="redaction"):
        follow(maker.root, 1)
    assert not (maker.root / NAME).exists()


def test_an_accepted_rebuild_takes_it_away(sagwan: Sagwan) -> None:
    people.crowd(sagwan.archive).close()
    people.ready(sagwan)
    assert len(keys(ask(sagwan.archive, "고침"))) == 99
    assert sagwan("rebuild", "--accept").code == 0
    assert not (sagwan.archive / NAME).exists()
    assert len(keys(ask(sagwan.archive, "고침"))) == 99
