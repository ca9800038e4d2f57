"""Queries: words together are all, quotes are exact, a minus leaves out; and what is asked where a site cannot say it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import queries
from crawler.queries import Part, Query, Term, parse

ALL: frozenset[Part] = frozenset({"all", "phrase", "not"})
NO_PHRASE: frozenset[Part] = frozenset({"phrase"})
NO_NOT: frozenset[Part] = frozenset({"not"})


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted", "again"),
    [
        ("드루킹", ["드루킹"], [], "드루킹"),
        ('  "댓글   조작"  김경수 ', ['"댓글 조작"', "김경수"], [], '"댓글 조작" 김경수'),
        ("드루킹 -영화", ["드루킹"], ["영화"], "드루킹 -영화"),
        ('-영화 드루킹 -"사극 드라마"', ["드루킹"], ["영화", '"사극 드라마"'], '드루킹 -영화 -"사극 드라마"'),
        ("“댓글 조작” －영화", ['"댓글 조작"'], ["영화"], '"댓글 조작" -영화'),  # as a word processor writes them
        ('가"나 다"라', ["가", '"나 다"', "라"], [], '가 "나 다" 라'),
        ("covid-19 코로나", ["covid-19", "코로나"], [], "covid-19 코로나"),
        ("가 가 가", ["가"], [], "가"),
        (unicodedata.normalize("NFD", "드루킹"), ["드루킹"], [], "드루킹"),
    ],
)
def test_a_query_is_read_as_it_is_meant(text: str, wanted: list[str], unwanted: list[str], again: str) -> None:
    query = parse(text)
    assert ([str(t) for t in query.wanted], [str(t) for t in query.unwanted], str(query)) == (wanted, unwanted, again)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("-영화", "only words to leave out"),
        ('"댓글 조작', "not closed"),
        ("가 - 나", "- has no letter or digit"),
        ('가 ""', '"" has no letter or digit'),
        ("...", "no letter or digit"),
        ("가|나", "Write two queries"),
    ],
)
def test_what_means_nothing_is_one_line(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]+$") as caught:
        parse(text)
    assert said in str(caught.value)


LETTERS = st.text(st.characters(categories=("Ll", "Lu", "Lo", "Nd")), min_size=1, max_size=6)
TERMS = st.builds(Term, st.lists(LETTERS, min_size=1, max_size=3).map(" ".join), st.just(True)) | st.builds(Term, LETTERS)


@given(st.lists(TERMS, min_size=1, max_size=4, unique=True), st.lists(TERMS, max_size=3, unique=True))
def test_what_is_asked_means_the_same_again(wanted: list[Term], unwanted: list[Term]) -> None:
    query = Query(tuple(wanted), tuple(unwanted))
    known = parse(str(query))
    assert parse(str(known)) == known
    assert len(known.wanted) <= len(wanted)  # NFC may make two the same
    assert [t.phrase for t in known.unwanted] == [t.phrase for t in unwanted] or len(known.unwanted) < len(unwanted)


@given(st.text())
def test_any_text_is_a_query_or_one_line(text: str) -> None:
    try:
        query = parse(text)
    except ValueError as error:
        assert str(error)  # noqa: PT017  (most texts are no error)
    else:
        assert query.wanted
        assert parse(str(query)) == query


def test_what_a_site_cannot_say_is_not_asked_and_said_once() -> None:
    query = parse('"댓글 조작" 김경수 -영화')
    assert queries.asked(query) == '"댓글 조작" 김경수 -영화'
    assert queries.asked(query, NO_PHRASE) == "댓글 조작 김경수 -영화"
    assert queries.asked(query, ALL) == "댓글 조작 김경수"
    assert queries.lacking(query, frozenset()) is None
    assert queries.lacking(parse("김경수"), ALL) is None
    said = queries.lacking(query, NO_PHRASE | NO_NOT)
    assert said == "its search cannot ask for an exact phrase or leave words out: what it finds is filtered here"
    assert "all words at once" in str(queries.lacking(parse("댓글 조작"), ALL))
    assert queries.able(frozenset()) == 'all words, "exact phrase", -word'
    assert queries.able(NO_NOT) == 'all words, "exact phrase"; not -word: filtered here'
