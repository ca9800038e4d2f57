"""A proof may be written by one who has the right bytes and claims of them what they do not say."""

from __future__ import annotations

import gzip
import json
from contextlib import closing
from pathlib import Path
from types import ModuleType

import pytest

from archive.archive import open_for_reading
from archive.proof import prove
from archive.seal import seal
from archive.support import Support, subject
from crawler import pages
from tests.maker import DAY, Maker, row
from tests.test_check_proof import Document, alone, document, script
from tests.test_proof import archive

__all__ = ["script"]  # a fixture


@pytest.fixture
def told(tmp_path: Path) -> Document:
    """The proof of a comment with 10 likes, 3 dislikes and no replies."""
    return document(archive(tmp_path / "archive"))


def verdict(told: Document, folder: Path) -> tuple[int, str]:
    (folder / "proof.json").write_text(json.dumps(told), encoding="utf-8")
    return alone(folder / "proof.json")


@pytest.mark.parametrize(
    "claimed",
    [{"likes": 3, "dislikes": 10}, {"likes": 9}, {"replies": 10}, {"dislikes": 0}, {"text": "5"}, {"text": "COMMENT"}],
)
def test_what_another_field_of_the_comment_says_is_not_proven(told: Document, tmp_path: Path, claimed: Document) -> None:
    """All of these values stand somewhere in the object: as other counts, as ids."""
    told["row"] |= claimed
    for capture in told["captures"]:
        capture["shows"] |= {name: value for name, value in claimed.items() if name in capture["shows"]}
    code, out = verdict(told, tmp_path)
    assert (code, out.splitlines()[-1][:52]) == (1, "NOT PROVEN: all of it stands in one object with the ")


def test_a_comment_that_is_there_is_not_proven_gone_by_leaving_out_its_text(told: Document, tmp_path: Path) -> None:
    told["row"] |= {"text": None, "state": "gone", "last_state": "visible"}
    for capture in told["captures"]:
        capture["shows"]["text"] = None
    told["captures"].append(told["captures"][0] | {"shows": None})
    code, out = verdict(told, tmp_path)
    assert (code, out.splitlines()[-1]) == (1, "NOT PROVEN: no comment 9 is in the page")


def test_it_says_what_it_takes_on_trust(told: Document, tmp_path: Path) -> None:
    told["articles"].append("daum:1")
    told["row"]["ref"] = "daum:1#9"
    _, out = verdict(told, tmp_path)
    assert "note  that daum:20260921090000123 and daum:1 are one article is not checked here" in out
    assert "note  that this is a comment in the state visible is not checked here" in out


def test_a_living_comment_is_not_proven_gone_by_another_page_of_its_list(tmp_path: Path) -> None:
    """Comment 9 stands on the first page; the second one, that was read after it, has never shown it."""
    root = archive(tmp_path / "archive")
    told = document(root)
    with closing(open_for_reading(root)) as db:
        ids = sorted(number for (number,) in db.execute("SELECT id FROM captures WHERE page = 'daum.comments'"))
        (made,) = prove(root, db, subject(db, 1, "9"), [Support(ids[-1], ["looked for and not there"], None)], pages.parse)
    told["captures"].append(made.part)
    told["row"] |= {"state": "gone", "last_state": "visible"}
    code, out = verdict(told, tmp_path)
    assert (code, out.splitlines()[-1][:52]) == (0, "PROVEN, BUT FOR WHAT ITS ABSENCE SHOWS: in 1 lists i")


@pytest.mark.parametrize(
    ("claimed", "ends"),
    [
        ({"state": "deleted_by_operator"}, "PROVEN, BUT FOR ITS STATE: that it is deleted_by_operator"),
        ({"ref": "daum:1#9"}, "PROVEN, BUT FOR WHOSE COMMENT IT IS: that daum:20260921090000123 and daum:1 are one article"),
    ],
)
def test_what_is_not_checked_of_a_comment_is_in_the_verdict(
    told: Document, tmp_path: Path, claimed: Document, ends: str
) -> None:
    assert verdict(told, tmp_path)[1].splitlines()[-1] == "PROVEN"
    told["articles"].append("daum:1")
    told["row"] |= claimed
    for capture in told["captures"]:
        capture["shows"] |= {name: value for name, value in claimed.items() if name in capture["shows"]}
    code, out = verdict(told, tmp_path)
    assert (code, out.splitlines()[-1][: len(ends)]) == (0, ends)


def test_which_of_a_page_s_numbers_is_an_article_s_a_person_reads(tmp_path: Path) -> None:
    """39 comments and no replies: both stand in the page, and so does 5, the number of its post."""
    told = document(archive(tmp_path / "archive"), None)
    for counts in ({"comments": 39, "replies": 0}, {"comments": 0, "replies": 39}, {"comments": 5, "replies": 0}):
        told["row"] |= {"counts": counts}
        told["captures"][0]["shows"] |= {"counts": counts}
        assert verdict(told, tmp_path)[1].splitlines()[-1].startswith("PROVEN, BUT FOR WHAT A PAGE MEANS: in 1 of 1 captures")


URL = "https://comment.daum.net/apis/v1/posts/5/comments?offset=0&sort=RECOMMEND"


def claims(root: Path, tmp_path: Path, n: int) -> tuple[int, str]:
    """The verdict on one who says that comment 9 is missing because it is not in the n-th capture of the archive, which is
    sealed like all others."""
    told = document(root)
    with closing(open_for_reading(root)) as db:
        capture, article = db.execute("SELECT id, article FROM capture_rows ORDER BY id LIMIT 1 OFFSET ?", (n,)).fetchone()
        about = subject(db, article, "9")
        (made,) = prove(root, db, about, [Support(capture, ["looked for and not there"], None)], pages.parse)
    told["captures"].append(made.part)
    told["row"] |= {"state": "missing", "last_state": "visible"}
    code, out = verdict(told, tmp_path)
    return code, out.splitlines()[-1]


def test_what_came_before_it_or_was_no_answer_shows_nobody_s_absence(tmp_path: Path) -> None:
    root = tmp_path / "archive"
    maker = Maker(root)
    maker.page([row(1)])
    maker.page([row(1), row(9)])
    for status, body in ((503, b"<html><p>busy</html>"), (403, b"[]"), (200, b"later"), (200, json.dumps([row(1)]).encode())):
        maker.keep(maker.exchange(URL, "daum.comments", body, status=status))
    failed = maker.exchange(URL, "daum.comments", b"")
    failed.head, failed.facts.error, failed.facts.fidelity = None, "DownloadTimeoutError: no answer", None
    maker.keep(failed)
    maker.close()
    seal(root, DAY)
    said = "NOT PROVEN: 1 lists without it were read after it was last seen"
    assert claims(root, tmp_path, 0) == (1, said)
    for n in (2, 3, 6):
        said = "NOT PROVEN: a page came (status 200): what was refused or failed shows nobody's absence"
        assert claims(root, tmp_path, n) == (1, said)
    assert claims(root, tmp_path, 4) == (1, "NOT PROVEN: the page can be read")
    code, said = claims(root, tmp_path, 5)
    assert (code, said.partition(":")[0]) == (0, "PROVEN, BUT FOR WHAT ITS ABSENCE SHOWS")


@pytest.mark.parametrize(
    ("claimed", "ends"),
    [
        ({"title": "다른 제목"}, "NOT PROVEN: and its words"),
        ({"counts": {"comments": 9, "replies": 0}}, "NOT PROVEN: the captures show its counts: "),
        ({"title": "다른 제목", "shows": True}, ", AND FOR WHAT THE PAGE DOES NOT SHOW AS SUCH: title"),
        # 9 stands in 39
        ({"counts": {"comments": 9, "replies": 0}, "shows": True}, ", AND FOR WHAT THE PAGE DOES NOT SHOW AS SUCH: comments"),
    ],
)
def test_what_a_page_does_not_show_of_an_article_is_not_proven(tmp_path: Path, claimed: Document, ends: str) -> None:
    told = document(archive(tmp_path / "archive"), None)
    assert verdict(told, tmp_path)[1].splitlines()[-1].startswith("PROVEN, BUT FOR WHAT A PAGE MEANS: ")
    if claimed.pop("shows", False):
        for capture in told["captures"]:
            capture["shows"] |= claimed
    told["row"] |= claimed
    assert ends in verdict(told, tmp_path)[1].splitlines()[-1]


def test_it_says_what_of_the_row_it_does_not_check(told: Document, tmp_path: Path) -> None:
    told["row"]["created_from"] = "2016-01-01T00:00:00.000+09:00"
    _, out = verdict(told, tmp_path)
    assert "note  of what the row says these are not checked here: " in out
    assert "created_from" in out


def test_a_file_outside_of_the_archive_is_none(told: Document, tmp_path: Path) -> None:
    for name in ("/etc/hostname", "warc/../../x", "archive.db"):
        told["captures"][0]["file"] = name
        code, out = verdict(told, tmp_path)
        assert (code, out.splitlines()[-1]) == (1, f"NOT PROVEN: {name} is no file of an archive")


def test_a_body_that_swells_without_end_is_not_read(script: ModuleType) -> None:
    """Each member is small enough alone."""
    with pytest.raises(ValueError, match="not whole, or too many"):
        script.inflate(gzip.compress(bytes(100 << 20), 1) * 2, 31)
