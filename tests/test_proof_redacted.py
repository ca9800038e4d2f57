"""verify --row on a redacted page: what is still proven is shown, what is not is said, and what is forged is found."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.warc_reader import files, read_groups, read_records
from tests import people
from tests.conftest import Sagwan
from tests.maker import ARTICLE, row
from tests.people import FIRST, REF
from tests.test_check_proof import alone
from tests.test_verify_redacted import again

NEIGHBOUR = f"daum:{ARTICLE}#{FIRST + 3}@now"
OTHER = "20260921090000999"


def redacted(sagwan: Sagwan, seal: bool = True) -> None:
    """A page of a hundred, one of which is redacted after the file was sealed; and a page that names nobody."""
    maker = people.crowd(sagwan.archive)
    maker.page([row(900_900_900, 7)], article=OTHER)
    maker.close()
    people.ready(sagwan)
    assert sagwan("seal").code == 0
    people.redact(sagwan, REF)
    if seal:
        assert sagwan("seal").code == 0


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Sagwan:
    """Such an archive; tests change a copy."""
    sagwan = Sagwan(tmp_path_factory.mktemp("made"))
    redacted(sagwan)
    return sagwan


def document(sagwan: Sagwan, asked: str = NEIGHBOUR) -> dict[str, Any]:
    ended = sagwan("verify", "--row", asked, "--json")
    assert ended.code == 0, ended.err
    return ended.only


def test_a_neighbour_on_a_redacted_page_is_shown_with_what_is_gone(made: Sagwan) -> None:
    ended = made("verify", "--row", NEIGHBOUR)
    assert (ended.code, ended.err, "NO  " in ended.out) == (0, "", False), ended.out
    assert ended.out.count("the record of then is a tombstone that keeps its sha256") == 1
    assert "yes  row       daum.comments/2 had read in the bytes that stood there: likes 6, " in ended.out
    assert "-    gone      the site's own bytes of this page are gone since the redaction of 20" in ended.out
    assert "(요청 17/2026): the row is what the operator's program had read in them, as recorded at the redaction" in ended.out
    assert ended.out.endswith("1 captures (1 redacted since: the site's own bytes are gone), 0 steps that do not hold\n")
    steps = [line.split()[1] for line in ended.out.splitlines() if line.startswith("  yes")]
    of_capture = ["row", "capture", "record", "digests", "chain", "redaction", "file", "day", "manifest"]
    assert steps == [*of_capture, "record", "digests", "chain", "file", "bytes", "day", "manifest"]
    err = made("verify", "--row", NEIGHBOUR, "--json").err
    assert err.startswith("note: the site's own bytes of this page are gone since the redaction of 20")


def test_the_stub_shows_the_redaction(made: Sagwan) -> None:
    (stub,) = people.stub_line(made.archive)
    ended = made("verify", "--row", f"{stub['ref']}@now")
    assert (ended.code, "NO  " in ended.out) == (0, False), ended.out
    assert ended.out.startswith(f"{stub['ref']} as of ")
    assert "had read in the bytes that stood there: state redacted" in ended.out
    assert "are gone since the redaction of 20" in ended.out


def test_a_page_that_was_not_redacted_is_proven_as_before(made: Sagwan) -> None:
    ended = made("verify", "--row", f"daum:{OTHER}#900900900@now")
    assert (ended.code, "redaction" in ended.out, "gone" in ended.out) == (0, False, False), ended.out
    proof = made.folder / "other.json"
    proof.write_text(json.dumps(document(made, f"daum:{OTHER}#900900900@now")), encoding="utf-8")
    code, out = alone(proof, made.archive)
    assert (code, out.splitlines()[-1], "redact" in out) == (0, "PROVEN", False), out


def forge(path: Path, kind: str, old: bytes, new: bytes) -> None:
    """Writes something else into the records of a type, with digests that fit."""
    data, parts = path.read_bytes(), []
    for record in read_records(path):
        fits = record.type == kind and old in record.block
        parts.append(again(record, record.block.replace(old, new)) if fits else data[record.offset :][: record.length])
    assert b"".join(parts) != data
    path.write_bytes(b"".join(parts))


def moved(root: Path) -> None:
    """Tells the database where the records of the changed file lie."""
    with closing(sqlite3.connect(root / "archive.db")) as db:
        for group in read_groups(files(root)[0]):
            main = group.record("response")
            if main is not None:
                identity = bytes.fromhex(main.headers["warc-record-id"][10:-1].replace("-", ""))
                place = (main.offset, main.length, identity)
                db.execute("UPDATE capture_rows SET offset = ?, length = ? WHERE record = ?", place)
        db.commit()


def test_forged_values_are_found_also_where_the_row_says_the_same(sagwan: Sagwan, made: Sagwan) -> None:
    shutil.copytree(made.archive, sagwan.archive)
    forge(files(sagwan.archive)[0], "resource", b'"likes":6,', b'"likes":9,')
    moved(sagwan.archive)
    ended = sagwan("verify", "--row", NEIGHBOUR)
    assert ended.code == 2
    assert "NO   row       daum.comments/2 had read likes 9, and the row says 6" in ended.out
    with closing(sqlite3.connect(sagwan.archive / "archive.db")) as db:
        db.execute("UPDATE observations SET likes = 9 WHERE likes = 6")
        db.commit()
    ended = sagwan("verify", "--row", NEIGHBOUR)
    assert (ended.code, "NO   row" in ended.out) == (2, False), ended.out
    assert "NO   redaction tombstones that no redaction wrote so: put there, or changed since" in ended.out
    ended = sagwan("verify", "--row", NEIGHBOUR, "--json")
    (sagwan.folder / "proof.json").write_text(json.dumps(ended.only), encoding="utf-8")
    code, out = alone(sagwan.folder / "proof.json", sagwan.archive)
    last = "NOT PROVEN: these records were redacted, and a redaction lists them as they are now"
    assert (code, out.splitlines()[-1]) == (1, last)


def test_the_redaction_s_own_record_must_stand_in_its_chain(sagwan: Sagwan, made: Sagwan) -> None:
    shutil.copytree(made.archive, sagwan.archive)
    forge(files(sagwan.archive)[-1], "metadata", "요청".encode(), "청구".encode())
    ended = sagwan("verify", "--row", NEIGHBOUR)
    assert (ended.code, "NO   file" in ended.out) == (2, True), ended.out
