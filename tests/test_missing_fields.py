"""What an answer in JSON no longer says is NULL or an unknown page: never another row than the site gave."""

from __future__ import annotations

from typing import Any

import pytest

from archive.records import Comment, Listing
from spiders.ppomppu import urls as ppomppu
from tests.naver import only, read
from tests.test_rounded_counts import MEMOS

MEMO = {"no": "7", "date": "2026-09-11 10:58:43", "memo": "글", "name": "갑", "is_system": False, "is_del": False}
THEQOO = "https://theqoo.net/index.php"
VEIL = "비회원은 작성한 지 1시간 이내의 댓글은 읽을 수 없습니다."


def todayhumor(memo: dict[str, Any]) -> Any:
    return read("todayhumor.comments", MEMOS, {"is_more_memo": "false", "memos": [memo]})


def test_who_does_not_say_that_a_row_is_the_site_s_own_or_deleted_says_nothing() -> None:
    assert only(todayhumor(MEMO), Listing).comments[0].state == "visible"
    for name in ("is_system", "is_del"):
        assert todayhumor({field: value for field, value in MEMO.items() if field != name}).outcome == "layout"


@pytest.mark.parametrize("number", ["", "0", 0, -1, "1,042", "7 ", None])
def test_a_comment_has_a_number(number: str | int | None) -> None:
    rows = {"comments": [{"no": number, "name": "갑", "memo": "글"}]}
    assert read("ppomppu.comments", ppomppu.comments_url("freeboard/1", 1), rows).outcome == "layout"
    assert todayhumor(MEMO | {"no": number}).outcome == "layout"
    assert read("theqoo.comments", THEQOO, {"comment_list": [{"srl": number, "ct": "글"}]}, number="1").outcome == "layout"


def test_the_words_of_a_veil_are_no_comment_s_also_where_its_time_is_missing() -> None:
    (veiled,) = only(read("theqoo.comments", THEQOO, {"comment_list": [{"srl": 7, "ct": VEIL}]}, number="1"), Listing).comments
    assert veiled == Comment("7", None, state="placeholder")
