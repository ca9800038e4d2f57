"""gnuboard end to end: from a site's address to rows and back, over lists, feeds, searches, votes, deletions and faults."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

from tests.conftest import Ended, Sagwan
from tests.portal import Article, Portal
from tests.portal.boards import plant
from tests.small_runs import agrees, changed, counts, shown, stored

BASE, OLD = "https://gnu.example.org", "https://old.example.org"
LIST = f"{BASE}/bbs/board.php?bo_table=free"
VIEW = LIST + "&wr_id={}"


def run(
    sagwan: Sagwan, portal: Portal, *seeds: str, base: str = BASE, queries: tuple[str, ...] = (), window: str = ""
) -> Ended:
    """A run of one topic at one site."""
    lines = {"title": "시험", "sources": ["gnuboard"], "seeds": seeds, "queries": queries}
    text = "\n".join([window, *(f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in lines.items() if v)])
    (sagwan.folder / "t.toml").write_text(f'{text}\n[source.gnuboard]\nbase = "{base}"\n', encoding="utf-8")
    return sagwan.collect(portal, sagwan.folder / "t.toml")


def agree(sagwan: Sagwan, portal: Portal, post: Article) -> None:
    """The rows are what a reader sees: text, parent, time; no comment has votes."""
    rows = {key: (*row[:3], *row[4:]) for key, row in stored(sagwan, post).items()}
    none = (None, None, None, "visible")
    assert rows == {
        str(true["id"]): (true["text"], str(true["parent"] or "") or None, true["created_ms"], *none)
        for true in portal.world.truth(post)
    }


def test_a_board_is_read_from_its_list(sagwan: Sagwan, portal: Callable[..., Portal]) -> None:
    p = portal(articles=0)
    posts = [plant(p.world, "gnuboard", comments=4) for _ in range(15)]
    long = plant(p.world, "gnuboard", comments=1_200, replies=200)
    ended = run(sagwan, p, LIST)
    total = 15 * 4 + 1_200
    assert (ended.only["verdict"], ended.only["declared"], ended.only["collected"]) == ("ok", total, total), ended.out
    assert len(p.requests) == 1 + 2 + 16, "robots.txt, two pages of the list, each post once"
    agree(sagwan, p, long)
    assert counts(sagwan, long) == {"comments": 1_200} | long.reactions
    listed = sagwan.rows("SELECT kind, query, rank FROM lists ORDER BY capture, rank")
    assert listed == [("section", "gnu.example.org/free", n) for n in range(1, 17)]

    voted, gone = posts[0], next(c for c in long.comments if not c.replies)
    p.world.react(voted, "likes", 5)
    p.world.delete(gone.id)
    for _ in range(2):  # among replies no comment stands in the order of its number: two whole walks prove its absence
        assert run(sagwan, p, VIEW.format(voted.post), VIEW.format(long.post)).only["verdict"] == "ok"
    lines = sagwan("series", f"gnuboard:{voted.id}", "--metric", "likes", "--json").lines
    assert [line["likes"] for line in lines if "likes" in line][-1] == voted.reactions["likes"]
    assert (f"#{gone.id}", "gone") in changed(sagwan, long)
    assert shown(sagwan, long)[str(gone.id)]["state"] == "gone"
    agrees(sagwan)


def test_a_day_without_its_year_ends_a_list_and_leaves_no_old_post_out(sagwan: Sagwan, portal: Callable[..., Portal]) -> None:
    p = portal(articles=0)
    now = datetime.fromtimestamp(p.world.now / 1000, timezone(timedelta(hours=9)))
    years_ago = plant(p.world, "gnuboard", comments=1, replies=0, age=730 * 24 * 60)
    for age in [60] * 31 + [2]:
        plant(p.world, "gnuboard", comments=0, age=age * 24 * 60)
    since = f"since = {(now - timedelta(days=20)).date()}"
    assert run(sagwan, p, LIST, window=since).only["articles"] == 1
    asked = [str(entry["path"]) for entry in p.requests]
    assert [path for path in asked if "wr_id" not in path][1:] == [LIST.removeprefix(BASE), LIST.removeprefix(BASE) + "&page=2"]

    then = now - timedelta(days=730)
    window = f"since = {(then - timedelta(days=5)).date()}\nuntil = {(then + timedelta(days=5)).date()}"
    run(sagwan, p, LIST, window=window)  # the list prints day and month alone
    assert sagwan.rows(
        f"SELECT count(*) FROM comments m JOIN articles a ON a.id = m.article WHERE a.key = '{years_ago.id}'"
    ) == [(1,)]


def test_a_site_in_another_charset_is_asked_and_read_in_it(sagwan: Sagwan, portal: Callable[..., Portal]) -> None:
    p = portal(articles=0)
    post, other = (plant(p.world, "gnuboard", comments=3, replies=1) for _ in range(2))
    p.world.edit_article(other, title="전혀 다른 글", text="없는 말")
    p.world.edit_article(post, title="댓글 조작 수사")
    ended = run(sagwan, p, base=OLD, queries=("댓글 조작", "특별 검사"))
    assert (ended.only["verdict"], ended.only["articles"]) == ("ok", 1), ended.out
    paths = [str(entry["path"]) for entry in p.requests]
    assert paths.count("/bbs/search.php") == 1, "a site is asked once in which charset it is"
    key = f"old.example.org/free/{post.post}"
    assert sagwan.rows("SELECT title FROM article_versions") == [("댓글 조작 수사",)]
    listed = sagwan.rows("SELECT l.kind, query, key FROM lists l JOIN articles a ON a.id = l.article")
    assert listed == [("search", "댓글 조작", key)]
    texts = sorted(text for (text,) in sagwan.rows("SELECT text FROM comment_versions"))
    assert texts == sorted(c["text"].encode("cp949", "replace").decode("cp949") for c in p.world.truth(post))


def test_what_a_site_says_with_status_200(sagwan: Sagwan, portal: Callable[..., Portal]) -> None:
    p = portal(articles=0)
    post, gone, closed = (plant(p.world, "gnuboard", comments=3, replies=1) for _ in range(3))
    seeds = [VIEW.format(each.post) for each in (post, gone, closed)]
    feed = f"{BASE}/bbs/rss.php?bo_table=free"
    assert run(sagwan, p, feed).only["verdict"] == "ok"
    assert sagwan.rows("SELECT count(*), min(rank) FROM lists WHERE kind = 'feed'") == [(3, 1)]
    p.world.remove_article(gone)
    p.world.set_pane(closed, "closed")
    assert run(sagwan, p, *seeds).only["verdict"] == "ok"
    states = "SELECT state, notice FROM article_versions ORDER BY capture DESC, article LIMIT 2"
    assert sorted(state for state, _ in sagwan.rows(states)) == ["gone", "restricted"]
    assert ("", "gone") in changed(sagwan, gone)

    for twist, verdict, alarm in (("no_rows", "thin", "count"), ("foreign", "broken", "foreign")):
        p.faults.set("gnu.example.org", twist)
        ended = run(sagwan, p, seeds[0])
        assert (ended.code, ended.only["verdict"]) == (2, verdict), twist
        assert alarm in {each["alarm"] for each in ended.only["alarms"]}, twist
        p.faults.clear()
    p.faults.set("gnu.example.org", "ignore_query")
    many = [plant(p.world, "gnuboard", comments=0) for _ in range(5)]
    assert "search" in {each["alarm"] for each in run(sagwan, p, queries=("쯤햬뷁헗캵",)).only["alarms"]}
    p.faults.clear()
    nowhere = run(sagwan, p, f"{BASE}/bbs/board.php?bo_table=nosuch")
    assert nowhere.only["verdict"] == "broken"
    assert "존재하지 않는 게시판" in nowhere.out + nowhere.err
    assert len(many) == 5
    agrees(sagwan)
