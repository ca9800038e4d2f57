"""TheQoo and FMKorea: comments for who has the session, words that are shown after an hour, and what robots.txt opens."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.conftest import Ended, Sagwan
from tests.portal import Portal
from tests.portal.answers import HTML, answer
from tests.portal.boards import MINUTE, plant
from tests.small_runs import agrees, stored

ROBOTS = "User-agent: *\nDisallow: /\nAllow: /$\nAllow: /best\nAllow: /best2\nAllow: /humor\n"


def topic(folder: Path, source: str, seeds: list[str], **more: Any) -> Path:
    """A topic of one source."""
    lines = {"title": "시험", "sources": [source], "seeds": seeds} | more
    text = "\n".join(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in lines.items())
    (folder / "t.toml").write_text(text, encoding="utf-8")
    return folder / "t.toml"


def due(sagwan: Sagwan, portal: Portal, file: Path) -> Ended:
    """A run of what is due by the portal's clock."""
    return sagwan.collect(portal, file, "--due", "--clock", f"{portal.url}/__clock")


def test_words_that_are_shown_after_an_hour_are_read_then(sagwan: Sagwan, portal: Callable[..., Portal]) -> None:
    p = portal(articles=0)
    p.world.now = p.world.now
    post = plant(p.world, "theqoo", comments=130, replies=0, age=3 * 24 * 60)
    new = str(p.world.add_comment(post, "방금 쓴 말", at=p.world.now - 5 * MINUTE))
    file = topic(sagwan.folder, "theqoo", [post.url])
    ended = due(sagwan, p, file)
    assert (ended.only["verdict"], ended.only["declared"], ended.only["collected"]) == ("ok", 131, 131)
    assert [(r["method"], r["path"]) for r in p.requests if r["method"] == "POST"] == [("POST", "/index.php")] * 2
    held = stored(sagwan, post)
    assert (held[new][0], held[new][-1]) == (None, "placeholder")
    assert {row[-1] for key, row in held.items() if key != new} == {"visible"}

    p.world.now += 54 * MINUTE
    assert due(sagwan, p, file).only["captures"] == 0  # the post is three days old: its comments are read every three hours
    p.world.now += 2 * MINUTE
    assert due(sagwan, p, file).only["verdict"] == "ok"
    assert stored(sagwan, post)[new][0] == "방금 쓴 말"
    assert {row[0] for row in sagwan.rows("SELECT why FROM captures WHERE why LIKE '%veiled%'")} == {"walk veiled 1h"}
    p.world.now += 61 * MINUTE
    assert due(sagwan, p, file).only["captures"] == 0
    agrees(sagwan)


def test_what_robots_txt_opens_of_fmkorea(sagwan: Sagwan, portal: Callable[..., Portal]) -> None:
    p = portal(articles=0)
    p.robots["www.fmkorea.com"] = (200, ROBOTS)
    post = plant(p.world, "fmkorea", comments=130, replies=3)
    file = topic(sagwan.folder, "fmkorea", ["https://www.fmkorea.com/best", f"https://www.fmkorea.com/{post.post}"])
    ended = sagwan.collect(p, file)
    assert (ended.only["verdict"], ended.only["articles"], ended.only["collected"]) == ("ok", 1, 130)
    asked = {"/robots.txt", "/best", f"/best/{post.post}", f"/best/{post.post}?cpage=1"}
    assert {entry["path"] for entry in p.requests} == asked
    assert sagwan.rows("SELECT kind, query, rank FROM lists WHERE kind <> 'seed'") == [("ranking", "best", 1)]
    p.sites["www.fmkorea.com"] = lambda question: answer("<title>에펨코리아 보안 시스템</title>", HTML)
    ended = sagwan.collect(p, file)
    assert (ended.code, ended.only["verdict"]) == (2, "blocked")
    assert "에펨코리아 보안 시스템" in ended.only["why"]
