"""What the end-to-end tests of Nate and Pann share: topic files, and the stored rows held against the portal's truth."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from archive.pseudonym import Pseudonyms
from archive.records import STATES
from tests.conftest import Sagwan
from tests.portal import Article, Portal
from tests.portal.nate_population import listed

_ROWS = """
SELECT a.key, c.key, v.text, v.parent_key, v.created_from, v.account, o.likes, o.dislikes, o.replies, o.state
  FROM comments c JOIN articles a ON a.id = c.article
  LEFT JOIN comment_versions v ON v.comment = c.id
    AND v.capture = (SELECT max(capture) FROM comment_versions WHERE comment = c.id)
  LEFT JOIN observations o ON o.comment = c.id
    AND o.capture = (SELECT max(capture) FROM observations WHERE comment = c.id)
"""
Row = tuple[Any, ...]


def write(folder: Path, source: str, seeds: Iterable[str] | Portal = (), **fields: Any) -> Path:
    """A topic file for one source: `seeds` are URLs, or a portal for all that it has there; `replies` and `robots` are the
    source's own."""
    urls = [article.url for article in seeds.world.on(source)] if isinstance(seeds, Portal) else list(seeds)
    own = {key: fields.pop(key) for key in ("replies", "robots", "reason") if key in fields}
    lines = {"title": "시험", "sources": [source], "seeds": urls} | fields
    text = "".join(f"{key} = {_toml(value)}\n" for key, value in lines.items())
    text += f"[source.{source}]\n" + "".join(f"{key} = {_toml(value)}\n" for key, value in own.items())
    (folder / "t.toml").write_text(text, encoding="utf-8")
    return folder / "t.toml"


def _toml(value: Any) -> str:
    return str(value) if hasattr(value, "year") else json.dumps(value, ensure_ascii=False)


def stored(sagwan: Sagwan, article: Article) -> dict[str, Row]:
    """The last of each comment of an article: (text, parent, created, account, likes, dislikes, replies, state)."""
    return {key: (*row[:-1], STATES[row[-1]]) for home, key, *row in sagwan.rows(_ROWS) if home == article.id}


def expected(sagwan: Sagwan, article: Article) -> dict[str, Row]:
    """What must be stored of an article's listed comments that have words."""
    pseudonyms = Pseudonyms.load(Path(str(sagwan.env["SAGWAN_PSEUDONYM_KEY"])), make=False)
    rows: dict[str, Row] = {}
    for c in listed(article, "oldest"):
        if c.shown:
            answers = len(c.shown_replies())
            name = str(c.account.id) if article.home == "nate" else c.account.name
            counts = (c.likes, c.dislikes, answers or (None if article.home == "nate" else 0))
            who = pseudonyms.of(article.home, name)
            rows[str(c.id)] = (c.text.strip(), None, c.created // 60_000 * 60_000, who, *counts, "visible")
    return rows


def no_wrong_row(sagwan: Sagwan, article: Article) -> int:
    """Fails if a stored comment with words differs from the truth; how many top-level comments of the article are stored."""
    rows, true = stored(sagwan, article), expected(sagwan, article)
    tops = {key: row for key, row in rows.items() if row[1] is None}
    wrong = {key: (row, true.get(key)) for key, row in tops.items() if row[0] is not None and row != true.get(key)}
    assert not wrong, wrong
    return len(tops)


def changes(sagwan: Sagwan) -> set[tuple[str, str]]:
    """What changed since the first run: the reference, and how; a comment whose words went with it is not also edited."""
    found = {(line["ref"], line["change"]) for line in sagwan("changes", "--json").lines if line["not_before"]}
    return {(ref, change) for ref, change in found if change != "edited"}
