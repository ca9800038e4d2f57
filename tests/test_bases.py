"""The address of a board in a topic file: what is taken, what is refused and how, and whose URLs are then known."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler import topics
from crawler.bases import Base, guesses, parse, split
from crawler.errors import Misuse


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("https://board.example.org", Base("https", "board.example.org")),
        ("https://board.example.org/", Base("https", "board.example.org")),
        ("http://Board.Example.org:80/xe/", Base("http", "board.example.org", "/xe")),
        ("https://www.example.co.kr./a/b", Base("https", "www.example.co.kr", "/a/b")),
    ],
)
def test_a_base_is_taken(text: str, base: Base) -> None:
    assert parse(text) == base


def test_a_name_in_hangul_is_the_one_that_the_network_knows() -> None:
    base = parse("https://게시판.한국")
    assert base.host.startswith("xn--")
    assert parse(base.url) == base
    assert base.below("https://게시판.한국/humor/1") == base.below(f"{base.url}/humor/1") == "/humor/1"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("board.example.org", "is no address"),
        ("ftp://board.example.org", "is no address"),
        ("https://", "is no address"),
        ("https://board.example.org:8443", "has a port"),
        ("https://board.example.org:99999", "is no address"),
        ("https://me:secret@board.example.org", "has a user name"),
        ("https://board.example.org/index.php?mid=humor", "goes on behind the front page"),
        ("https://board.example.org/#humor", "goes on behind the front page"),
        ("https://board.example.org/index.php", "has a path that no board has"),
        ("https://board.example.org/../x", "has a path that no board has"),
        ("https://127.0.0.1", "is a private or literal address"),
        ("https://2130706433", "is a private or literal address"),
        ("https://[::1]", "is a private or literal address"),
        ("https://localhost", "is a private or literal address"),
        ("https://db.internal/xe", "is a private or literal address"),
        ("https://intranet", "is a private or literal address"),
        ("https://10.0.0.7", "is a private or literal address"),
        ("https://bad_host!.org", "has no host name"),
    ],
)
def test_a_base_is_refused_with_one_line(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as raised:
        parse(text)
    assert "\n" not in str(raised.value)
    assert 'Write base = "https://board.example.org"' in str(raised.value)


def test_a_url_stands_under_its_base() -> None:
    base = parse("https://example.org/xe")
    assert [base.below(f"{scheme}://example.org/xe/humor/7") for scheme in ("https", "http", "ftp")] == ["/humor/7"] * 2 + [
        None
    ]
    assert base.below("https://example.org/xe") == ""
    assert [base.below(url) for url in ("https://example.org/xeno/7", "https://example.com/xe/7", "https://[", "no URL")] == [
        None
    ] * 4
    assert [each.name for each in guesses("https://example.org/xe/humor/7")] == [
        "example.org", "example.org/xe", "example.org/xe/humor", "example.org/xe/humor/7",
    ]  # fmt: skip
    assert split("https://example.org:x") is None


def test_a_base_names_its_source() -> None:
    def names(lines: str) -> list[str]:
        return topics.read(f'title = "시험"\nqueries = ["말"]\n{lines}', Path("t.toml")).source_names()

    assert "rhymix" not in names("")
    assert "rhymix" in names('[source.rhymix]\nbase = "https://a.org"')
    assert names('sources = ["naver"]\n[source.rhymix]\nbase = "https://a.org"') == ["naver"]


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (
            'sources = ["naver"]\n[source.naver]\nbase = "https://a.org"',
            "[source.naver] `base` is only for software that many sites run",
        ),
        ('sources = ["naver"]\n[source.naver]\nbase = 7', "`source.naver.base` must be"),
    ],
)
def test_a_topic_says_where_it_is_wrong(lines: str, why: str) -> None:
    with pytest.raises(Misuse) as raised:
        topics.read(f'title = "시험"\nqueries = ["말"]\n{lines}', Path("t.toml"))
    assert str(raised.value).startswith(f"t.toml: {why}")
