"""What a topic asks for, end to end: words left out, queries that find the same, a topic that changes, a window in words."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from archive.times import day, now
from tests import naver_runs
from tests.conftest import Sagwan
from tests.naver_runs import agrees, listed, visited, write
from tests.portal import Article, Portal

Make = Callable[..., Portal]


def four(p: Portal) -> list[Article]:
    """Four articles about one thing: one has the unwanted word in its title, one far down in its text."""
    found = p.world.on("naver")[:4]
    for article, title in zip(found, ("킹크랩 공판", "킹크랩 영화가 나온다", "킹크랩 영화관", "킹크랩 소식"), strict=True):
        article.title, article.text = title, "사건의 소식이다."
    found[3].text = "소식 " * 200 + "그 영화를 보았다."
    return found


def test_what_is_surely_not_asked_for_is_listed_and_not_followed(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    p = portal(articles=0, naver=6, comments=4)
    trial, film, cinema, late = four(p)
    p.faults.set("newssearch", "ignore_minus")
    ended = sagwan.collect(p, write(tmp_path, queries=["킹크랩 -영화"]))
    line = ended.only
    assert (ended.code, line["verdict"], line["articles"], line["unmatched"], line["gaps"]) == (0, "ok", 2, 2, [])
    assert {key for _, key in listed(sagwan, "search")["킹크랩 -영화"]} == {trial.id, film.id, cinema.id, late.id}
    assert visited(p) == {trial.id, cinema.id, late.id}  # the title says enough of one
    assert set(naver_runs.stored(sagwan)) == {trial.id, cinema.id}
    p.forget_requests()
    said = sagwan("collect", tmp_path / "t.toml", "--connect-to", f"*={p.url}").out
    assert "2 found articles are not followed: they are not what any query asks for" in said
    assert visited(p) == {trial.id, cinema.id}  # what was read once and given up is not read again
    agrees(sagwan)


@pytest.mark.parametrize("queries", [["킹크랩 -영화", "소식"], ["소식", "킹크랩 -영화"]])
def test_what_one_query_leaves_out_another_may_find(sagwan: Sagwan, portal: Make, tmp_path: Path, queries: list[str]) -> None:
    p = portal(articles=0, naver=4, comments=2)
    articles = four(p)
    p.faults.set("newssearch", "ignore_minus")
    line = sagwan.collect(p, write(tmp_path, queries=queries, connections=1)).only
    assert (line["verdict"], line["articles"], line["unmatched"]) == ("ok", 4, 0)
    assert set(naver_runs.stored(sagwan)) == {article.id for article in articles}


def test_what_the_topic_names_is_followed_whatever_its_queries_say(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    p = portal(articles=0, naver=4, comments=2)
    _, film, _, late = four(p)
    p.faults.set("newssearch", "ignore_minus")
    ranking = "https://news.naver.com/main/ranking/popularMemo.naver"
    line = sagwan.collect(p, write(tmp_path, [film.url, late.url], queries=["킹크랩 -영화"])).only
    assert (line["articles"], line["unmatched"]) == (4, 0)
    line = sagwan.collect(p, write(tmp_path, [ranking], queries=["킹크랩 -영화"])).only
    assert (line["articles"], line["unmatched"]) == (4, 0)


def test_query_and_rank_are_kept_for_each_topic_and_query(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    p = portal(articles=0, naver=6, comments=1)
    articles = four(p)
    for title in ("하나", "둘"):
        file = write(tmp_path, title=title, queries=["킹크랩", '"킹크랩  영화관"', "소식"], name=f"{title}.toml")
        assert sagwan.collect(p, file).code == 0
    sql = "SELECT l.topic, l.query, a.key, l.rank FROM lists l JOIN articles a ON a.id = l.article WHERE l.kind = 'search'"
    rows = sagwan.rows(sql)
    cinema = articles[2].id
    newest = sorted(articles, key=lambda a: (-a.published, a.id))
    for title in ("하나", "둘"):
        places = {query: {key: rank for t, q, key, rank in rows if (t, q) == (title, query)} for _, query, _, _ in rows}
        assert set(places) == {"킹크랩", '"킹크랩 영화관"', "소식"}
        assert places["킹크랩"] == {article.id: rank for rank, article in enumerate(newest, 1)}
        assert places['"킹크랩 영화관"'] == {cinema: 1}
        assert cinema in places["소식"]
    agrees(sagwan)


def test_a_topic_that_changes_loses_nothing_and_a_new_title_is_a_new_topic(
    sagwan: Sagwan, portal: Make, tmp_path: Path
) -> None:
    p = portal(articles=0, naver=6, comments=3)
    trial, film, cinema, late = four(p)
    assert sagwan.collect(p, write(tmp_path, queries=["공판", "영화관"])).only["articles"] == 2
    at = sagwan.rows("SELECT max(received_at) FROM captures")[0][0]
    before = sagwan("as-of", "now", "--article", cinema.url, "--json").lines
    p.forget_requests()
    changed = write(tmp_path, queries=["공판", '"영화가 나온다"'], since=day(film.published) - timedelta(days=900))
    assert sagwan.collect(p, changed).only["articles"] == 2
    assert visited(p) == {trial.id, film.id}  # the file as it is now says what is looked for

    def known(title: str) -> set[str]:
        return {line["ref"].partition(":")[2] for line in sagwan("ls", "--topic", title, "--json").lines}

    assert known("시험") == {trial.id, cinema.id, film.id}
    after = sagwan("as-of", "now", "--article", cinema.url, "--json").lines
    assert [x["ref"] for x in after] == [x["ref"] for x in before]
    settings = [json.loads(row[0]) for row in sagwan.rows("SELECT settings FROM runs ORDER BY id")]
    assert [each["queries"] for each in settings] == [["공판", "영화관"], ["공판", '"영화가 나온다"']]
    assert [each["since"] for each in settings] == [None, str(day(film.published) - timedelta(days=900))]
    assert sagwan.collect(p, write(tmp_path, title="다른 이름", queries=["공판"])).only["articles"] == 1
    assert (known("다른 이름"), known("시험")) == ({trial.id}, {trial.id, cinema.id, film.id})
    versions = sagwan.rows(
        f"SELECT count(*) FROM article_versions WHERE capture > (SELECT max(id) FROM captures WHERE at <= {at})"
    )
    assert versions == [(1,)]  # of the one that is new: the archive knew the others, whatever the topic is called
    assert late.id not in known("시험")
    agrees(sagwan)


def test_a_window_in_words_is_said_and_kept_as_days(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    p = portal(articles=0, naver=3, comments=0)
    file = write(tmp_path, p, since="지난주", until="어제")
    since, until = day(now()) - timedelta(days=7), day(now()) - timedelta(days=1)
    said = sagwan("collect", file, "--connect-to", f"*={p.url}")
    assert (said.code, f"  published {since}..{until}\n" in said.out) == (0, True)
    assert f"published {since}..{until}" in sagwan("collect", file, "--dry-run").out
    line = sagwan.collect(p, file).only
    assert (line["since"], line["until"]) == (str(since), str(until))
    for (settings,) in sagwan.rows("SELECT settings FROM runs"):
        assert [json.loads(settings)[key] for key in ("since", "until")] == [str(since), str(until)]


def test_a_search_that_ignores_its_words_is_an_alarm(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    p = portal(articles=0, naver=8, comments=0)
    p.faults.set("newssearch", "ignore_query")
    ended = sagwan.collect(p, write(tmp_path, queries=['"쯤햬뷁 헗캵" -영화']))
    assert (ended.code, naver_runs.alarms(ended.only), ended.only["articles"]) == (2, ["search"], 0)


def test_sources_say_what_their_search_can_express(sagwan: Sagwan) -> None:
    said = {line["source"]: line["search"] for line in sagwan("sources", "--json").lines}
    assert (said["naver"], said["zum"]) == ('all words, "exact phrase", -word', None)
    assert said["daum"] == 'all words; not "exact phrase", -word: filtered here'
    assert '  search: all words, "exact phrase", -word\n' in sagwan("sources").out
