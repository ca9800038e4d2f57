"""No page reads a whole table: the plan of every question that pages ask."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.archive import open_for_reading
from archive.search_index import follow
from archive.web import account, capture, captures, comment, movers, search
from archive.web.frame import Ask, Page
from crawler import pages
from tests.maker import ARTICLE, Maker, row

# What a question names so is no table: the walks of one article (w), some captures of a run (c). A check reads the aliases.
_FEW = {"w", "c", "aliases"}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("plans")
    maker = Maker(made)
    for n in range(6):
        maker.walk([row(key, key + 20 * n, text=f"댓글 {key} {n // 3}") for key in range(1, 40)])
    maker.close()
    assert follow(made, 60).whole
    return made


def asked(root: Path, page: Page, **args: str) -> set[str]:
    """Every statement that the page asks the archive, with its values as they were."""
    said: set[str] = set()
    with contextlib.closing(open_for_reading(root)) as db:
        db.set_trace_callback(said.add)
        page.answer(db, Ask(args, "ko", root, pages.parse))
        db.set_trace_callback(None)
    return {sql for sql in said if sql.lstrip().upper().startswith(("SELECT", "WITH"))}


def pages_and_asks(root: Path) -> Iterator[tuple[Page, dict[str, str]]]:
    with contextlib.closing(open_for_reading(root)) as db:
        (record,) = db.execute("SELECT lower(hex(record)) FROM capture_rows LIMIT 1").fetchone()
        (run,) = db.execute("SELECT uuid FROM run_begun").fetchone()
        (who,) = db.execute("SELECT lower(hex(account)) FROM comment_versions LIMIT 1").fetchone()
    ref = f"daum:{ARTICLE}#7"
    yield comment.PAGE, {"ref": ref}
    yield account.PAGE, {"key": who}
    yield movers.PAGE, {"minutes": "60"}
    yield captures.PAGE, {}
    yield captures.PAGE, {"run": run}
    yield captures.PAGE, {"run": run, "which": "trouble"}
    yield capture.PAGE, {"id": record}
    yield capture.RAW, {"id": record}
    yield capture.CHECK, {"ref": ref}
    yield search.PAGE, {"q": "댓글 7 가나다"}
    yield search.PAGE, {"q": "댓글", "kind": "comment"}


def test_no_page_reads_a_whole_table(root: Path) -> None:
    found = []
    with contextlib.closing(open_for_reading(root)) as db:
        for page, args in pages_and_asks(root):
            statements = asked(root, page, **args)
            assert statements or page is search.PAGE
            for sql in statements - {"SELECT 1 FROM rounded LIMIT 1"}:  # whether there is any
                for *_, step in db.execute(f"EXPLAIN QUERY PLAN {sql}"):
                    table = re.match(r"SCAN (\w+)\b(?! VIRTUAL TABLE| ROW)", step)
                    if table and table[1] not in _FEW:
                        found.append((page.name, step, " ".join(sql.split())[:150]))
    assert found == []


def test_a_scan_would_be_seen(root: Path) -> None:
    with contextlib.closing(sqlite3.connect(root / "archive.db")) as db:
        (plan,) = db.execute("EXPLAIN QUERY PLAN SELECT * FROM observations WHERE likes = 3").fetchall()
    assert plan[-1].startswith("SCAN observations")
