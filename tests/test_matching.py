"""Our own filter: Korean as it is written, in doubt for the article, and nothing rejected that nobody has read."""

from __future__ import annotations

import unicodedata
from time import thread_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.matching import _PARTICLES, holds, matches, mentions, says, words
from crawler.queries import Term, parse

LACKS_ALL: Any = frozenset({"all", "phrase", "not"})


@pytest.mark.parametrize(
    ("text", "term", "sure"),
    [
        ("댓글 조작을 했다", "댓글조작", True),
        ("‘댓글조작’에서는", "댓글 조작", True),
        ("드루킹의 댓글", "드루킹", True),
        ("ＮＡＶＥＲ는 몰랐다", "naver", True),
        (unicodedata.normalize("NFD", "김경수 지사"), "김경수", True),
        ("5·18을", "5.18", True),
        ("Straße", "STRASSE", True),
        ("드루\u200b킹", "드루킹", True),  # a blank of no width
        ("영화관에서", "영화", False),  # it may be another word: enough to keep, not to reject
        ("유영 화가", "영화", False),
        ("조작이라는 말", "조작을", False),  # the query's own particle
    ],
)
def test_korean_is_found_as_it_is_written(text: str, term: str, sure: bool) -> None:
    assert holds(words(text), Term(term))
    assert says(words(text), Term(term)) is sure


@pytest.mark.parametrize(("text", "term"), [("댓글을 단 사람이 조작", "댓글 조작"), ("드루", "드루킹"), ("", "드루킹")])
def test_what_is_not_there_is_not_found(text: str, term: str) -> None:
    assert not holds(words(text), Term(term, phrase=True))
    assert not says(words(text), Term(term, phrase=True))


@pytest.mark.parametrize(
    ("query", "text", "whole", "lacks", "expected"),
    [
        ("드루킹 -영화", "드루킹 공판", True, frozenset(), True),
        ("드루킹 -영화", "드루킹 공판", False, frozenset(), None),  # a title: the text may still say it
        ("드루킹 -영화", "드루킹 영화를 본다", False, frozenset(), False),
        ("드루킹 -영화", "드루킹 영화관", True, frozenset(), True),
        ("드루킹", "공판 소식", False, LACKS_ALL, None),
        ("드루킹", "공판 소식", True, LACKS_ALL, None),  # the site found it, perhaps in a caption
        ("드루킹 공판", "공판 소식", True, frozenset(), None),
        ("드루킹 공판", "공판 소식", True, LACKS_ALL, False),
        ("드루킹 공판", "공판 소식", False, LACKS_ALL, None),
        ('"댓글 조작"', "댓글이 조작되었다", True, frozenset({"phrase"}), False),
        ('"댓글 조작"', "댓글이 조작되었다", True, frozenset(), None),
        ('"댓글 조작"', "댓글조작의 전말", True, frozenset({"phrase"}), True),
    ],
)
def test_a_text_matches_does_not_or_nobody_knows(query: str, text: str, whole: bool, lacks: Any, expected: bool | None) -> None:
    assert matches(parse(query), text, whole=whole, lacks=lacks) is expected


def test_a_page_without_a_wanted_word_is_of_another_query() -> None:
    query = parse('"댓글 조작" 김경수 -영화')
    assert mentions(query, "… 댓글을 …")
    assert mentions(query, "김경수는")
    assert not mentions(query, "영화 소식")


HANGUL = st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=2, max_size=5)


@given(HANGUL, HANGUL, HANGUL, st.sampled_from(["", "을", "에서는", "이라고"]), st.integers(0, 4))
def test_blanks_and_particles_hide_no_word(before: str, word: str, after: str, particle: str, cut: int) -> None:
    spaced = f"{word[:cut]} {word[cut:]}"
    text = words(f"{before}, {spaced}{particle}. {after}")
    assert says(text, Term(word))
    assert holds(text, Term(word))
    assert matches(parse(f"{before} -{word}"), f"{before} {spaced}{particle}", whole=False) is False


@given(st.text(max_size=40), HANGUL)
def test_what_is_surely_there_may_be_there(text: str, word: str) -> None:
    if says(words(text), Term(word)):
        assert holds(words(text), Term(word))


def test_a_hostile_text_takes_no_time() -> None:
    assert _PARTICLES.fullmatch("은는이가" * 20_000) is None
    assert not says(words("가" * 50_000 + " " + "가 " * 20_000), Term("가" * 300 + "나"))
    begun = thread_time()
    assert not says(["가"] * 200_000, Term("나"))
    assert thread_time() - begun < 10  # seconds; where the rest is copied at each word it is a minute and more
