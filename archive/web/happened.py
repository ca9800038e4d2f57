"""What was deleted, edited, went missing, came back under an article: a page, and the piece of the article's page."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

from archive import changes
from archive.web.frame import Ask, Page, Words, moment
from archive.web.stops import Strip, stops, strip

_KINDS = frozenset({"edited", "deleted", "state", "missing", "gone", "returned"})
_SHOWN = 400
# The last text of each comment; SQLite takes it from the row of the maximum.
_SAID = """
SELECT m.key, v.text, max(v.capture) FROM comments m CROSS JOIN comment_versions v ON v.comment = m.id
WHERE m.article = ? AND v.text IS NOT NULL GROUP BY m.id"""


@dataclass(frozen=True)
class Happened:
    """The last changes, as `changes` says them, without counts; `total`: how many there are; `said`: the last text of the
    comments; `part`: the page is a piece of another."""

    ref: str
    lines: list[dict[str, Any]]
    total: int
    said: dict[str, str]
    strip: Strip | None
    part: bool


def answer(db: sqlite3.Connection, ask: Ask) -> Happened:
    """What happened under the article that `ref` names."""
    article, ref, _ = ask.reference(db)
    lines = list(changes.changes(db, [article], 0, 1 << 62, _KINDS))
    said = {f"{ref}#{key}": text for key, text, _ in db.execute(_SAID, (article,))} if lines else {}
    shown = lines[-_SHOWN:]
    return Happened(
        ref=ref,
        lines=shown[::-1],
        total=len(lines),
        said={line["ref"]: said[line["ref"]] for line in shown if line["ref"] in said},
        strip=strip(stops(db, article), [moment(line["seen_at"]) for line in lines]),
        part="part" in ask.args,
    )


WORDS: Words = {
    "happened": ("지워지고 고쳐진 것", "Deleted, edited, gone"),
    "happened_none": (
        "보는 동안 지워지거나 고쳐진 것으로 확인된 것이 없습니다. 처음 볼 때 이미 지워져 있던 것은 여기에 없습니다.",
        "Nothing was seen to be deleted or edited. What was deleted when it was first seen does not stand here.",
    ),
    "happened_more": ("그 앞의 {}건은 `sagwan changes --article {}`", "{} before these: `sagwan changes --article {}`"),
    "happened_open": ("모아 보기", "Show them"),
    "happened_reread": (
        "{}와 {}가 달리 읽었을 수도 있습니다: `sagwan rebuild --accept` 뒤에 다시 보세요",
        "or {} and {} read it otherwise: look again after `sagwan rebuild --accept`",
    ),
    "deleted": ("삭제", "deleted"),
    "returned": ("돌아옴", "came back"),
    "state": ("상태", "state"),
}
PAGE = Page("happened", answer, WORDS)
