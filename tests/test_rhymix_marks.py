"""What Rhymix puts in the place of a comment that is deleted or secret is no text of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from archive.records import Comment, Listing
from tests.naver import only
from tests.xe import read


def hidden(item: str, name: str = "가상인물") -> Comment:
    """The comment of a post at which the software puts something in its place (C: Rhymix's own code, 2026-11)."""
    page = f"""<html><body><div class="rd_hd"><h1>글</h1></div><div class="document_5_0 rhymix_content xe_content">글</div><ul>
    <li id="comment_7" class="fbItem"><div class="fbMeta"><h3 class="author"><strong>{name}</strong></h3></div>{item}
    <p class="action"><a class="delete" href="#">삭제</a></p></li></ul></body></html>"""
    (found,) = only(read("rhymix.post", "https://example.org/free/5", page, "example.org/5"), Listing).comments
    return found


@pytest.mark.parametrize(
    ("item", "state"),
    [
        ('<div class="comment_7_0 rhymix_content xe_content is_deleted">삭제된 댓글입니다.</div>', "placeholder"),
        ('<div class="comment_7_0 rhymix_content is_deleted is_deleted_by_admin">Deleted.</div>', "deleted_by_operator"),
        ('<div class="comment_7_77 rhymix_content xe_content is_secret">비밀글입니다.</div>', "placeholder"),
        ('<div class="rhymix_content xe_content deleted">This comment was deleted.</div>', "placeholder"),
        ('<div class="rhymix_content xe_content deleted deleted_by_admin">Deleted.</div>', "deleted_by_operator"),
        ('<form class="rhymix_content secretForm"><p>비밀글입니다.</p></form>', "placeholder"),
        ('<div class="comment_7_0 xe_content">삭제된 댓글입니다.</div>', "placeholder"),  # its versions before
        ('<div class="comment_7_0 xe_content">관리자에 의해 삭제된 댓글입니다.</div>', "placeholder"),  # anybody can write it
    ],
)
@pytest.mark.parametrize("name", ["가상인물", "운영자", "작성자", "신고왕"])
def test_what_the_software_puts_in_the_place_of_a_comment_is_no_text(item: str, state: str, name: str) -> None:
    """And its writer's name, which goes on standing there, does not say who deleted it."""
    found = hidden(item, name)
    assert (found.text, found.state) == (None, state)


@pytest.mark.parametrize("text", ["삭제된 댓글입니다.", "비밀글입니다."])
def test_a_member_may_write_such_words(text: str) -> None:
    assert hidden(f'<div class="comment_7_77 xe_content">{text}</div>').text == text
    assert hidden(f'<div class="comment_7_0 xe_content">누가 썼나: {text}</div>').text == f"누가 썼나: {text}"


@pytest.mark.parametrize(
    ("row", "text", "state"),
    [
        ({"content": "삭제된 댓글입니다.", "member_srl": 0}, None, "placeholder"),
        ({"content": "비밀글입니다.", "member_srl": 0}, None, "placeholder"),  # so it answers for what is deleted, too
        ({"content": "비밀글입니다.", "member_srl": 4, "is_secret": "Y"}, None, "placeholder"),
        ({"content": "Secret.", "member_srl": 4, "is_secret": "Y"}, None, "placeholder"),
        ({"content": "삭제된 댓글입니다.", "member_srl": 4}, "삭제된 댓글입니다.", "visible"),
        ({"content": "글", "member_srl": 0}, "글", "visible"),
    ],
)
def test_what_stands_in_the_place_of_a_comment_as_json(row: dict[str, Any], text: str | None, state: str) -> None:
    rows = [{"comment_srl": 7, "document_srl": 5, "nick_name": "가상인물", "is_secret": "N"} | row]
    parsed = read("rhymix.comments", "https://example.org/index.php", json.dumps({"comment_list": rows}), "example.org/5")
    (found,) = only(parsed, Listing).comments
    assert (found.text, found.state) == (text, state)
