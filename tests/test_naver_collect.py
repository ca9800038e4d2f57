"""Naver from seeds to rows: every text, count, state and rank against the portal's truth, in all panes and eras."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests import naver_runs
from tests.conftest import Sagwan
from tests.naver_runs import agrees, asked, complete, write
from tests.portal import Article, Portal

Make = Callable[..., Portal]


def ranks(sagwan: Sagwan, article: Article, sort: str) -> list[str]:
    """The comments of an article's looks in a sort, by rank."""
    sql = (
        "SELECT s.first_rank + j.key, c.key FROM sightings s JOIN json_each(unpack_sightings(s.ids)) j "
        "JOIN comments c ON c.article = s.article AND c.n = j.value JOIN articles a ON a.id = s.article "
        f"WHERE a.key = '{article.id}' AND s.sort = '{sort}' AND s.parent IS NULL ORDER BY 1"
    )
    found = naver_runs.opened(sagwan, sql)
    assert [rank for rank, _ in found] == list(range(1, len(found) + 1))
    return [key for _, key in found]


def counts(sagwan: Sagwan, article: Article) -> dict[str, int]:
    """The last of each counter of an article."""
    sql = (
        "SELECT metric, value FROM article_counts n JOIN articles a ON a.id = n.article "
        f"WHERE a.key = '{article.id}' ORDER BY capture"
    )
    return dict(sagwan.rows(sql))


def favorite(portal: Portal, article: Article) -> list[str]:
    """The ranked list as readers see it, tombstones in their places."""
    return [str(c.id) for c in sorted(article.comments, key=lambda c: (c.dislikes - c.likes, -c.id))]


def test_everything_of_a_few_articles(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    p = portal(articles=0, naver=4, comments=260)
    ended = sagwan.collect(p, write(tmp_path, p))
    line = ended.only
    assert (ended.code, ended.err, line["verdict"], line["gaps"], line["alarms"]) == (0, "", "ok", [], [])
    assert (line["articles"], line["comments"], line["walks"]) == (4, 4 * 260, {"complete": 4, "incomplete": 0})
    assert line["declared"] == line["collected"] == 4 * 260
    articles = p.world.on("naver")
    complete(sagwan, p, *articles)
    said = {row[0]: row[1:] for row in sagwan.rows("SELECT a.key, title, text, press, section, pane, published_from, state "
                                                   "FROM article_versions JOIN articles a ON a.id = article")}  # fmt: skip
    for article in articles:
        assert article.naver
        words = (article.title, article.press, article.naver.section_name, "cbox", article.published, "visible")
        title, text, *rest = said[article.id]
        assert (title, *rest) == words
        assert "".join(article.text.split()) in "".join(text.split())
        gone = [c for c in article.comments if not c.shown]
        found = counts(sagwan, article)
        assert found["comments.with_deleted"] == 260
        assert found["comments.exposed"] == len(article.comments) - len(gone)
        assert {k: v for k, v in found.items() if k.startswith("emotion.")} == {
            f"emotion.{kind}": count for kind, count in article.reactions.items() if count
        }
        newest = [str(c.id) for c in sorted(article.comments, key=lambda c: -c.id)]
        assert ranks(sagwan, article, "NEW") == newest
        offered = "FAVORITE" in article.naver.sorts  # of the second press only NEW can be asked for
        assert ranks(sagwan, article, "FAVORITE") == (favorite(p, article)[:200] if offered else [])
    assert not [path for path in asked(p, "sort=FAVORITE") if articles[1].hash.replace(",", "%2C") in path]
    assert len(asked(p, "", "apis.naver.com")) == len({*asked(p, "", "apis.naver.com")}), "no list page is asked for twice"
    agrees(sagwan)


def test_what_changed_and_nothing_else(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    p = portal(articles=0, naver=1, comments=240)
    (article,) = p.world.on("naver")
    file = write(tmp_path, p)
    sagwan.collect(p, file)
    tops = [c for c in article.comments if c.shown and not c.replies]
    voted, own, monitored = (str(c.id) for c in tops[5:8])
    p.world.vote(int(voted), likes=3)
    p.world.delete(int(own), by="user")
    p.world.delete(int(monitored), by="operator")
    added = p.world.add_comment(article, text="새 글 😀 &amp; <b>\n둘째 줄")
    second = sagwan.collect(p, file)
    assert (second.code, second.only["observations"]) == (0, 4)
    complete(sagwan, p, article)
    lines = [line for line in sagwan("changes", "--json").lines if line["not_before"]]
    ref = f"naver:{article.id}"
    found = {(line["ref"].removeprefix(ref), line["change"]): line for line in lines}
    want = {(f"#{voted}", "counts"), (f"#{own}", "deleted"), (f"#{monitored}", "deleted"), ("", "counts")}
    assert {key for key in found if key[1] != "edited"} == want
    assert {key[0] for key in found if key[1] == "edited"} <= {f"#{own}", f"#{monitored}"}  # their words went with them
    assert found[f"#{voted}", "counts"]["counts"] == {"likes": [found_likes(article, voted) - 3, found_likes(article, voted)]}
    for key, state in ((own, "deleted_by_user"), (monitored, "deleted_by_operator")):
        line = found[f"#{key}", "deleted"]
        assert line["state"] == ["visible", state]
        assert line["evidence"]
        assert line["not_before"] < line["seen_at"]
    appeared = [line["ref"] for line in sagwan("changes", "--json", "--kind", "appeared").lines]
    assert appeared[-1] == f"{ref}#{added}"
    assert len(appeared) == 1 + 240 + 1
    kept = {line["ref"]: line for line in sagwan("as-of", "now", "--json").lines}
    assert kept[f"{ref}#{own}"]["state"] == "deleted_by_user"
    agrees(sagwan)


def found_likes(article: Article, key: str) -> int:
    return next(c.likes for c in article.comments if str(c.id) == key)


@pytest.mark.parametrize(
    ("pane", "gap", "code"),
    [
        ("open", None, "cbox"),
        ("restricted", None, "press-restricted"),
        ("surge", None, "surge"),
        ("off", "COMMENT_OFF", "closed"),
        ("refused", "댓글 정책에 따라", "closed"),
    ],
)
def test_every_pane(sagwan: Sagwan, portal: Make, tmp_path: Path, pane: str, gap: str | None, code: str) -> None:
    p = portal(articles=0, naver=1, comments=130)
    (article,) = p.world.on("naver")
    p.world.set_pane(article, pane)
    ended = sagwan.collect(p, write(tmp_path, p))
    line = ended.only
    assert (ended.code, line["verdict"], line["errors"], line["alarms"]) == (0, "ok", {}, [])
    assert sagwan.rows("SELECT pane FROM article_versions") == [(code,)]
    if gap is None:
        assert line["gaps"] == []
        complete(sagwan, p, article)
        assert bool(ranks(sagwan, article, "FAVORITE")) == (pane != "surge")
    else:
        ((why, ref),) = [(one["why"], one["ref"]) for one in line["gaps"]]
        assert why.startswith("closed: ")
        assert gap in why
        assert ref == f"naver:{article.id}"
        assert naver_runs.stored(sagwan) == {}
        assert sagwan.rows("SELECT complete, stop_reason FROM walks") == [(0, "closed")]
        assert len(asked(p, "", "apis.naver.com")) == 1 + 1  # robots.txt, and once


@pytest.mark.parametrize(("era", "replies"), [("2021", True), ("2022", True), ("now", True), ("2022", False)])
def test_every_era(sagwan: Sagwan, portal: Make, tmp_path: Path, era: str, replies: bool) -> None:
    p = portal(articles=0, naver=2, old=1, comments=260, gzip=True)
    p.naver.era = era
    articles = p.world.on("naver")
    seeds = [article.url for article in articles[:1]]
    old = articles[1].naver
    assert old
    seeds.append(f"https://news.naver.com/main/read.nhn?mode=LSD&mid=shm&sid1=102&oid={old.oid}&aid={old.aid}")
    ended = sagwan.collect(p, write(tmp_path, seeds, replies=replies))
    assert (ended.code, ended.only["verdict"], ended.only["gaps"], ended.only["alarms"]) == (0, "ok", [], [])
    assert sagwan.rows("SELECT count(*), sum(title IS NULL), sum(pane = 'cbox') FROM article_versions") == [(2, 0, 2)]
    if replies:
        complete(sagwan, p, *articles)
    else:
        tops = {article.id: {str(c.id) for c in article.comments} for article in articles}
        assert {key: set(found) for key, found in naver_runs.stored(sagwan).items()} == tops
        assert naver_runs.no_wrong_row(sagwan, p) == sum(map(len, tops.values()))
        assert asked(p, "parentCommentNo") == []


def test_what_is_gone_and_what_never_had_comments(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    p = portal(articles=0, naver=1, games=2, comments=120)
    article, sports, entertain = p.world.on("naver")
    file = write(tmp_path, p)
    sagwan.collect(p, file)
    p.world.remove_article(article)
    added = p.world.add_comment(article, text="기사가 없어진 뒤")
    ended = sagwan.collect(p, file)
    assert (ended.code, ended.only["verdict"], ended.only["articles"]) == (0, "ok", 3)
    gaps = {(gap["ref"], gap["what"]) for gap in ended.only["gaps"]}
    assert gaps == {(f"naver:{each.id}", "comments") for each in (sports, entertain)}
    complete(sagwan, p, article)
    assert str(added) in naver_runs.stored(sagwan)[article.id]
    line = sagwan("as-of", "now", "--article", article.url, "--json").lines[0]
    assert (line["state"], line["title"]) == ("gone", article.title)
    titles = dict(sagwan.rows("SELECT a.key, max(title) FROM article_versions JOIN articles a ON a.id = article GROUP BY 1"))
    assert titles == {each.id: each.title for each in (article, sports, entertain)}
    assert counts(sagwan, sports) == {f"emotion.{kind}": count for kind, count in sports.reactions.items() if count}
    agrees(sagwan)


def test_five_thousand_comments_are_complete(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    p = portal(articles=0, naver=1, comments=5_000)
    (article,) = p.world.on("naver")
    ended = sagwan.collect(p, write(tmp_path, p))
    assert (ended.code, ended.only["comments"], ended.only["walks"]["complete"]) == (0, 5_000, 1)
    complete(sagwan, p, article)
    assert sagwan.rows("SELECT declared_before, declared_after, declared_replies, collected, collected_replies, repeats FROM "
                       "walks WHERE complete") == [(5_000, 5_000, 750, 4_250, 750, 0)]  # fmt: skip
