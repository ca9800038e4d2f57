"""The lists that a topic names as seeds: sections by their cursor, days, rankings, presses; and the counts of what is left."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from archive.times import SEOUL
from tests import naver_runs
from tests.conftest import Sagwan
from tests.naver_runs import agrees, asked, day_of, listed, visited, write
from tests.portal import Article, Portal

Make = Callable[..., Portal]
NEWS = "https://news.naver.com"


def newest(p: Portal, section: str = "", day: str = "") -> list[Article]:
    """Naver's news (of a section, of a day), newest first."""
    found = [a for a in p.world.on("naver") if a.naver and a.naver.service == "news" and section in ("", a.naver.section)]
    found = [a for a in found if day in ("", f"{datetime.fromtimestamp(a.published / 1000, SEOUL):%Y%m%d}")]
    return sorted(found, key=lambda a: (-a.published, a.id))


@pytest.mark.parametrize("until", [False, True])
def test_a_section_is_read_back_to_since(sagwan: Sagwan, portal: Make, tmp_path: Path, until: bool) -> None:
    p = portal(articles=0, naver=400, comments=0)
    section = newest(p, "102")
    since = day_of(p, 4 * 80)  # the 81st of the section's 100: on its third page
    last = day_of(p, 4 * 76) if until else None
    file = write(tmp_path, [f"{NEWS}/section/102"], since=since, **({"until": last} if last else {}))
    ended = sagwan.collect(p, file)
    days = {a.id: datetime.fromtimestamp(a.published / 1000, SEOUL).date() for a in section}
    wanted = {key for key, day in days.items() if day >= since and (last is None or day <= last)}
    assert (ended.code, ended.only["verdict"], ended.only["gaps"], ended.only["alarms"]) == (0, "ok", [], [])
    assert visited(p) == wanted
    more = [parse_qs(path.partition("?")[2]) for path in asked(p, "/section/template/")]
    assert [one["pageNo"] for one in more] == [["2"], ["3"]]
    assert all(one["next"][0] for one in more)
    events = listed(sagwan, "section")["section 102"]
    ranks = [rank for rank, _ in events]
    assert ranks == sorted(set(ranks))  # places go on from page to page, and none is given twice
    assert {key for _, key in events} == {a.id for a in section}
    assert [key for _, key in events][10:] == [a.id for a in section if a.id not in {key for _, key in events[:10]}]
    agrees(sagwan)


def test_a_day_of_a_section_is_read_whole(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    p = portal(articles=0, naver=180, comments=1)
    for article in p.world.on("naver"):
        assert article.naver
        article.naver.section, article.naver.part = "102", "257"
        article.published -= (article.published - p.world.on("naver")[0].published) // 8 * 7  # 26 a day instead of 3
    day = f"{day_of(p, 40):%Y%m%d}"
    ended = sagwan.collect(p, write(tmp_path, [f"{NEWS}/breakingnews/section/102/257?date={day}"]))
    wanted = newest(p, "102", day)
    assert (ended.code, ended.only["verdict"]) == (0, "ok")
    assert len(wanted) > 20
    assert listed(sagwan, "section") == {f"section 102/257 {day}": [(n, a.id) for n, a in enumerate(wanted, 1)]}
    assert visited(p) == {a.id for a in wanted}


def test_rankings_and_presses(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    p = portal(articles=0, naver=24, comments=4)
    day = f"{day_of(p, 6):%Y%m%d}"
    seeds = [f"{NEWS}/main/ranking/popularMemo.naver?date={day}", "https://media.naver.com/press/973/ranking?type=comment"]
    ended = sagwan.collect(p, write(tmp_path, seeds))
    assert (ended.code, ended.only["verdict"], ended.only["alarms"]) == (0, "ok", [])
    found = listed(sagwan, "ranking")
    press = found.pop("press 973 comment")
    assert [rank for rank, _ in press] == list(range(1, len(press) + 1))
    assert {key[:3] for _, key in press} == {"973"}
    ranked = [entry for entries in found.values() for entry in entries]
    assert sorted(key for _, key in ranked) == sorted(a.id for a in newest(p, day=day))
    assert {query.rpartition(" ")[0] for query in found} == {f"popularMemo {day}"}
    assert visited(p) == {key for _, key in [*ranked, *press]}
    agrees(sagwan)


@pytest.mark.parametrize("era", ["2022", "now"])
def test_the_old_list_of_a_day(sagwan: Sagwan, portal: Make, tmp_path: Path, era: str) -> None:
    p = portal(articles=0, naver=45, comments=1)
    p.naver.era = era
    first = p.world.on("naver")[0]
    for n, article in enumerate(p.world.on("naver")):
        assert article.naver
        article.naver.section, article.naver.part = "102", "257"
        article.published = first.published - n * 60_000
    day = f"{day_of(p, 0):%Y%m%d}"
    ended = sagwan.collect(p, write(tmp_path, [f"{NEWS}/main/list.naver?mode=LS2D&mid=shm&sid1=102&sid2=257&date={day}"]))
    if era == "now":  # it was taken away in 2024
        assert (ended.code, ended.only["verdict"], ended.only["errors"]) == (2, "broken", {"naver.section_old 404": 1})
        return
    assert (ended.code, ended.only["verdict"]) == (0, "ok")
    assert listed(sagwan, "section") == {f"section 102/257 {day}": [(n, a.id) for n, a in enumerate(newest(p), 1)]}
    assert len(asked(p, "/main/list.naver")) == 3


def test_a_list_of_sports(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    p = portal(articles=0, naver=0, games=24, comments=0)
    sports = sorted((a for a in p.world.on("naver") if a.naver and a.naver.service == "sports"), key=lambda a: -a.published)
    day = datetime.fromtimestamp(sports[0].published / 1000, SEOUL)
    wanted = [a for a in sports if datetime.fromtimestamp(a.published / 1000, SEOUL).date() == day.date()]
    assert len(wanted) > 2
    url = f"https://api-gw.sports.naver.com/news/articles/kbaseball?sort=latest&date={day:%Y%m%d}&page=1&pageSize=2&isPhoto=N"
    ended = sagwan.collect(p, write(tmp_path, [url]))
    assert (ended.code, ended.only["verdict"], ended.only["articles"]) == (0, "ok", len(wanted))
    assert list(listed(sagwan, "section").values()) == [[(n, a.id) for n, a in enumerate(wanted, 1)]]
    assert asked(p, "", "apis.naver.com") == []  # their comments are closed since 2020: nobody asks
    titles = sagwan.rows("SELECT title FROM article_versions WHERE text IS NOT NULL ORDER BY title")
    assert [title for (title,) in titles] == sorted(a.title for a in wanted)


def test_sports_without_a_day_end_with_the_first_page_or_at_since(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    p = portal(articles=0, naver=0, games=240, comments=0)
    sports = sorted((a for a in p.world.on("naver") if a.naver and a.naver.service == "sports"), key=lambda a: -a.published)
    url = "https://api-gw.sports.naver.com/news/articles/kbaseball?pageSize="
    assert sagwan.collect(p, write(tmp_path, [f"{url}3"])).only["articles"] == 3
    p.forget_requests()
    days = [datetime.fromtimestamp(a.published / 1000, SEOUL).date() for a in sports]
    file = write(tmp_path, [f"{url}500"], since=days[-3], until=days[-3])  # the site gives a hundred at once, whatever is asked
    ended = sagwan.collect(p, file)
    assert (ended.code, ended.only["articles"]) == (0, days.count(days[-3]))
    assert len(asked(p, "/news/articles/kbaseball")) == 2


def test_what_the_limit_leaves_out_is_counted(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    p = portal(articles=0, naver=160, comments=4)
    file = write(tmp_path, [f"{NEWS}/section/102"], replies=False)
    ended = sagwan.collect(p, file, "--limit", "2")
    assert (ended.code, ended.only["verdict"], ended.only["articles"]) == (0, "ok", 2)
    section = newest(p, "102")
    seen = {key for _, key in listed(sagwan, "section")["section 102"]}
    assert len(visited(p)) == 2
    rest = seen - visited(p)
    assert [len(parse_qs(path)["objectId"]) for path in asked(p, "listCount")] == [33, len(rest) - 33]
    counted = "SELECT DISTINCT a.key FROM counted JOIN articles a ON a.id = counted.article"
    assert {key for (key,) in sagwan.rows(counted)} == rest
    for article in section:
        if article.id in rest:
            shown = len([c for c in article.comments if c.shown]) + sum(len(c.shown_replies()) for c in article.comments)
            sql = f"SELECT value FROM article_counts n JOIN articles a ON a.id = n.article WHERE a.key = '{article.id}' "
            assert sagwan.rows(sql + "AND metric = 'comments'") == [(shown,)]
    one = next(a for a in section if a.id in rest)
    p.world.delete(next(c.id for c in one.comments if c.shown and not c.replies))
    for _ in range(2):
        assert sagwan.collect(p, file, "--limit", "2").code == 0
    ref = f"naver:{one.id}"
    counts = [line["comments"] for line in sagwan("series", ref, "--json").lines]
    assert [value - counts[0] for value in counts] == [0, -1, -1]  # the look that saw nothing new is there too
    replayed = [line for line in sagwan("replay").lines if (line["kind"], line["ref"]) == ("counts", ref)]
    assert [line["counts"]["comments"] for line in replayed] == counts[:2]
    (known,) = sagwan("as-of", "now", "--article", ref, "--json").lines
    assert known["counts"]["comments"] == counts[-1]
    changed = [line["counts"] for line in sagwan("changes", "--article", ref, "--json").lines]
    assert {"comments": counts[:2]} in changed
    (line,) = [line for line in sagwan("ls", "--json").lines if line["ref"] == ref]
    assert (line["counts"]["comments"], line["seen_at"]) == (counts[-1], known["seen_at"])
    assert naver_runs.no_wrong_row(sagwan, p) > 0
    agrees(sagwan)


def test_what_the_count_leaves_out_is_named(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    p = portal(articles=0, naver=16, comments=2)
    one, other = newest(p, "102")[-2:]
    count = {"comment": 7, "reply": 2, "count": 9}
    p.faults.set("listCount", "body", body=json.dumps({"success": True, "result": {one.hash: count}}))
    ended = sagwan.collect(p, write(tmp_path, [f"{NEWS}/section/102"]), "--limit", "2")
    (gap,) = ended.only["gaps"]
    assert (ended.code, ended.only["verdict"], gap["what"]) == (0, "ok", "counts")
    assert other.hash in gap["why"]
    assert one.hash not in gap["why"]
    assert sagwan.rows("SELECT count(DISTINCT article) FROM counted") == [(1,)]
