"""Topic files: everything wrong is one clear line with the file and the key, exit 1, and no archive is made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from archive.times import day, now
from crawler import topics, words
from crawler.errors import Misuse
from crawler.sources import all_sources
from tests.conftest import Sagwan

SEED = "https://v.daum.net/v/20200522093902880"
GOOD = f'title = "t"\nseeds = ["{SEED}"]\n'

# what is wrong, the file, and what the line must say
BAD = [
    ("unknown key", 'sorces = ["daum"]\n' + GOOD, ["unknown key `sorces`", "`sources`?"]),
    ("unknown key without a near one", "xyzzy = 1\n" + GOOD, ["unknown key `xyzzy`", "Known: title, queries"]),
    ("unknown key of a source", GOOD + "[source.daum]\nreply = true\n", ["unknown key `reply`", "[source.daum]", "`replies`?"]),
    ("a table for sources", GOOD + "[sources.daum]\nreplies = true\n", ["`sources` is a list of names", "[source.NAME]"]),
    ("unknown key of the budget", GOOD + "[budget]\nrequests = 5\n", ["unknown key `requests`", "[budget]"]),
    ("a date that does not exist", "since = 2018-13-45\n" + GOOD, ["not valid TOML", "2018-01-17"]),
    ("words that are no day", 'since = "soon"\n' + GOOD, ["`since` 'soon' is no day", "2018-01-17", "지난주"]),
    ("an empty day", 'until = ""\n' + GOOD, ["`until` '' is no day"]),
    ("days in words in the wrong order", 'since = "어제"\nuntil = "3일 전"\n' + GOOD, ["`since`", "`until`", "Swap"]),
    ("a time for a date", "since = 2018-01-17T10:00:00\n" + GOOD, ["`since`", "2018-01-17"]),
    ("a window that ends before it begins", "since = 2020-01-02\nuntil = 2020-01-01\n" + GOOD, ["`since`", "`until`"]),
    ("an unknown source", 'sources = ["navr"]\n' + GOOD, ["`navr`", "does not exist", "daum"]),
    ("rules for an unknown source", GOOD + "[source.nosuch]\nreplies = true\n", ["`nosuch`", "does not exist"]),
    ("no source at all", "sources = []\n" + GOOD, ["`sources` is empty"]),
    ("an override without a reason", GOOD + '[source.daum]\nrobots = "ignore"\n', ["[source.daum]", "reason"]),
    ("an override with a blank reason", GOOD + '[source.daum]\nrobots = "ignore"\nreason = " "\n', ["reason"]),
    ("a word that robots cannot be", GOOD + '[source.daum]\nrobots = "maybe"\n', ["`source.daum.robots`", "obey", "ignore"]),
    ("broken TOML", "title = \n", ["not valid TOML", "line 1"]),
    ("a key given twice", 'title = "a"\n' + GOOD, ["not valid TOML"]),
    ("a number for a text", f'title = 5\nseeds = ["{SEED}"]\n', ["`title`", "text in quotes"]),
    ("a number for a list", 'title = "t"\nqueries = 5\n', ["`queries`", "a list"]),
    ("a text for a list", f'title = "t"\nseeds = "{SEED}"\n', ["`seeds`", "a list"]),
    ("a number in a list", 'title = "t"\nqueries = ["a", 5]\n', ["`queries", "text in quotes"]),
    ("a text for a yes", GOOD + '[source.daum]\nreplies = "no"\n', ["`source.daum.replies`", "true or false"]),
    ("a text for a table", 'source = "daum"\n' + GOOD, ["`source`", "a table"]),
    ("no title", f'seeds = ["{SEED}"]\n', ["`title` is missing"]),
    ("an empty title", f'title = " "\nseeds = ["{SEED}"]\n', ["`title` is empty"]),
    ("a title of two lines", f'title = "a\\nb"\nseeds = ["{SEED}"]\n', ["`title`", "one line"]),
    ("neither queries nor seeds", 'title = "t"\n', ["neither `queries` nor `seeds`"]),
    ("a blank query", 'title = "t"\nqueries = ["a", " "]\n', ["`queries`", "empty"]),
    ("a query of nothing wanted", 'title = "t"\nqueries = ["a", "-b"]\n', ["query '-b'", "only words to leave out"]),
    ("a quotation mark too few", """title = "t"\nqueries = ['"a b']\n""", ["query '\"a b'", "not closed"]),
    ("a seed of a source left out", 'sources = ["naver"]\n' + GOOD, [SEED, "source `daum`", "leaves out", 'Add "daum"']),
    ("a seed that no source knows", 'title = "t"\nseeds = ["https://example.org/1"]\n', ["seed", "example.org/1"]),
    ("a seed that is no URL", 'title = "t"\nseeds = ["http://[/v/1"]\n', ["seed"]),
    ("a seed without https", 'title = "t"\nseeds = ["v.daum.net/v/20200522093902880"]\n', ["begins with https://"]),
    ("a cadence of words", GOOD + '[cadence]\nhot = "often"\n', ["[cadence]", "`hot`", 'hot = "1m"']),
    ("a delay out of range", GOOD + "[source.daum]\ndelay = -1\n", ["[source.daum]", "`delay`", "3600"]),
    ("a delay that is no number", GOOD + "[source.daum]\ndelay = nan\n", ["[source.daum]", "`delay`"]),
    ("too many connections", GOOD + "[source.daum]\nconnections = 17\n", ["`connections`", "16"]),
    ("a budget of nothing", GOOD + "[budget]\nrequests_per_day = 0\n", ["`requests_per_day`", "at least 1"]),
]


@pytest.mark.parametrize(("text", "said"), [pytest.param(text, said, id=name) for name, text, said in BAD])
def test_a_bad_topic_says_file_key_and_what_to_write(tmp_path: Path, text: str, said: list[str]) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Misuse) as caught:
        topics.load(path)
    line = str(caught.value)
    assert line.startswith(f"{path}: ")
    assert "\n" not in line
    assert [word for word in said if word not in line] == []
    assert "$" not in line  # no path syntax of the decoder's


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (GOOD.replace('"t"', '"사건"').encode("cp949"), "not UTF-8"),
        (b"title = \n", "not valid TOML"),
        (('sorces = ["daum"]\n' + GOOD).encode(), "unknown key `sorces`"),
        (None, "no such topic file"),
    ],
)
def test_the_command_ends_with_one_line_and_makes_nothing(sagwan: Sagwan, content: bytes | None, said: str) -> None:
    path = sagwan.folder / "bad.toml"
    if content is not None:
        path.write_bytes(content)
    good = sagwan.folder / "good.toml"
    good.write_text(GOOD, encoding="utf-8")
    ended = sagwan("collect", good, path, "--connect-to", "*=http://127.0.0.1:1", "--json")
    assert (ended.code, ended.out) == (1, "")
    assert len(ended.err.splitlines()) == 1
    assert f"{path}: " in ended.err
    assert said in ended.err
    assert not sagwan.archive.exists()


def test_a_file_from_windows_is_read(tmp_path: Path) -> None:
    path = tmp_path / "t.toml"
    path.write_text("\ufeff" + GOOD, encoding="utf-8")
    assert topics.load(path).title == "t"


def test_a_folder_is_no_topic(sagwan: Sagwan) -> None:
    ended = sagwan("collect", sagwan.folder)
    assert (ended.code, len(ended.err.splitlines())) == (1, 1)
    assert "cannot be read" in ended.err


def test_a_good_topic_is_what_it_says(topic: Callable[..., Path]) -> None:
    found = topics.load(
        topic(
            text=f'''
title = "드루킹 댓글 조작"
queries = ["드루킹", "\\"댓글 조작\\" 김경수"]
since = 2018-01-17
until = 2018-03-21
seeds = ["{SEED}", "https://news.v.daum.net/v/aBcDeFgHiJ"]
sources = ["daum"]
[cadence]
hot = "1m"
[source.daum]
replies = false
delay = 1
connections = 2
robots = "ignore"
reason = "public-interest research, ref. 17/2026"
[budget]
requests_per_day = 20000
'''
        )
    )
    assert found.title == "드루킹 댓글 조작"
    assert [str(found.since), str(found.until)] == ["2018-01-17", "2018-03-21"]
    options = found.options("daum")
    assert (options.replies, options.delay, options.connections, options.robots) == (False, 1.0, 2, "ignore")
    assert found.seeds_of("daum") == found.seeds
    assert found.source_names() == ["daum"]


@pytest.mark.parametrize(("said", "back"), [("어제", 1), ("3일 전", 3), ("사흘 전", 3), ("지난 주", 7), ("2 weeks ago", 14)])
def test_a_window_in_words_is_counted_from_today(topic: Callable[..., Path], said: str, back: int) -> None:
    before = day(now())
    found = topics.load(topic(text=f'since = "{said}"\nuntil = "오늘"\n{GOOD}'))
    assert found.until in {before, day(now())}
    assert found.until - found.since == timedelta(days=back)


@pytest.mark.parametrize(("said", "first"), [("올해", (1, 1)), ("this month", (None, 1)), ("이번달", (None, 1))])
def test_a_span_that_is_not_over_begins_with_its_first_day(said: str, first: tuple[int | None, int]) -> None:
    at = words.moment(said)
    assert at is not None
    assert ((first[0] and day(at).month), day(at).day) == first
    assert words.moment("이번 주") == words.moment("this week")


def test_a_date_in_quotes_is_that_date(topic: Callable[..., Path]) -> None:
    assert topics.load(topic(text=f'since = "2018-01-17"\n{GOOD}')).since == date(2018, 1, 17)


def test_the_same_query_with_other_blanks_is_one(topic: Callable[..., Path]) -> None:
    found = topics.load(topic(text='title = "t"\nqueries = ["a  b", " a b ", "\\"a b\\""]\n'))
    assert [str(query) for query in found.asks()] == ["a b", '"a b"']


def test_without_sources_those_are_taken_that_have_something_to_do(topic: Callable[..., Path]) -> None:
    assert topics.load(topic(text=GOOD)).source_names() == ["daum"]
    only_queries = topics.load(topic(text='title = "t"\nqueries = ["a"]\n'))
    searched = {name: source for name, source in all_sources().items() if source.search is not None}
    asked = [name for name, source in searched.items() if not source.by_name and source.found_at is None]
    assert only_queries.source_names() == asked
    assert searched["pann"].by_name
    seeded = 'title = "t"\nqueries = ["a"]\nseeds = ["https://pann.nate.com/talk/ranking/d"]\n'
    assert "pann" in topics.load(topic(text=seeded)).source_names()
    assert "daum" in topics.load(topic(text='title = "t"\nqueries = ["a"]\nsources = ["daum"]\n')).source_names()


def test_a_dry_run_says_what_would_be_visited_and_makes_nothing(sagwan: Sagwan, topic: Callable[..., Path]) -> None:
    ended = sagwan("collect", topic(text=GOOD), "--dry-run")
    assert ended.code == 0
    assert SEED in ended.out
    assert not sagwan.archive.exists()


def test_a_source_that_no_topic_has_is_misuse(sagwan: Sagwan, topic: Callable[..., Path]) -> None:
    ended = sagwan("collect", topic(text=GOOD), "--source", "nosuch", "--connect-to", "*=http://127.0.0.1:1")
    assert ended.code == 1
    assert "`nosuch` does not exist" in ended.err
    assert not sagwan.archive.exists()
