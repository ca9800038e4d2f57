"""What is not shown any more says nothing: the words of a deleted comment were not edited, a page that is gone counts nothing,
and what was edited meanwhile is told when it is shown again. The bounds are looks that did show the old state."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.archive import open_for_reading
from archive.capture import Capture, Parsed, Seen
from archive.changes import KINDS, changes
from archive.history import as_of, series
from archive.lookup import find_article
from archive.overview import articles
from archive.records import Account, Article, Comment, Count, ListEntry, Listing
from archive.replay import replay
from archive.store import Store
from archive.times import iso
from tests.conftest import Sagwan
from tests.maker import ARTICLE, Maker

END = 1 << 60
URL = f"https://v.daum.net/v/{ARTICLE}"
PAGES: list[tuple[str, tuple[Any, ...]]] = []  # what each body stands for


def parse(capture: Capture) -> Parsed:
    """What the test said that its page shows."""
    outcome, records = PAGES[int(capture.body)]
    return Parsed(outcome, records, "test/1")


@pytest.fixture
def maker(tmp_path: Path) -> Iterator[Maker]:
    made = Maker(tmp_path / "archive")
    made.store = Store(made.db, "daum", made.pseudonyms, parse)
    yield made
    made.close()


def look(maker: Maker, page: str, *records: Any, outcome: str = "ok", url: str = URL, **facts: Any) -> Seen:
    """One capture of a page that shows these records."""
    PAGES.append((outcome, records))
    maker.now += 60_000
    return maker.keep(maker.exchange(url, page, str(len(PAGES) - 1).encode(), **facts))


def comment(text: str | None, state: Any = "visible", left: str = "S", sticker: str | None = None) -> Listing:
    """A list of one comment."""
    return Listing("NEW", "votes", 1, (Comment("1", text, Account("a", "이름", left), state=state, attachment=sticker),))


def article(title: str | None, state: Any = "visible") -> Article:
    """The article as its page says it."""
    return Article(ARTICLE, URL, title=title, state=state)


def told(maker: Maker, *kinds: str) -> list[dict[str, Any]]:
    """The changes of these kinds."""
    with closing(open_for_reading(maker.root)) as db:
        return list(changes(db, [find_article(db, "daum", ARTICLE)], 0, END, frozenset(kinds or KINDS)))


def at(seen: Seen) -> str | None:
    return iso(seen.facts.received_at)


@pytest.mark.parametrize("kinds", [("edited",), KINDS])
def test_a_writer_who_leaves_edits_no_deleted_comment(maker: Maker, kinds: tuple[str, ...]) -> None:
    look(maker, "list", comment("처음"))
    look(maker, "list", comment(None, "deleted_by_user"))
    look(maker, "list", comment(None, "deleted_by_user", left="D"))
    look(maker, "list", comment("처음", left="D"))
    assert [line for line in told(maker, *kinds) if line["change"] == "edited"] == []


@pytest.mark.parametrize("kinds", [("edited",), KINDS])
def test_words_that_a_page_does_not_give_were_not_edited_away(maker: Maker, kinds: tuple[str, ...]) -> None:
    """A sticker in their place is something."""
    look(maker, "list", comment("처음"))
    look(maker, "list", comment(None))
    look(maker, "list", comment("처음"))
    assert [line for line in told(maker, *kinds) if line["change"] == "edited"] == []
    look(maker, "list", comment("처음", sticker="s1"))
    last = look(maker, "list", comment("처음", sticker="s1"))
    look(maker, "list", comment(None))
    look(maker, "list", comment(None, sticker="s2"))
    *_, line = [line for line in told(maker, *kinds) if line["change"] == "edited"]
    assert (line["fields"], line["not_before"]) == ({"text": ["처음", None], "attachment": ["s1", "s2"]}, at(last))


def test_words_that_came_back_as_others_were_last_seen_before_they_went(maker: Maker) -> None:
    look(maker, "list", comment("처음"))
    last = look(maker, "list", comment("처음"))
    look(maker, "list", comment(None, "blinded"))
    look(maker, "list", comment(None, "hidden_by_filter"))
    look(maker, "list", comment("고침"))
    (line,) = told(maker, "edited")
    assert (line["fields"], line["not_before"]) == ({"text": ["처음", "고침"]}, at(last))


@pytest.mark.parametrize("state", ["gone", "restricted"])
def test_an_article_that_came_back_with_other_words_was_edited(maker: Maker, state: str) -> None:
    look(maker, "page", article("가"))
    last = look(maker, "page", article("가"))
    look(maker, "page", article(None, state))
    look(maker, "page", article(None, state))
    back = look(maker, "page", article("나"))
    found = {line["change"]: line for line in told(maker)}
    assert set(found) == {"appeared", "returned", "edited", "gone" if state == "gone" else "state"}
    assert (found["edited"]["fields"], found["edited"]["evidence"]) == ({"title": ["가", "나"]}, [back.record])
    assert found["edited"]["not_before"] == at(last)
    look(maker, "page", article(None, state))
    look(maker, "page", article("나"))
    assert len(told(maker, "edited")) == 1


def test_a_page_that_is_gone_counts_nothing(maker: Maker) -> None:
    look(maker, "page", article("가"), Count("likes", 8))
    seen = look(maker, "page", article("가"), Count("likes", 8))
    for state in ("gone", "restricted", "gone"):
        look(maker, "page", article(None, state))
    back = look(maker, "page", article("가"), Count("likes", 9))
    with closing(open_for_reading(maker.root)) as db:
        lines = list(series(db, find_article(db, "daum", ARTICLE), None, END))
    assert [line["likes"] for line in lines] == [8, 8, 9]
    (line,) = told(maker, "counts")
    assert (line["counts"], line["not_before"], line["seen_at"]) == ({"likes": [8, 9]}, at(seen), at(back))


def test_a_list_that_counts_on_is_counted_while_the_article_is_gone(maker: Maker) -> None:
    look(maker, "page", article("가"))
    look(maker, "list", comment("글"), Count("comments", 1))
    look(maker, "page", article(None, "gone"))
    seen = look(maker, "list", comment("글"), Count("comments", 1))
    look(maker, "list", comment("글"), Count("comments", 2))
    with closing(open_for_reading(maker.root)) as db:
        assert [line["comments"] for line in series(db, find_article(db, "daum", ARTICLE), None, END)] == [1, 1, 2]
    (line,) = told(maker, "counts")
    assert line["not_before"] == at(seen)


def test_a_version_was_not_seen_before_it_was(maker: Maker) -> None:
    look(maker, "page", article("가"))
    other = look(maker, "phone", article("나"))
    look(maker, "page", article("가"))
    assert [line["not_before"] for line in told(maker, "edited")][1] == at(other)


def test_a_further_page_of_comments_is_no_look_at_the_article(maker: Maker) -> None:
    more = Listing("NEW", "votes", 2, (Comment("2", "글"),))
    first = look(maker, "list", article("가"), comment("글"))
    look(maker, "list", more, url=URL + "?page=2")
    with closing(open_for_reading(maker.root)) as db:
        line = next(as_of(db, find_article(db, "daum", ARTICLE), maker.now + 10))
    assert (line["capture"], line["seen_at"]) == (first.record, at(first))
    last = look(maker, "list", article("가"), comment("글"))
    look(maker, "list", more, url=URL + "?page=2")
    look(maker, "list", article("나"), comment("글"))
    assert [line["not_before"] for line in told(maker, "edited")] == [at(last)]


def test_a_look_that_failed_saw_nothing(maker: Maker) -> None:
    found = look(maker, "search", ListEntry("search", "말", 1, article("가")), article=None)
    look(maker, "page", outcome="http", status=500)
    with closing(open_for_reading(maker.root)) as db:
        (line,) = articles(db)
        assert (line["seen_at"], line["state"]) == (at(found), "unknown")
        shown = next(as_of(db, find_article(db, "daum", ARTICLE), maker.now + 10))
        assert (shown["capture"], shown["seen_at"], shown["state"]) == (found.record, at(found), "unknown")


def test_a_list_of_articles_has_the_last_words_of_one_that_is_gone(maker: Maker) -> None:
    look(maker, "page", article("가\n나\t다"))
    look(maker, "page", article(None, "gone"))
    seen = look(maker, "page", article(None, "gone"))
    look(maker, "page", outcome="failed", status=500)
    with closing(open_for_reading(maker.root)) as db:
        (line,) = articles(db)
    assert (line["title"], line["state"], line["seen_at"]) == ("가\n나\t다", "gone", at(seen))


def test_the_rows_for_people_say_so_in_one_line(maker: Maker, sagwan: Sagwan) -> None:
    look(maker, "page", article("가\nforged\trow"))
    look(maker, "page", article(None, "gone"))
    (row,) = sagwan("ls").out.splitlines()
    assert row.split("\t")[-1] == "가 forged row [gone]"
    first, second = sagwan("as-of", "now").out.splitlines()
    assert first == f"daum:{ARTICLE}  가 forged row [gone]"
    assert second.startswith(f"  {URL}")


def test_a_replay_says_the_same(maker: Maker) -> None:
    look(maker, "list", comment("처음"))
    look(maker, "list", comment(None, "deleted_by_user"))
    look(maker, "list", comment(None, "deleted_by_user", left="D"))
    with closing(open_for_reading(maker.root)) as db:
        said = [(line["text"], line["account_state"]) for _, line in replay(db, 0, END) if line["kind"] == "comment"]
    assert said == [("처음", "S"), (None, "S"), (None, "D")]
