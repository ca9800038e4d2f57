"""A count of an article that a page no longer shows is not told on as if it still stood: the look that did not show it says so.

A page that never showed a count says nothing of it.
"""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from archive.capture import Capture, Facts, Parsed, Read
from archive.pseudonym import Pseudonyms
from archive.records import Article, Count, Cue, ListEntry, Listing
from archive.replay import replay
from archive.store import Store
from archive.target import Target
from archive.tombstone import kept, remains_of
from archive.verify import verify
from tests.conftest import Sagwan
from tests.maker import ARTICLE, KEY, Maker, row
from tests.serving import REF, Served
from tests.test_check_proof import alone
from tests.test_rebuild import again
from tests.test_words_withheld import article, at, look, maker, parse, told

__all__ = ["maker"]  # the fixture
SEEN = article("가")
OTHER = "20260921090000999"


def rows(maker: Maker) -> list[tuple[str, int | None]]:
    """Metric and value of each row, in order; and what the bytes give is the same, and verify says so."""
    made = again(maker.root, parse).comparison
    assert made is not None
    assert (made.differences, made.explained) == (0, 0)
    return maker.db.execute("SELECT metric, value FROM article_counts ORDER BY capture, metric").fetchall()


def anew(maker: Maker) -> None:
    """From here on another process goes on, which knows only the rows."""
    maker.store = Store(maker.db, "daum", maker.pseudonyms, parse)


@pytest.mark.parametrize("process", [lambda maker: None, anew], ids=["one process", "others"])
def test_from_the_look_on_that_does_not_show_it_a_count_is_not_shown(maker: Maker, sagwan: Sagwan, process: Any) -> None:
    def seen(*counts: Count) -> str | None:
        process(maker)
        return at(look(maker, "page", SEEN, *counts))

    shown = [seen(Count("likes", 12_000, "1.2만"), Count("views", 5)), seen(Count("likes", 12_000, "1.2만"), Count("views", 6))]
    away, still = seen(Count("views", 6)), seen(Count("views", 7))
    assert rows(maker) == [("likes", 12_000), ("views", 5), ("views", 6), ("likes", None), ("views", 7)]
    for line in (sagwan("as-of", "now", "--json").lines[0], sagwan("ls", "--json").lines[0]):
        assert (line["counts"], line["not_shown"], "rounded" in line) == ({"views": 7}, {"likes": away}, False)
    (line,) = sagwan("as-of", str(shown[1]), "--json").lines
    assert (line["counts"], "not_shown" in line) == ({"likes": 12_000, "views": 6}, False)
    assert f"views 7, likes not shown since {away}  (seen" in sagwan("as-of", "now").out
    back = seen(Count("likes", 12_000, "1.2만"), Count("views", 7))
    assert sagwan("as-of", "now", "--json").lines[0]["counts"] == {"likes": 12_000, "views": 7}
    lines = sagwan("series", REF, "--metric", "likes", "--json").lines
    raws = [{"likes": "1.2만"}, {"likes": "1.2만"}, None, None, {"likes": "1.2만"}]
    assert [(line["seen_at"], line["likes"], line.get("rounded")) for line in lines] == list(
        zip([*shown, away, still, back], [12_000, 12_000, None, None, 12_000], raws, strict=True)
    )
    assert f"{away}  likes not shown\n" in sagwan("series", REF, "--metric", "likes").out
    changed = [(line["counts"], line["not_before"], line["seen_at"], line.get("rounded")) for line in told(maker, "counts")]
    assert [one for one in changed if "likes" in one[0]] == [
        ({"likes": [12_000, None]}, shown[1], away, {"likes": ["1.2만", None]}),
        ({"likes": [None, 12_000]}, still, back, {"likes": [None, "1.2만"]}),
    ]
    assert "  likes: 1.2만 -> not shown  " in sagwan("changes").out
    events = [(line["counts"], line.get("rounded")) for _, line in replay(maker.db, 0, 1 << 60) if line["kind"] == "counts"]
    assert events == [
        ({"likes": 12_000, "views": 5}, {"likes": "1.2만"}),
        ({"views": 6}, None),
        ({"likes": None}, None),
        ({"views": 7}, None),
        ({"likes": 12_000}, {"likes": "1.2만"}),
    ]


def test_a_page_that_never_showed_it_says_nothing_of_it(maker: Maker) -> None:
    look(maker, "page", SEEN, Count("likes", 3))
    look(maker, "other page", SEEN, Count("views", 5))
    look(maker, "page", article(None, "gone"))
    look(maker, "page", article(None, "restricted"))
    look(maker, "page", outcome="http")
    look(maker, "page", outcome="empty")
    look(maker, "page", Listing("NEW", "votes", 1, ()))
    look(maker, "list", ListEntry("section", None, 1, Article(ARTICLE, "u")), Count("likes", 4, None, Article(ARTICLE, "u")))
    look(maker, "list", ListEntry("section", None, 1, Article(ARTICLE, "u")), Count("views", 6, None, Article(ARTICLE, "u")))
    assert rows(maker) == [("likes", 3), ("views", 5), ("likes", 4), ("views", 6)]


@pytest.mark.parametrize(
    ("silent", "facts"),
    [
        ((Cue("closed", "COMMENT_OFF"),), {}),
        ((), {"why": "reactions", "outcome": "empty"}),
        ((), {"why": "reactions 3h", "outcome": "empty"}),
    ],
)
def test_a_page_without_any_count_says_so_where_it_would_show_them(maker: Maker, silent: Any, facts: dict[str, Any]) -> None:
    look(maker, "page", SEEN)
    look(maker, "thread", Count("comments", 3))
    look(maker, "thread", *silent, **facts)
    look(maker, "thread", *silent, **facts)
    assert rows(maker) == [("comments", 3), ("comments", None)]


@pytest.mark.parametrize("many", [False, True])
def test_a_newer_parser_explains_what_it_shows_for_the_first_time(maker: Maker, many: bool) -> None:
    """Also of a page that counts many articles."""

    def newer(capture: Capture) -> Parsed:
        return structs.replace(parse(capture), parser="test/2")

    of = Article("20260921090000999", "u") if many else None
    facts: dict[str, Any] = {"article": None} if many else {}
    for known in (parse, newer):
        maker.store = Store(maker.db, "daum", maker.pseudonyms, known)
        look(maker, "page", SEEN)
        look(maker, "counts", Count("likes", 3, None, of), Count("views", 4, None, of), **facts)
    assert maker.db.execute("SELECT count(*) FROM article_counts").fetchone() == (4,)
    made = again(maker.root, newer).comparison
    assert made is not None
    assert (made.differences, made.explained > 0) == (0, True), made.examples


def test_what_remains_of_a_redacted_page_still_says_that_its_comments_are_closed() -> None:
    """The row that rests on it is made again. What else the cue said may name somebody."""
    facts = Facts(source="daum", page="thread", run="r", topic="t", url="u", article=ARTICLE)
    records = (Cue("closed", "a name"), Cue("next", "a name"), Count("comments", 3))
    remaining, _ = Target("daum", "comment", "m", {ARTICLE: {"7": "redacted-7"}}).without(facts, records)
    read = Read(status=200, digest=None, request_digest=None, server_at=None, parsed=Parsed("ok", records, "test/1"))
    assert kept(remains_of(read, remaining, "u")).parsed.records == (Cue("closed", ""), Count("comments", 3))


def test_looks_at_which_a_site_counts_nothing_any_more_are_looks(maker: Maker, sagwan: Sagwan) -> None:
    """Such an answer has nothing in it: the parser gives no record."""
    look(maker, "page", SEEN)
    shown = at(look(maker, "emotions", Count("emotion.like", 3), why="reactions first"))
    away, still = (at(look(maker, "emotions", why=why, outcome="empty")) for why in ("reactions", "reactions hot 1m"))
    back = at(look(maker, "emotions", Count("emotion.like", 4), why="reactions"))
    lines = sagwan("series", REF, "--json").lines
    assert [(line["seen_at"], line["emotion.like"]) for line in lines] == [(shown, 3), (away, None), (still, None), (back, 4)]
    changed = [(line["not_before"], line["seen_at"], line["counts"]["emotion.like"]) for line in told(maker, "counts")]
    assert changed == [(shown, away, [3, None]), (still, back, [None, 4])]


def test_each_page_has_a_word_of_its_own(maker: Maker, sagwan: Sagwan) -> None:
    """One that showed what another page had told first, and then no longer does; and the other that still shows it."""
    board = (ListEntry("section", None, 1, Article(ARTICLE, "u")), Count("likes", 3, None, Article(ARTICLE, "u")))
    look(maker, "list", *board, article=None)
    first = at(look(maker, "page", SEEN, Count("likes", 3)))
    away = at(look(maker, "page", SEEN))
    assert sagwan("as-of", "now", "--json").lines[0]["not_shown"] == {"likes": away}
    again_shown = at(look(maker, "list", *board, article=None))
    assert sagwan("as-of", "now", "--json").lines[0]["counts"] == {"likes": 3}
    still = at(look(maker, "page", SEEN))
    assert rows(maker) == [("likes", 3), ("likes", 3), ("likes", None), ("likes", 3)]
    assert [(line["seen_at"], line["likes"]) for line in sagwan("series", REF, "--json").lines][1:] == [
        (first, 3),
        (away, None),
        (again_shown, 3),
        (still, None),
    ]
    assert [line["counts"]["likes"] for line in told(maker, "counts")] == [[3, None], [None, 3]]
    events = [line["counts"] for _, line in replay(maker.db, 0, 1 << 60) if line["kind"] == "counts"]
    assert events == [{"likes": 3}, {"likes": None}, {"likes": 3}]


@pytest.mark.parametrize("listed", [(), (ListEntry("section", None, 1, Article(OTHER, "u")),)], ids=["counts", "a list"])
@pytest.mark.parametrize("more", [0, 1])
def test_what_a_newer_parser_reads_of_other_articles_of_a_page_is_explained(maker: Maker, listed: Any, more: int) -> None:
    """Such a page is of no article, or of one: the others that it counts were looked at, too."""

    def read(version: int) -> Any:
        def newer(capture: Capture) -> Parsed:
            found = parse(capture)
            records = [structs.replace(one, value=one.value + version * more) if isinstance(one, Count) else one
                       for one in found.records]  # fmt: skip
            return structs.replace(found, records=tuple(records), parser=f"{capture.page}/{version}")

        return newer

    for version in (1, 2):
        maker.store = Store(maker.db, "daum", maker.pseudonyms, read(version))
        look(maker, "many", *listed, Count("comments", 5, None, Article(OTHER, "u")), article=None)
    made = again(maker.root, read(2)).comparison
    assert made is not None
    assert (made.differences, [one.text for one in made.examples if one.unexplained]) == (0, [])


def test_a_row_that_says_so_is_checked_against_its_bytes(maker: Maker) -> None:
    look(maker, "page", SEEN, Count("likes", 3))
    look(maker, "page", SEEN)
    assert rows(maker)[-1] == ("likes", None)
    found = lambda: verify(maker.root, Pseudonyms(KEY), parse).findings  # noqa: E731
    maker.db.execute("UPDATE article_counts SET value = 3 WHERE value IS NULL")
    (finding,) = found()
    assert finding.startswith(f"article_counts: a row whose bytes say otherwise: {REF}, capture ")
    assert finding.endswith(", metric 'likes': the row says value 3; the bytes say value nothing")
    maker.db.execute("DELETE FROM article_counts WHERE capture = 2")
    assert [one.partition(": daum")[0] for one in found()] == ["article_counts: bytes without their row"]


def test_a_count_that_is_not_shown_is_proven_by_the_look_that_did_not_show_it(sagwan: Sagwan, tmp_path: Path) -> None:
    """Of real pages, to the check that needs nothing of ours."""
    maker = Maker(sagwan.archive)
    maker.page([row(1)])
    for stats in ({"LIKE": 3, "ANGRY": 7}, {"LIKE": 3, "ANGRY": 7}, {"LIKE": 4}):
        body = json.dumps({"item": {"itemKey": "1", "stats": stats}}).encode()
        url = "https://action.daum.net/apis/v1/reactions/home?itemKey=1"
        seen = maker.keep(maker.exchange(url, "daum.emotions", body, why="reactions"))
    maker.close()
    assert sagwan("seal").code == 0
    ended = sagwan("verify", "--row", f"{REF}@now")
    assert (ended.code, "first seen without this count: emotion.angry" in ended.out) == (0, True)
    (document,) = sagwan("verify", "--row", f"{REF}@now", "--json").lines
    assert document["row"]["counts"] == {"emotion.like": 4}
    assert document["row"]["not_shown"] == {"emotion.angry": at(seen)}
    proof = tmp_path / "proof.json"
    proof.write_text(json.dumps(document), encoding="utf-8")
    code, said = alone(proof, sagwan.archive)
    assert (code, "not checked here: " in said, "not_shown" in said) == (0, True, True)
    (sagwan.archive / "archive.db").chmod(0o600)
    with closing(sqlite3.connect(sagwan.archive / "archive.db")) as db, db:
        db.execute("UPDATE article_counts SET capture = 3 WHERE value IS NULL")  # a look that did show it
    ended = sagwan("verify", "--row", f"{REF}@now")
    assert ended.code == 2
    assert "daum.emotions/1 reads emotion.angry 7, and the row says None" in ended.out


def test_the_pages_say_since_when_it_is_not_shown(maker: Maker, sagwan: Sagwan) -> None:
    look(maker, "page", SEEN, Count("likes", 3), Count("views", 5))
    look(maker, "list", Listing("NEW", "votes", 1, ()))
    away = at(look(maker, "page", SEEN, Count("views", 5)))
    look(maker, "list", Listing("NEW", "votes", 1, ()))
    served = Served(sagwan)
    _, _, page = served.ask(f"/article?ref={REF}", cookie="sagwan_lang=en", accept_language="en")
    assert f'<dt>likes</dt><dd>– <small>not shown since <time datetime="{away}"' in page
    assert "<td>likes <b>not shown</b></td>" in page
    charts = [json.loads(text) for text in re.findall(r'<script type="application/json">(\{.*?)</script>', page)]
    points = {line["name"]: [value for _, value in line["points"]] for chart in charts for line in chart["lines"]}
    assert points == {"likes": [3, None], "views": [5, 5]}
