"""The proofs that stand behind every row: nothing lost, nothing invented, the rows are what the bytes say."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import Any

from archive.capture import Exchange
from archive.warc_reader import files, read_records, record_id
from tests import naver_runs
from tests.conftest import Sagwan
from tests.portal import Portal
from tests.warcs import check, events, exchanges, ids

_COMMENTS = """
SELECT a.key, c.key, v.text, v.parent_key, o.likes, o.dislikes FROM comments c JOIN articles a ON a.id = c.article
  JOIN comment_versions v ON v.comment = c.id AND v.capture = (SELECT max(capture) FROM comment_versions WHERE comment = c.id)
  JOIN observations o ON o.comment = c.id AND o.capture = (SELECT max(capture) FROM observations WHERE comment = c.id)
 WHERE a.source = 'daum'
"""


def agree(sagwan: Sagwan, *, rebuild: bool = True) -> str:
    """Every file is closed and whole for warcio too; every exchange is a row, once, in order, and the other way round;
    verify finds nothing (which includes that a rebuild makes the same rows), and `rebuild` itself says so too."""
    check(sagwan.archive)
    records = [record.replace("-", "") for record in ids(sagwan.archive)]
    assert len(records) == len(set(records)), "a record stands twice"
    for source in ("daum", "naver"):
        of_source = f"FROM captures c JOIN run_begun r ON r.id = c.run WHERE r.source = '{source}' ORDER BY c.id"
        rows = [row for (row,) in sagwan.rows(f"SELECT lower(hex(record)) {of_source}")]
        assert rows == [record for record in records if record in set(rows)], "rows are not in the order of the files"
    assert sagwan.rows("SELECT count(*) FROM captures") == [(len(records),)], "records without rows, or rows without records"
    assert sagwan.rows("SELECT count(*) FROM run_begun") == [(len(events(sagwan.archive, "run_begun")),)]
    return verified(sagwan, rebuild=rebuild)


def verified(sagwan: Sagwan, *, rebuild: bool = True) -> str:
    """verify finds nothing, and a rebuild makes the same rows."""
    found = sagwan("verify", "--json")
    assert (found.code, found.only["findings"]) == (0, []), found.out + found.err
    if not rebuild:
        return "verify 0 findings"
    made = sagwan("rebuild", "--json")
    assert (made.code, made.only["differences"], made.only["explained"], made.only["damage"]) == (0, 0, 0, []), made.out
    return "verify 0 findings, rebuild 0 differences"


def same_number(sagwan: Sagwan, site: Portal) -> str:
    """Each request that reached the portal is one capture, and the other way round."""
    asked = Counter((one["host"], one["path"]) for one in site.requests)
    kept = Counter(_address(one) for one in exchanges(sagwan.archive) if one.request)
    assert asked == kept, (asked - kept, kept - asked)
    return f"each of {asked.total()} requests is one capture"


def acknowledged(sagwan: Sagwan, answers: list[dict[str, Any]]) -> None:
    """Each of these answers of the portal's log stands in the archive, byte for byte."""
    kept = Counter((*_address(one), sha256(one.body).hexdigest()) for one in exchanges(sagwan.archive))
    served = Counter((one["host"], one["path"], one["digest"]) for one in answers)
    lost = served - kept
    assert not lost, f"served, acknowledged and lost: {lost}"


def _address(one: Exchange) -> tuple[str, str]:
    host, _, path = one.facts.url.partition("://")[2].partition("/")
    return host, f"/{path}"


def nothing_invented(sagwan: Sagwan, site: Portal) -> int:
    """Each comment in the archive is one of the portal's, under its article, with its text and counts (of a world that
    stands still); how many there are."""
    world = site.world
    count = 0
    for article, key, text, parent, likes, dislikes in sagwan.rows(_COMMENTS):
        true = world.comment(int(key))
        assert world.article_of(int(key)).id == article, f"comment {key} under another article"
        stored = (text, parent, likes, dislikes)
        assert stored == (true.text, str(true.parent) if true.parent else None, true.likes, true.dislikes), (key, stored)
        count += 1
    return count + (naver_runs.no_wrong_row(sagwan, site) if world.on("naver") else 0)


def no_row_without_bytes(sagwan: Sagwan) -> None:
    """Each capture's record is where its row says."""
    rows = sagwan.rows("SELECT lower(hex(record)), w.name, c.offset, c.length FROM captures c JOIN warcs w ON w.id = c.warc")
    places = {path.name.removesuffix(".open"): path for path in files(sagwan.archive)}
    for record, name, offset, length in rows:
        found = next(read_records(places[name], offset))
        assert (record_id(found).replace("-", ""), found.length) == (record, length)
