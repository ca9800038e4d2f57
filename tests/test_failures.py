"""Lists that are another than was asked for. What breaks on the way is played in tests/faults/answers.py."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.conftest import Sagwan
from tests.portal import Portal

LIST, COMMENTS = r"/posts/.*/comments", 20


def test_a_list_that_repeats_its_first_page_is_an_alarm(
    sagwan: Sagwan, portal: Callable[..., Portal], topic: Callable[..., Path]
) -> None:
    site = portal(comments=150)
    site.faults.set(LIST, "repeat_page")
    line = sagwan.collect(site, topic(site)).only
    assert (line["verdict"], line["exit"]) == ("broken", 2)
    assert [alarm["alarm"] for alarm in line["alarms"]] == ["repeat"]
    assert sum("/comments?" in entry["path"] for entry in site.requests) == 2
    assert sagwan.rows("SELECT complete, stop_reason, repeats FROM walks") == [(0, "repeated page", 100)]


def test_comments_of_another_thread_make_no_rows(
    sagwan: Sagwan, portal: Callable[..., Portal], topic: Callable[..., Path]
) -> None:
    site = portal(articles=2, comments=COMMENTS)
    first = site.world.articles[0]
    site.faults.set(f"/posts/{first.post}/comments", "foreign")
    line = sagwan.collect(site, topic(site)).only
    assert (line["verdict"], line["comments"]) == ("broken", COMMENTS)
    assert "foreign thread" in line["why"]
    owners = "SELECT a.key, count(*) FROM comments c JOIN articles a ON a.id = c.article GROUP BY 1"
    assert sagwan.rows(owners) == [(site.world.articles[1].id, COMMENTS)]
