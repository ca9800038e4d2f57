"""What Naver's pages say of a person in other places than the comment: cursors, best lists, reply lists, alarms."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from archive.needles import Needles
from archive.records import STUB
from spiders.naver import urls
from tests import naver, people
from tests.conftest import Sagwan
from tests.maker import Maker
from tests.naver import ARTICLE, answer, row
from tests.test_rebuild import same
from tests.warcs import check, events, exchanges

PERSON = int(row(50)["commentNo"])


def base36(number: int) -> str:
    """As the site's cursors spell an id."""
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = digits[digit] + text
    return text


def listed(root: Path) -> None:
    """A list of two pages at whose border the person stands, the replies to the person, and a run that ends with an alarm."""
    maker = Maker(root, "naver")
    person = row(50, 5, text="사라질 말", userName="사라질이름", userIdNo="77xYz1", maskedUserId="saraj****")
    rows = [row(100 - k, k) for k in range(50)]
    cursor = base36(PERSON).zfill(13)
    first = answer([*rows, person], bestList=[person], morePage={"next": cursor, "end": "0", "start": "zz", "prev": None})
    second = answer([row(49 - k, k) for k in range(9)])
    replies = answer([row(900, parentCommentNo=str(PERSON))])
    pages = [
        (urls.comments_url(ARTICLE), "naver.comments", first),
        (urls.comments_url(ARTICLE, cursor=cursor), "naver.comments", second),
        (urls.comments_url(ARTICLE, parent=str(PERSON)), "naver.replies", replies),
    ]
    for url, page, body in pages:
        exchange = maker.exchange(url, page, gzip.compress(naver.jsonp(body)), article=ARTICLE)
        assert exchange.head is not None
        exchange.head = exchange.head.replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n")
        assert maker.keep(exchange).parsed.outcome == "ok"
    alarms = [{"alarm": "time", "text": f"naver:{ARTICLE}: suspect_time: {PERSON} {PERSON - 3}"}]
    raised = [alarms[0] | {"page": "naver.comments", "capture": None, "count": 1}]
    maker.event("run_ended", run=maker.run, verdict="ok", counters={"alarms": alarms}, raised=raised)
    maker.writer.close()
    maker.db.close()


def test_nothing_of_the_person_is_left_in_naver_s_pages(sagwan: Sagwan) -> None:
    listed(sagwan.archive)
    people.ready(sagwan)
    query = f"SELECT key, likes, replies, state FROM comments JOIN observations ON id = comment WHERE key <> '{PERSON}'"
    before = sagwan.rows(query)
    out = people.redact(sagwan, f"naver:{ARTICLE}#{PERSON}")
    assert "1 comments on 3 captures in 1 files, and 1 other records" in out
    wanted = (PERSON, base36(PERSON), "사라질", "77xYz1", "saraj****", people.pseudonym("77xYz1"))
    assert people.traces(sagwan.archive, *wanted) == []
    assert [one for one in sagwan.rows(query) if not one[0].startswith(STUB)] == before
    assert len(before) == 60
    assert [len(one.body) for one in exchanges(sagwan.archive)] == [0, 0, 0]
    (ended,) = events(sagwan.archive, "run_ended")
    assert str(PERSON - 3) in str(ended)
    assert STUB in str(ended)
    assert STUB in sagwan.rows("SELECT text FROM alarms")[0][0]
    same(sagwan.archive)
    check(sagwan.archive)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("/comments/529348107/children", "/comments/X/children"),
        ("a529348107 5293481070 x_529348107_", "a529348107 5293481070 x_X_"),
        ("-529348107", "-X"),
        (f"next=0000-5000002000000{base36(529348107)}&x", "next=0000-5000002000000X&x"),
        (f"next={base36(529348107)}", "next=X"),
        (f"next=1{base36(529348107)}", f"next=1{base36(529348107)}"),
        ("id=ab-c.d+e/f== 12345", "id=Y 12345"),
    ],
)
def test_ids_are_found_whole_and_as_cursors_spell_them(text: str, after: str) -> None:
    needles = Needles({"529348107": "X", "ab-c.d+e/f==": "Y", "12345": "Z"})
    assert needles.scrub(text) == after
    assert needles.found(text.encode()) == (text != after)
    many = Needles({"529348107": "X", "ab-c.d+e/f==": "Y"} | {str(n): "N" for n in range(700_000_000, 700_000_100)})
    assert many.found(text.encode()) == (text != after)
    assert needles.scrub_json({"a": [text, 529348107]}) == {"a": [after, 529348107]}
