"""What the end-to-end tests of Naver share: topic files, and the stored rows held against the portal's truth."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from archive.archive import open_for_reading
from archive.pseudonym import Pseudonyms
from archive.records import STATES
from archive.times import SEOUL
from tests.conftest import Sagwan
from tests.portal import Article, Portal

STATE = {"user": "deleted_by_user", "operator": "deleted_by_operator", "blind": "blinded"}
_ROWS = """
SELECT a.key, c.key, v.text, v.parent_key, v.created_from, v.edited_from, v.account, o.likes, o.dislikes, o.replies,
  o.state
  FROM comments c JOIN articles a ON a.id = c.article
  LEFT JOIN comment_versions v ON v.comment = c.id
    AND v.capture = (SELECT max(capture) FROM comment_versions WHERE comment = c.id)
  LEFT JOIN observations o ON o.comment = c.id
    AND o.capture = (SELECT max(capture) FROM observations WHERE comment = c.id)
  WHERE a.source = 'naver'
"""


def write(folder: Path, seeds: Iterable[str] | Portal = (), name: str = "t.toml", **fields: Any) -> Path:
    """A topic file for Naver: `seeds` are URLs, or a portal for all its articles there; replies, robots, reason, delay and
    connections go into [source.naver], requests_per_day into [budget], the rest is the topic's."""
    urls = [article.url for article in seeds.world.on("naver")] if isinstance(seeds, Portal) else list(seeds)
    own = {key: fields.pop(key) for key in ("replies", "robots", "reason", "delay", "connections") if key in fields}
    lines = {"title": "시험", "sources": ["naver"], "seeds": urls} | fields
    text = "".join(f"{key} = {_toml(value)}\n" for key, value in lines.items())
    text += "[source.naver]\n" + "".join(f"{key} = {_toml(value)}\n" for key, value in own.items())
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def _toml(value: Any) -> str:
    return str(value) if hasattr(value, "year") else json.dumps(value, ensure_ascii=False)


def stored(sagwan: Sagwan) -> dict[str, dict[str, tuple[Any, ...]]]:
    """The last of each comment that the archive holds: article -> comment -> (text, parent, created, edited, account, likes,
    dislikes, replies, state)."""
    found: dict[str, dict[str, tuple[Any, ...]]] = {}
    for article, comment, *values in sagwan.rows(_ROWS):
        found.setdefault(article, {})[comment] = (*values[:-1], STATES[values[-1]])
    return found


def expected(sagwan: Sagwan, portal: Portal, article: Article) -> dict[str, tuple[Any, ...]]:
    """What the archive must hold of an article's comments, by the portal's truth: those that went are tombstones."""
    world, key = portal.world, Path(str(sagwan.env["SAGWAN_PSEUDONYM_KEY"]))
    pseudonyms = Pseudonyms.load(key, make=False)
    rows: dict[str, tuple[Any, ...]] = {}
    for true in world.truth(article):
        state = "hidden_by_filter" if true["status"] == "cleanbot" else "visible"
        who = pseudonyms.of("naver", true["account"])
        parent = str(true["parent"]) if true["parent"] else None
        counts = (true["likes"], true["dislikes"], true["replies"])
        rows[str(true["id"])] = (true["text"], parent, true["created_ms"], None, who, *counts, state)
    for lost in world.gone(article):
        was = world.comment(lost["id"])
        parent = str(was.parent) if was.parent else None
        went = lost["at_ms"] and lost["at_ms"] // 1000 * 1000
        counts = (was.likes, was.dislikes, len(was.shown_replies()))
        created = was.created // 1000 * 1000
        rows[str(was.id)] = (None, parent, created, went, None, *counts, STATE[lost["by"]])
    return rows


def no_wrong_row(sagwan: Sagwan, portal: Portal) -> int:
    """Fails if any stored comment differs from the truth in anything or hangs on another article; how many are stored."""
    rows, count = stored(sagwan), 0
    for key, comments in rows.items():
        true = expected(sagwan, portal, portal.world.article(key))
        wrong = [(each, row, true.get(each)) for each, row in comments.items() if row != true.get(each)]
        assert not wrong, f"{key}: {len(wrong)} rows differ: {wrong[:3]}"
        count += len(comments)
    return count


def complete(sagwan: Sagwan, portal: Portal, *articles: Article) -> None:
    """Fails unless exactly the comments of these articles are stored, each as it truly is."""
    assert no_wrong_row(sagwan, portal) == sum(len(expected(sagwan, portal, article)) for article in articles)
    assert set(stored(sagwan)) == {article.id for article in articles if article.comments}


def opened(sagwan: Sagwan, sql: str) -> list[tuple[Any, ...]]:
    """What the archive answers with its own functions: `unpack_sightings` is one."""
    with contextlib.closing(open_for_reading(sagwan.archive)) as db:
        return db.execute(sql).fetchall()


def agrees(sagwan: Sagwan) -> None:
    """Verify passes and a rebuild makes the same rows."""
    assert sagwan("verify").code == 0
    rebuilt = sagwan("rebuild", "--json")
    assert (rebuilt.code, rebuilt.only["differences"], rebuilt.only["explained"]) == (0, 0, 0)


def alarms(line: dict[str, Any]) -> list[str]:
    """The names of a summary's alarms, each once."""
    return sorted({alarm["alarm"] for alarm in line["alarms"]})


def asked(portal: Portal, part: str = "", host: str = "") -> list[str]:
    """The paths that were asked for and hold a text."""
    return [one["path"] for one in portal.requests if part in one["path"] and host in one["host"]]


def listed(sagwan: Sagwan, kind: str) -> dict[str, list[tuple[int, str]]]:
    """The list events of a kind: query -> ranks and articles, by capture and rank."""
    found: dict[str, list[tuple[int, str]]] = {}
    sql = "SELECT l.query, l.rank, a.key FROM lists l JOIN articles a ON a.id = l.article "
    for query, *entry in sagwan.rows(sql + f"WHERE l.kind = '{kind}' AND l.topic = '시험' ORDER BY l.capture, l.rank"):
        found.setdefault(query, []).append((entry[0], entry[1]))
    return found


def visited(portal: Portal) -> set[str]:
    """The articles whose pages were asked for."""
    return {path.rpartition("article/")[2] for path in asked(portal, "/mnews/article/", "n.news")}


def day_of(portal: Portal, place: int) -> date:
    """The day in Seoul on which Naver's article at that place was published."""
    return datetime.fromtimestamp(portal.world.on("naver")[place].published / 1000, SEOUL).date()
