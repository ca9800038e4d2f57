"""sagwan redact where rows have a person's pseudonym of before: nobody is passed over in silence."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from archive.pseudonym import Pseudonyms
from archive.target import account_target, mark_of
from crawler.pages import parse
from tests import people
from tests.conftest import ROOT, Sagwan
from tests.maker import KEY, Maker
from tests.people import ACCOUNT, NAME, pseudonym
from tests.test_forged_pages import FREE, GNU
from tests.test_gnuboard_pages import SITE
from tests.test_rebuild import same

GUEST = "sarajil2020x77"


def guest(sagwan: Sagwan) -> tuple[str, str]:
    """A board with a comment of a guest, and a page of no known layout that names him; his pseudonym and the one of before."""
    people.ready(sagwan)
    text = (ROOT / "tests/fixtures/gnuboard/post.html").read_text(encoding="utf-8")
    item = (
        f'<article id="c_901"><header><span class="sv_guest">{GUEST}</span><time>2026-09-11 10:58</time></header>'
        '<div class="cmt_contents">글</div></article>'
    )
    page = text.replace("</body>", f'<div id="bo_vc">{item}</div></body>').encode()
    maker = Maker(sagwan.archive, "gnuboard")
    maker.keep(maker.exchange(GNU, "gnuboard.post", page, article=FREE))
    maker.keep(maker.exchange(GNU, "gnuboard.new", f"<ul><li>{GUEST}</ul>".encode(), article=None))
    maker.close()
    ((now,),) = sagwan.rows(
        "SELECT lower(hex(account)) FROM comment_versions JOIN comments ON id = comment WHERE key LIKE '%901'"
    )
    assert now == Pseudonyms(KEY).of("gnuboard", f"{SITE} guest {GUEST}").hex()
    return now, Pseudonyms(KEY).of("gnuboard", f"{SITE} {GUEST}").hex()


def test_a_pseudonym_of_before_is_refused_until_the_rows_are_new(sagwan: Sagwan) -> None:
    now, before = guest(sagwan)
    with closing(sqlite3.connect(sagwan.archive / "archive.db")) as db:
        db.execute("UPDATE comment_versions SET account = ? WHERE account = ?", (bytes.fromhex(before), bytes.fromhex(now)))
        db.commit()
        for _ in range(2):
            ended = sagwan("redact", f"gnuboard:@{before}", "--reason", "요청", "--yes")
            assert (ended.code, ended.out, len(ended.err.splitlines())) == (1, "", 1)
            assert f"no capture shows gnuboard:@{before} under its pseudonym any more: `sagwan rebuild --accept" in ended.err
            # Nor is it said of who was redacted before, and was seen again, that there is nothing more.
            mark = mark_of(Pseudonyms(KEY), "gnuboard", bytes.fromhex(before))
            db.execute("INSERT OR IGNORE INTO redactions VALUES ('gnuboard','u',1,'account',?,'r','o',1,1)", (mark,))
            db.commit()
    assert people.traces(sagwan.archive, GUEST) != []
    assert sagwan("rebuild", "--accept").code == 2  # the rows were others
    assert "1 comments on 2 captures" in people.redact(sagwan, f"gnuboard:@{now}")
    assert people.traces(sagwan.archive, GUEST) == []
    same(sagwan.archive)


def test_captures_that_are_redacted_already_need_not_show_who_it_was(sagwan: Sagwan) -> None:
    """As where a redaction was cut short before the database was made anew."""
    people.crowd(sagwan.archive).close()
    people.ready(sagwan)
    with closing(sqlite3.connect(sagwan.archive / "archive.db")) as db:
        db.execute("VACUUM INTO ?", (str(sagwan.folder / "before.db"),))
    person = pseudonym(ACCOUNT)
    people.redact(sagwan, f"daum:@{person.hex()}")
    assert people.traces(sagwan.archive, NAME) == []
    with closing(sqlite3.connect(sagwan.folder / "before.db")) as db:
        target = account_target(sagwan.archive, db, Pseudonyms(KEY), parse, "daum", person)
    assert (target.accounts, target.count()) == (frozenset(), 1)
