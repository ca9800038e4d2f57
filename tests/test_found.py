"""What is followed of what a search finds, where the site's search can express less than the topic says."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from archive.records import Article, ListEntry
from crawler.found import Found, Text, belongs
from crawler.queries import Part, parse
from crawler.sources import Source, Syntax, all_sources
from crawler.topics import Topic

PHRASE: frozenset[Part] = frozenset({"phrase"})
QUERY, OTHER = parse('"댓글 조작"'), parse("김경수")


def entry(key: str, shown: str = "") -> ListEntry:
    return ListEntry("search", "q", 1, Article(key=key, url="u", title="제목"), shown)


def article(key: str, text: str | None) -> Article:
    return Article(key=key, url="u", title="제목", text=text)


def found(again: list[str] | None = None, lacks: frozenset[Part] = PHRASE, **known: Text) -> Found:
    topic = Topic("t", queries=['"댓글 조작"', "김경수 -영화"])
    return Found(topic, source(lacks), (again if again is not None else []).append, known.get)


def source(lacks: frozenset[Part]) -> Source:
    """Naver, if its search could do less."""
    return replace(all_sources()["naver"], search=Syntax(lacks))


@pytest.mark.parametrize(
    ("text", "lacks", "kept"),
    [
        ("댓글이 조작되었다", PHRASE, False),
        ("댓글조작의 전말", PHRASE, True),
        (None, PHRASE, True),  # nobody has read it
        ("댓글이 조작되었다", frozenset(), True),  # the site was asked for the phrase, and found it
    ],
)
def test_a_part_that_the_site_cannot_express_is_ours_to_decide(text: str | None, lacks: frozenset[Part], kept: bool) -> None:
    finds = found(lacks=lacks)
    assert finds.hit(QUERY, entry("a"))  # a title and a summary say too little
    assert finds.keeps("a", article("a", text)) is kept
    assert finds.left == (set() if kept else {"a"})


def test_what_another_query_finds_later_is_taken_up_again() -> None:
    again: list[str] = []
    finds = found(again)
    assert finds.hit(QUERY, entry("a"))
    assert not finds.keeps("a", article("a", "댓글"))
    assert not finds.hit(QUERY, entry("a"))  # on a later page
    assert (finds.left, again) == ({"a"}, [])
    assert finds.hit(OTHER, entry("a"))
    assert (finds.left, again) == (set(), ["a"])
    assert finds.keeps("a", article("a", "댓글"))
    finds.named(["b"])
    assert not finds.hit(parse("소식 -제목"), entry("b", "소식 제목"))
    assert finds.left == set()


def test_what_an_earlier_run_read_is_not_read_again_to_be_given_up() -> None:
    finds = found(a=("제목", "댓글이 조작"), b=("제목", None))
    assert not finds.hit(QUERY, entry("a"))
    assert finds.hit(QUERY, entry("b"))
    assert finds.hit(OTHER, entry("c"))
    assert finds.left == {"a"}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("댓글이 조작", True),  # of '김경수 -영화' nobody knows: the site may have found him in a caption
        ("댓글이 조작된 영화", False),
        ("댓글조작의 영화", True),
        ("김경수", True),
        (None, True),
    ],
)
def test_an_article_of_earlier_runs_is_followed_unless_no_query_means_it(text: str | None, kept: bool) -> None:
    assert found().keeps("z", article("z", text)) is kept
    ranking = ["https://news.naver.com/main/ranking/popularMemo.naver"]
    topic = Topic("t", queries=["김경수 -영화"], seeds=ranking)
    assert belongs(topic, source(PHRASE), ("제목", "영화"))
    assert belongs(Topic("t", seeds=ranking), source(PHRASE), ("제목", "영화"))
