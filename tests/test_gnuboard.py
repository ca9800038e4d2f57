"""gnuboard end to end: from a site's address to rows and back, over lists, feeds, searches, votes, deletions and faults."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Ended, Sagwan
from tests.portal import Article, Portal
from tests.portal.boards import plant
from tests.small_runs import agrees, changed, counts, shown, stored

BASE = "https://gnu.example.org"
LIST = f"{BASE}/bbs/board.php?bo_table=free"


def run(sagwan: Sagwan, portal: Portal, *seeds: str, base: str = BASE, queries: tuple[str, ...] = ()) -> Ended:
    """A run of one topic at one site."""
    lines = {"title": "시험", "sources": ["gnuboard"], "seeds": seeds, "queries": queries}
    text = "\n".join(f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in lines.items() if v)
    (sagwan.folder / "t.toml").write_text(f'{text}\n[source.gnuboard]\nbase = "{base}"\n', encoding="utf-8")
    return sagwan.collect(portal, sagwan.folder / "t.toml")


def agree(sagwan: Sagwan, portal: Portal, post: Article) -> None:
    """The rows are what a reader sees: text, parent, time; no comment has votes."""
    rows = {key: (row[0], row[1], row[2], *row[4:]) for key, row in stored(sagwan, post).items()}
    truth = portal.world.truth(post)
    assert rows == {
        str(c["id"]): (c["text"], str(c["parent"] or "") or None, c["created_ms"] // 60_000 * 60_000, None, None, None, "visible")
        for c in truth
    }


def test_a_board_is_read_from_its_list(sagwan: Sagwan, portal: Callable[..., Portal], tmp_path: Path) -> None:
    p = portal(articles=0)
    posts = [plant(p.world, "gnuboard", comments=4) for _ in range(17)]
    long = plant(p.world, "gnuboard", comments=2_300, replies=300)
    ended = run(sagwan, p, LIST)
    total = 17 * 4 + 2_300
    assert (ended.only["verdict"], ended.only["declared"], ended.only["collected"]) == ("ok", total, total), ended.out
    assert len(p.requests) == 1 + 2 + 18, "robots.txt, two pages of the list, each post once"
    agree(sagwan, p, long)
    assert counts(sagwan, long) == {
        "comments": 2_300, "likes": long.reactions["likes"], "dislikes": long.reactions["dislikes"], "views": long.reactions["views"],
    }  # fmt: skip
    listed = sagwan.rows("SELECT kind, query, rank FROM lists ORDER BY capture, rank")
    assert listed == [("section", "gnu.example.org/free", n) for n in range(1, 19)]

    voted, gone = posts[0], next(c for c in long.comments if not c.replies)
    p.world.react(voted, "likes", 5)
    p.world.delete(gone.id)
    for _ in range(2):  # what stands among replies is not in the order of its numbers: two whole walks prove its absence
        assert run(sagwan, p, LIST).only["verdict"] == "ok"
    lines = sagwan("series", f"gnuboard:{voted.id}", "--metric", "likes", "--json").lines
    assert [line["likes"] for line in lines if "likes" in line][-1] == voted.reactions["likes"]
    assert (f"#{gone.id}", "gone") in changed(sagwan, long)
    assert shown(sagwan, long)[str(gone.id)]["state"] == "gone"
    agrees(sagwan)
