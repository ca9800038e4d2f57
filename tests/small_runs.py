"""What the end-to-end tests of the smaller sites share: topics, and the stored rows held against the portal's truth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from archive.pseudonym import Pseudonyms
from archive.records import STATES
from tests.conftest import Ended, Sagwan
from tests.portal import Article, Portal

_ROWS = """
SELECT c.key, v.text, v.parent_key, v.created_from, v.account, o.likes, o.dislikes, o.replies, o.state
  FROM comments c JOIN articles a ON a.id = c.article
  JOIN comment_versions v ON v.comment = c.id AND v.capture = (SELECT max(capture) FROM comment_versions WHERE comment = c.id)
  JOIN observations o ON o.comment = c.id AND o.capture = (SELECT max(capture) FROM observations WHERE comment = c.id)
  WHERE a.source = '{}' AND a.key = '{}'
"""


def write(folder: Path, source: str, seeds: list[str], **own: Any) -> Path:
    """A topic file of one source; what is given by name stands in its table."""
    lines = ['title = "시험"', f'sources = ["{source}"]', f"seeds = {json.dumps(seeds)}", f"[source.{source}]"]
    lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in own.items()]
    (folder / "t.toml").write_text("\n".join(lines), encoding="utf-8")
    return folder / "t.toml"


def collect(sagwan: Sagwan, portal: Portal, *articles: Article, **own: Any) -> Ended:
    """A run over articles of one small site."""
    file = write(sagwan.folder, articles[0].site, [article.url for article in articles], **own)
    return sagwan.collect(portal, file)


def stored(sagwan: Sagwan, article: Article) -> dict[str, tuple[Any, ...]]:
    """The last of each comment that the archive holds: key -> (text, parent, created, account, likes, dislikes, replies,
    state)."""
    rows = sagwan.rows(_ROWS.format(article.site, article.id))
    return {key: (*values[:-1], STATES[values[-1]]) for key, *values in rows}


def truth(sagwan: Sagwan, portal: Portal, article: Article, account: str = "{}") -> dict[str, tuple[Any, ...]]:
    """What the archive must hold of the comments that a reader sees, by the portal's truth, whose accounts it names so."""
    pseudonyms = Pseudonyms.load(Path(str(sagwan.env["SAGWAN_PSEUDONYM_KEY"])), make=False)
    return {
        str(true["id"]): (
            true["text"],
            str(true["parent"]) if true["parent"] else None,
            true["created_ms"],
            pseudonyms.of(article.site, account.format(true["account"])),
            true["likes"],
            true["dislikes"],
            true["replies"],
            "visible",
        )
        for true in portal.world.truth(article)
    }


def counts(sagwan: Sagwan, article: Article) -> dict[str, int]:
    """The last of each counter of an article."""
    sql = f"SELECT metric, value FROM article_counts n JOIN articles a ON a.id = n.article WHERE a.key = '{article.id}'"
    return dict(sagwan.rows(f"{sql} ORDER BY capture"))


def changed(sagwan: Sagwan, article: Article) -> set[tuple[str, str]]:
    """What `changes` says after the first look, without what only appeared: (comment or '', change)."""
    ref = f"{article.site}:{article.id}"
    lines = [line for line in sagwan("changes", "--json").lines if line["ref"].startswith(ref) and line["not_before"]]
    return {(line["ref"].removeprefix(ref), line["change"]) for line in lines}


def shown(sagwan: Sagwan, article: Article) -> dict[str, dict[str, Any]]:
    """What `as-of now` says of an article and its comments, by key ('' is the article)."""
    lines = sagwan("as-of", "now", "--article", article.url, "--json").lines
    return {line["ref"].partition("#")[2]: line for line in lines}


def agrees(sagwan: Sagwan) -> None:
    """Verify passes and a rebuild makes the same rows."""
    assert sagwan("verify").code == 0
    rebuilt = sagwan("rebuild", "--json")
    assert (rebuilt.code, rebuilt.only["differences"], rebuilt.only["explained"]) == (0, 0, 0)
