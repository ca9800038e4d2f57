"""Rows that were read before: what memory says is what reading says, whatever the rows are."""

from __future__ import annotations

import json
import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw, Struct

from archive.records import Comment, Listing, Unstorable
from crawler import reread
from crawler.reread import Reread, Shown
from crawler.sources import load_pages
from spiders.daum.rows import Rows
from spiders.naver import urls
from tests.naver import ARTICLE, answer, only, read, row

_COUNTS = re.compile(rb'"likes":(\d{1,15}),"dislikes":(\d{1,15})(?=[,}])')
_raws = msgspec.json.Decoder(list[Raw])
_URL = urls.comments_url(ARTICLE) + "&again=1"


class Row(Struct):
    """What these rows say."""

    key: int
    likes: int = 0
    dislikes: int = 0
    text: str = ""


def said(key: int, likes: int = 0, dislikes: int = 0, text: str = "") -> Shown:
    return Shown(Comment(str(key), text, likes=likes, dislikes=dislikes))


def as_read(data: bytes | str) -> Shown:
    one = msgspec.json.decode(data, type=Row)
    return said(one.key, one.likes, one.dislikes, one.text)


def reader(asked: list[bytes]) -> Reread[Shown]:
    """Remembers rows, and says which it read."""

    def one(data: bytes) -> Shown:
        asked.append(data)
        return as_read(data)

    return Reread(one, b'"likes"', _COUNTS)


def page(*rows: str) -> list[Raw]:
    return _raws.decode(f"[{','.join(rows)}]".encode())


def test_a_row_is_read_until_its_counts_moved_once_then_they_are_taken_from_its_bytes() -> None:
    asked: list[bytes] = []
    rows = reader(asked)
    for likes in range(5):
        for _ in range(2):
            found = rows.rows(page(f'{{"key":1,"likes":{likes},"dislikes":7,"text":"a"}}', '{"key":2}'))
            assert found == [said(1, likes, 7, "a"), said(2)]
    assert len(asked) == 4  # each row once, the one that moved once more, and once with other counts
    assert rows.rows(page('{"key":1,"likes":1,"dislikes":7,"text":"b"}')) == [said(1, 1, 7, "b")]  # not only its counts


@pytest.mark.parametrize(
    "form",
    [
        '{"key":1,"likes":%d,"dislikes":2,"likes":4}',  # the last one counts
        '{"key":1,"likes":%d,"dislikes":2,"like\\u0073":4}',
        '{"key":1,"other":{"likes":%d,"dislikes":2}}',
        '{"key":1,"other":[{"likes":%d,"dislikes":2}],"likes":4,"dislikes":2}',
        '{"key":1,"likes":%d,"dislikes":2,"dislikes":3}',
        '{"key":1,"likes":3,"dislikes":2,"other":{"likes":%d,"dislikes":2}}',
        '{"key":1,"likes":%d,"dislikes":2,"likes":5}',  # the first one and one more
        '{"key":1,"dislikes":4,"likes":%d,"dislikes":2,"dislikes":4}',
        '{"key":1,"text":"\\"likes\\":%d,\\"dislikes\\":3","likes":3,"dislikes":3}',
    ],
)
def test_numbers_that_do_not_count_are_not_taken_for_those_that_do(form: str) -> None:
    rows = reader([])
    for likes in (4, 5, 6, 4):
        text = form % likes
        assert rows.rows(page(text)) == [as_read(text)]


def test_the_same_text_around_counts_in_another_place_is_another_row() -> None:
    rows = reader([])
    for text in ('{"likes":1,"dislikes":2,"key":3,"other":{"a":1}}', '{"key":3,"other":{"likes":5,"dislikes":2,"a":1}}'):
        assert rows.rows(page(text)) == [as_read(text)]


_ROW = st.builds(
    lambda key, likes, dislikes, text, turned: (
        f'{{"key":{key},"likes":{likes},"dislikes":{dislikes},"text":{json.dumps(text)}}}'
        if not turned
        else f'{{"dislikes":{dislikes},"likes":{likes},"key":{key}}}'
    ),
    *(
        st.integers(0, 2),
        st.integers(0, 3),
        st.integers(0, 2),
        st.sampled_from(["", '"likes":1,"dislikes":2', "가"]),
        st.booleans(),
    ),
)


@given(st.lists(st.lists(_ROW, max_size=4), max_size=8), st.integers(0, 5))
def test_memory_says_what_reading_says_however_much_is_remembered(pages: list[list[str]], held: int) -> None:
    before, reread.ROWS = reread.ROWS, held
    try:
        rows = reader([])
        for texts in pages:
            assert rows.rows(page(*texts)) == [as_read(text) for text in texts]
    finally:
        reread.ROWS = before


# Its first row no database holds, its second is none.
UNSTORABLE = (
    b'[{"id":1,"userId":-4,"postId":2,"parentId":0,"status":"S","content":"a","createdAt":"","updatedAt":"","childCount":0,'
    b'"likeCount":99999999999999999999,"dislikeCount":0},{"id":"a"}]'
)


@pytest.mark.parametrize("body", [b"[-1", b'[{"id":1}]', b"[1]", b'[{"id":"a"', b"{}", b"[" * 40, UNSTORABLE])
def test_what_is_wrong_with_a_page_does_not_depend_on_what_was_seen_before(body: bytes) -> None:
    load_pages()
    answered = b'x({"success":true,"result":{"commentList":%b}})' % body
    for kind, url, sent in (
        ("daum.comments", "https://x/posts/1/comments?", body),
        ("naver.comments", _URL, answered),
    ):
        found = {(one.outcome, one.note) for one in (read(kind, f"{url}{body.hex()}", sent) for _ in range(3))}
        assert [outcome for outcome, _ in found] == ["layout"], found


def test_pages_of_naver_say_the_same_from_memory() -> None:
    for likes in (1, 1, 2, 5, 4, 6):
        rows = [
            row(9, likes, 3, "a"),
            row(8, 2, likes, 'b "sympathyCount":1'),
            row(7, 1, 1, "c", sticker={"sympathyCount": likes, "antipathyCount": 2}),
            row(6, likes, 30, "d"),
        ]
        body = b"x(" + json.dumps(answer(rows, "NEW"), separators=(",", ":")).encode() + b")"
        twice = body.replace(b'"antipathyCount":30', b'"antipathyCount":30,"sympathyCount":5')
        assert len(twice) > len(body)
        listing = only(read("naver.comments", _URL, twice), Listing)
        assert [(one.likes, one.dislikes, one.text) for one in listing.comments] == [
            (likes, 3, "a"),
            (2, likes, 'b "sympathyCount":1'),
            (1, 1, "c"),
            (5, 30, "d"),
        ]


@pytest.mark.parametrize("space", ["", "\n        "])
def test_pages_of_daum_say_the_same_from_memory(space: str) -> None:
    for likes in (1, 1, 2, 5, 4, 6):
        counts = f'"likeCount":{likes},{space}"dislikeCount":3,{space}"recommendCount":{likes - 3}'
        others = '"createdAt":"2018-01-01T23:31:57+0900","updatedAt":"2018-01-01T23:31:57+0900","childCount":0'
        one = f'{{"id":1,"userId":-4,"postId":2,"parentId":0,"status":"S","content":"a",{others},{counts}'
        found = Rows("https://x/again").decode(f'[{one}}},{one},"likeCount":5}}]'.encode())
        assert [(each.comment.likes, each.comment.dislikes) for each in found] == [(likes, 3), (5, 3)]


@pytest.mark.parametrize("counts", [(-1, 1 << 63, 2), (1 << 63, None, None), (None, 0, -(1 << 63)), (5, 1 << 200, -7)])
def test_a_count_that_no_database_holds_is_no_comment(counts: tuple[int | None, int | None, int | None]) -> None:
    with pytest.raises(Unstorable, match="beyond 64 bits"):
        Comment("1", None, likes=counts[0], dislikes=counts[1], replies=counts[2])
    assert Comment("1", "가", likes=-5, dislikes=(1 << 63) - 1, replies=None).likes == -5
    with pytest.raises(Unstorable, match="surrogate"):
        Comment("1", "\ud83d")
