"""Naver Blog from a seed to rows and back: everything against the portal's truth, changes, faults, what is not for all."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import Sagwan
from tests.portal import Portal
from tests.portal.small import plant
from tests.small_runs import agrees, changed, collect, counts, shown, stored, truth

Make = Callable[..., Portal]


def test_posts_of_three_editors_and_what_changes(sagwan: Sagwan, portal: Make) -> None:
    p = portal(articles=0)
    first, second, third = (plant(p.world, "naver_blog", comments=size) for size in (130, 9, 0))
    ended = collect(sagwan, p, first, second, third)
    line = ended.only
    assert (ended.code, line["verdict"], line["gaps"], line["alarms"], line["errors"]) == (0, "ok", [], [], {})
    assert (line["comments"], line["declared"], line["collected"], line["walks"]) == (
        139,
        139,
        139,
        {"complete": 3, "incomplete": 0},
    )
    for article in (first, second, third):
        assert stored(sagwan, article) == truth(sagwan, p, article)
        assert counts(sagwan, article)["emotion.like"] == article.reactions["like"]
        post = shown(sagwan, article)[""]
        words = (article.title, article.press, "- 하루", "post", "cbox", "visible")
        assert tuple(post[name] for name in ("title", "press", "section", "type", "pane", "state")) == words
        said = "SELECT text, published_from FROM article_versions v JOIN articles a ON a.id = v.article WHERE a.key = "
        assert sagwan.rows(f"{said}'{article.id}'") == [(article.text.replace("\n\n", "\n"), article.published)]
        assert len(post["author"]) == 32, "who writes for himself is a pseudonym"
        assert article.reporter not in str(post)
    tops = [c for c in first.comments if not c.replies]
    voted, lost = tops[3], tops[5]
    marked = next(c for c in first.comments if c.replies)
    p.world.vote(voted.id, likes=2)
    p.world.delete(lost.id)
    p.world.delete(marked.id)
    again = collect(sagwan, p, first)
    assert (again.code, again.only["gaps"], again.only["alarms"]) == (0, [], [])
    found = changed(sagwan, first)
    assert found >= {(f"#{voted.id}", "counts"), (f"#{lost.id}", "missing"), (f"#{marked.id}", "deleted"), ("", "counts")}
    assert {key for key, _ in found} == {"", f"#{voted.id}", f"#{lost.id}", f"#{marked.id}"}
    assert collect(sagwan, p, first).code == 0
    assert (f"#{lost.id}", "gone") in changed(sagwan, first), "two complete walks without it"
    now = shown(sagwan, first)
    assert (now[str(marked.id)]["state"], now[str(lost.id)]["state"]) == ("deleted_by_user", "gone")
    likes = [one["likes"] for one in sagwan("series", f"naver_blog:{first.id}#{voted.id}", "--metric", "likes", "--json").lines]
    assert (likes[0], likes[-1]) == (voted.likes - 2, voted.likes)
    agrees(sagwan)


@pytest.mark.parametrize(("fault", "alarm"), [("no_rows", "empty"), ("foreign", "foreign")])
def test_a_list_that_lies_is_no_green_run(sagwan: Sagwan, portal: Make, fault: str, alarm: str) -> None:
    p = portal(articles=0)
    article, _ = plant(p.world, "naver_blog", comments=120), plant(p.world, "naver_blog", comments=5)
    p.faults.set("cbox", fault)
    ended = collect(sagwan, p, article)
    assert (ended.code, ended.only["verdict"], ended.only["walks"]["complete"]) == (2, "broken", 0)
    assert {one["alarm"] for one in ended.only["alarms"]} == {alarm}
    true = truth(sagwan, p, article)
    assert all(true[key] == row for key, row in stored(sagwan, article).items())


def test_a_list_that_declares_none_beside_a_post_that_declares_some_is_a_gap(sagwan: Sagwan, portal: Make) -> None:
    p = portal(articles=0)
    article, silent = plant(p.world, "naver_blog", comments=12), plant(p.world, "naver_blog", comments=0)
    p.faults.set("cbox", "no_list")
    ended = collect(sagwan, p, article, silent)
    (gap,) = ended.only["gaps"]
    assert (ended.code, ended.only["verdict"]) == (2, "thin")
    assert (gap["what"], gap["declared"], gap["collected"]) == ("comments", 12, 0)


def test_what_is_gone_closed_or_not_for_all_is_a_state(sagwan: Sagwan, portal: Make) -> None:
    p = portal(articles=0)
    gone, closed, kept = (plant(p.world, "naver_blog", comments=6) for _ in range(3))
    assert collect(sagwan, p, gone, closed, kept).code == 0
    p.world.remove_article(gone)
    p.world.set_pane(closed, "off")
    p.world.set_pane(kept, "neighbours")
    ended = collect(sagwan, p, gone, closed, kept)
    assert (ended.code, ended.only["verdict"], ended.only["walks"]) == (0, "ok", {"complete": 0, "incomplete": 0})
    assert [shown(sagwan, each)[""]["state"] for each in (gone, closed, kept)] == ["gone", "visible", "restricted"]
    assert shown(sagwan, closed)[""]["pane"] == "closed"
    assert shown(sagwan, kept)[""]["title"] == kept.title, "what was read before stands"
    assert (changed(sagwan, gone), changed(sagwan, kept)) == ({("", "gone")}, {("", "state")})
    p.world.set_pane(kept, "open")
    assert collect(sagwan, p, kept).code == 0
    assert ("", "returned") in changed(sagwan, kept)
    agrees(sagwan)


def test_the_front_doors_refusal_holds_for_all_hosts(sagwan: Sagwan, portal: Make) -> None:
    p = portal(articles=0)
    article = plant(p.world, "naver_blog", comments=3)
    p.close_robots("blog.naver.com")
    ended = collect(sagwan, p, article)
    assert (ended.code, ended.only["verdict"]) == (2, "blocked")
    assert {one["path"] for one in p.requests} == {"/robots.txt"}
