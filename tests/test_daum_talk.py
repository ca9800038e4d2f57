"""Daum's talk: the pane as a browser shows it, read by a parser, and end to end in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from archive.capture import Capture, Parsed
from archive.looks import Looked
from archive.records import Comment, Cue, Listing
from archive.times import iso
from archive.watched import Watched
from crawler import chromium, pages
from crawler.due import of_article
from crawler.ladder import HOUR, Ladder
from crawler.sources import load_pages
from spiders.daum.source import SOURCE
from tests.conftest import ROOT, Ended, Sagwan, write_topic
from tests.portal import Article, Portal, timetalk
from tests.warcs import exchanges

FRAME = f"https://{timetalk.HOST}/talk/20220306050607123"
SEEN = 1_646_556_000_000  # 2022-03-06 17:40 in Seoul
SHOWN = (ROOT / "tests/fixtures/daum/talk.html").read_text(encoding="utf-8")
MINUTE = 60_000
load_pages()
needs_browser = pytest.mark.skipif(chromium.find() is None, reason=chromium.MISSING)


def read(html: str, article: str | None = None) -> Parsed:
    body = html.encode()
    return pages.parse(
        Capture(page="daum.talk", url=FRAME, status=None, headers=(), body=body, at=SEEN, received_at=SEEN, article=article)
    )


def shown(html: str, article: str | None = None) -> tuple[Comment, ...]:
    (listing,) = [record for record in read(html, article).records if isinstance(record, Listing)]
    return listing.comments


def test_the_pane_as_it_is_shown() -> None:
    listing = read(SHOWN).records[0]
    assert isinstance(listing, Listing)
    assert (listing.sort, listing.order, listing.rank, len(listing.comments)) == ("default", "votes", 1, 5)
    first, second, _, _, last = listing.comments
    assert (first.text, second.text, last.text) == ("ㅋㅋㅋ", "줄\n바꿈 <b>😀</b>", "")
    assert first.account is not None
    assert (first.account.name, first.account.provider) == ("가상 이름", "nickname")
    assert {(each.likes, each.dislikes, each.replies, each.parent) for each in listing.comments} == {(None,) * 4}


def test_an_age_is_an_interval_and_may_have_been_written_a_while_before() -> None:
    now, minutes, hours, _, day = (each.created for each in shown(SHOWN))
    assert now is not None
    assert minutes is not None
    assert hours is not None
    assert day is not None
    assert (now.end, minutes.raw, minutes.precision) == (SEEN, "3분", "relative")
    assert (SEEN - 4 * MINUTE - 90_000 < minutes.start < SEEN - 4 * MINUTE, minutes.end) == (True, SEEN - 3 * MINUTE)
    assert hours.start < SEEN - 3 * HOUR < hours.end == SEEN - 2 * HOUR
    assert (day.precision, day.start) == ("minute", 1_646_439_120_000)


def test_what_has_no_number_is_named_by_its_words_whatever_its_age() -> None:
    keys = [each.key for each in shown(SHOWN)]
    laughing = sha256("ㅋㅋㅋ".encode()).hexdigest()[:16]
    assert len(set(keys)) == 5
    assert keys[3].startswith(f"words-{laughing}-")
    assert keys[0] == f"{keys[3]}-2"  # the same name and words, counted from the oldest
    assert keys[2].startswith(f"words-{laughing}-")  # somebody else
    later = SHOWN.replace("방금 전", "1시간 전").replace("3분", "1시간 전").replace("5시간 전", "6시간 전")
    assert [each.key for each in shown(later)] == keys
    without = SHOWN.replace('<em class="chat_nick">셋째</em><span class="txt_time">2시간 전</span></div>', "</div>")
    parsed = read(without)
    assert Cue("unread", "1") in parsed.records
    assert [each.key for each in shown(without)] == [*keys[:2], *keys[3:]]


def test_a_number_is_the_key_only_where_each_has_its_own() -> None:
    pieces = SHOWN.split("<li>")
    numbered = pieces[0] + "".join(f'<li data-id="talk_{100_009 - n}">{piece}' for n, piece in enumerate(pieces[1:]))
    assert [each.key for each in shown(numbered)] == [str(100_009 - n) for n in range(5)]
    assert read(numbered).records[0].order == "desc"  # type: ignore[union-attr]
    same = SHOWN.replace("<li>", '<li data-id="20220306050607123">')
    assert [each.key for each in shown(same)] == [each.key for each in shown(SHOWN)]
    one = pieces[0] + f'<li id="20220306050607123">{pieces[1]}</ul>'
    assert shown(one, "20220306050607123")[0].key.startswith("words-")  # the article's own


def test_closed_is_not_empty_and_an_unknown_pane_is_neither() -> None:
    notice = '<li class="safebot">세이프봇</li>'
    assert read(f'<div class="body_timetalk"><ul>{notice}</ul></div>').outcome == "empty"
    closed = read('<div class="body_timetalk"><p>타임톡이 종료되었습니다.</p></div>')
    assert (closed.outcome, closed.records) == ("ok", (Cue("closed", "타임톡이 종료되었습니다."),))
    for unknown in (
        "",
        "<p>종료되었습니다</p>",
        '<div class="body_timetalk"><ul></ul></div>',
        f'<div class="body_timetalk"><ul>{notice}<li>다른 모양</li></ul></div>',
    ):
        assert read(unknown).outcome == "layout", unknown


@pytest.mark.parametrize(("before", "now"), [(None, 1), (1, 3), (3, 8), (8, 24), (24, 47)])
def test_the_schedule_looks_often_enough_before_it_is_gone(before: int | None, now: int) -> None:
    born = 1_790_035_200_000
    walked = None if before is None else born + before * HOUR
    looked = Looked(1, "daum", born, born, pane="talk", page_at=born + HOUR // 2, walk_at=walked)
    watched = Watched("20220306050607123", looked, None)
    due_at = [look.due_at for look in of_article(born + now * HOUR, watched, Ladder(), SOURCE) if look.kind == "walk"]
    assert min(due_at) <= born + now * HOUR
    assert not [look for look in of_article(born + 48 * HOUR, watched, Ladder(), SOURCE) if look.kind == "walk"]


class Seen:
    """Two runs over three articles, 1.5 and 39 hours after the newest. The second is empty, and then not answered; the third is
    over by then."""

    def __init__(self, sagwan: Sagwan, site: Portal) -> None:
        self.sagwan, self.site, world = sagwan, site, site.world
        self.open, self.empty, self.over = world.articles
        for article in world.articles:
            world.talk_only(article)
        for comment in self.empty.comments:
            world.delete(comment.id)
        self.first = self._run(90)
        self.before = self.truth()
        self.keys = self.rows()
        self.deleted = self.before[0]
        world.delete(self.deleted.id)
        site.faults.set(f"/api/talks/{self.empty.id}", fault=500)
        self.second = self._run(39 * 60)

    def _run(self, minutes: int) -> Ended:
        self.site.world.now = self.open.published + minutes * MINUTE
        clock = f"{self.site.url}/__clock"
        topic = write_topic(self.sagwan.folder, self.site)
        quick = "from crawler import opened; opened.QUIET, opened.APPEARS = 0.15, 2.0"
        url = f"*={self.site.url}"
        return self.sagwan("collect", topic, "--connect-to", url, "--clock", clock, "--json", first=quick)

    def truth(self) -> list[Any]:
        """What the open pane shows now, the newest first."""
        return sorted((c for c in self.open.comments if c.shown and c.created <= self.site.world.now), key=lambda c: -c.created)

    def rows(self) -> dict[str, tuple[str, int, int]]:
        """Key -> words, and when they were written, of the open article."""
        sql = (
            "SELECT c.key, v.text, v.created_from, v.created_to FROM comments c JOIN articles a ON a.id = c.article "
            "JOIN comment_versions v ON v.comment = c.id AND v.capture = "
            f"(SELECT max(capture) FROM comment_versions WHERE comment = c.id) WHERE a.key = '{self.open.id}' ORDER BY c.n"
        )
        return {key: (text, start, end) for key, text, start, end in self.sagwan.rows(sql)}


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    sagwan = Sagwan(tmp_path_factory.mktemp("talk"))
    with Portal(articles=3, comments=24) as site:
        yield Seen(sagwan, site)
    sagwan.stop()


@needs_browser
def test_what_the_browser_shows_are_rows_like_others(seen: Seen) -> None:
    line = seen.first.only
    assert (seen.first.code, line["verdict"], line["gaps"], line["alarms"]) == (0, "ok", [], []), seen.first.out
    assert len(seen.keys) == len(seen.before) > 5
    for (text, start, end), true in zip(seen.keys.values(), seen.before, strict=True):
        assert (text, start <= true.created <= end) == (true.text.strip(), True)
    emotions = dict(
        seen.sagwan.rows(
            "SELECT metric, value FROM article_counts c JOIN articles a ON a.id = c.article "
            f"WHERE a.key = '{seen.open.id}' AND metric LIKE 'emotion.%'"
        )
    )
    assert emotions == {f"emotion.{name.lower()}": value for name, value in seen.open.reactions.items()}
    kinds = seen.sagwan.rows("SELECT page, method, outcome, why FROM captures WHERE walk IS NOT NULL")
    assert ("daum.talk", "DOM", "ok", "walk") in kinds
    assert {("daum.article", "GET", "ok", "walk"), ("daum.part", "GET", "none", "part")} < set(kinds)


@needs_browser
def test_a_comment_keeps_its_name_while_its_age_is_told_otherwise(seen: Seen) -> None:
    line = seen.second.only
    assert (seen.second.code, line["verdict"]) == (2, "broken"), seen.second.out
    assert "its talk was not shown: layout a pane without entries" in line["why"]
    assert [(gap["what"], gap["ref"], gap["why"][:7]) for gap in line["gaps"]] == [("talk", f"daum:{seen.over.id}", "closed:")]
    rows = seen.rows()
    assert list(rows)[: len(seen.keys)] == list(seen.keys)
    assert len(rows) == len(seen.truth()) + 1  # and the one that was deleted
    changes = {(one["change"], one["ref"].partition("#")[0]) for one in seen.sagwan("changes", "--json").lines}
    assert "gone" not in {change for change, _ in changes}  # a pane that declares no number proves no absence


@needs_browser
def test_closed_empty_unread_and_read_are_four_things(seen: Seen) -> None:
    sql = "SELECT a.key, w.stop_reason, w.complete, w.collected FROM walks w JOIN articles a ON a.id = w.article ORDER BY w.id"
    ends: dict[str, list[tuple[Any, ...]]] = {}
    for key, *end in seen.sagwan.rows(sql):
        ends.setdefault(key, []).append(tuple(end))
    assert ends[seen.open.id] == [("sampled", 0, len(seen.before)), ("sampled", 0, len(seen.truth()))]
    assert ends[seen.empty.id] == [("empty", 0, 0), ("unread", 0, 0)]
    assert [reason for reason, *_ in ends[seen.over.id]] == ["sampled", "closed"]


@needs_browser
def test_what_was_said_is_shown_again_at_any_time(seen: Seen) -> None:
    then = iso(seen.open.published + 100 * MINUTE)
    ref = f"daum:{seen.open.id}"
    for at, true in ((then, seen.before), ("now", seen.truth())):
        lines = seen.sagwan("as-of", at, "--article", ref, "--json").lines[1:]
        assert [one["text"] for one in lines if one["state"] == "visible"][: len(true)] == [c.text.strip() for c in true]
        assert {one["sort"] for one in lines if one["rank"] is not None} == {"default"}
    (key,) = [key for key, (text, *_) in seen.keys.items() if text == seen.deleted.text.strip()]
    looks = seen.sagwan("series", f"{ref}#{key}", "--json").lines
    assert looks[0]["state"] == "visible"


@needs_browser
def test_the_bytes_are_those_that_were_served_and_the_rows_come_of_them(seen: Seen) -> None:
    served = {one["path"]: one["digest"] for one in seen.site.requests if one["host"] == timetalk.HOST and "api" in one["path"]}
    kept = {}
    for one in exchanges(seen.sagwan.archive):
        if "/api/talks/" in one.facts.url:
            kept[one.facts.url.partition(timetalk.HOST)[2]] = sha256(one.body).hexdigest()
    assert kept == served != {}
    rebuilt = seen.sagwan("rebuild")
    assert (rebuilt.code, " 0 differences" in rebuilt.out) == (0, True), rebuilt.out


def test_without_a_browser_the_rest_is_collected(sagwan: Sagwan, tmp_path: Path) -> None:
    sagwan.env["PATH"], sagwan.env["PLAYWRIGHT_BROWSERS_PATH"] = "/nonexistent", "/nonexistent"
    with Portal(articles=2, comments=6) as site:
        talk: Article = site.world.articles[0]
        site.world.talk_only(talk)
        site.world.now = talk.published + HOUR
        more = ("--connect-to", f"*={site.url}", "--clock", f"{site.url}/__clock", "--json")
        ended = sagwan("collect", write_topic(tmp_path, site), *more)
        line = ended.only
        assert (ended.code, line["verdict"], line["comments"]) == (2, "thin", 6), ended.out
        assert [(gap["what"], gap["ref"], gap["why"]) for gap in line["gaps"]] == [
            ("talk", f"daum:{talk.id}", chromium.MISSING)
        ]
        again = sagwan("collect", tmp_path / "t.toml", *more, "--due")
        assert again.only["run"] is None  # what cannot be read here is not due
    told = sagwan("sources").out
    assert f"needs a browser: talk ({chromium.MISSING})" in told
    assert "and of the host of the page's frame `timetalkFrame`, where that is one of *.daum.net, *.kakao.com" in told
    assert re.search(r"  daum\.talk [0-9]+: unproven", told)
