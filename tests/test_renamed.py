"""Where a layout gives what it shows another name, living comments are not taken for deleted ones: the page is unknown."""

from __future__ import annotations

import json

from archive.capture import Parsed
from archive.records import Listing
from archive.yields import Yield, judge
from spiders.cook82 import urls as cook82
from spiders.ilbe import urls as ilbe
from spiders.pann import urls as pann
from spiders.ppomppu import urls as ppomppu
from tests.test_nate_pages import LIST as NATE
from tests.test_nate_pages import every, read
from tests.xe import read as read_board

SEEN = 1_791_500_000_000  # 2026-10-09
SAID = ("이 글 신고했어요", "삭제하지 마세요", "안녕")  # the first two as a mark would
BUTTONS = "<a href='#'>신고</a><button>삭제</button>"


def states(parsed: Parsed) -> list[str]:
    """Of the comments of a page, in their order."""
    return [each.state for listing in every(parsed, Listing) for each in listing.comments]


def board(*rows: str) -> Parsed:
    items = "".join(f"<li class='rp' data-rn='{n}'>{row}{BUTTONS}</li>" for n, row in enumerate(rows, 1))
    page = f"<div id='articleBody'>본문</div><ul class='reples'>{items}</ul>"
    return read("82cook.post", cook82.article_url("1"), page.encode(), SEEN, article="1")


def test_comments_of_a_board_whose_names_have_another_place() -> None:
    assert states(board(*(f"<h5><strong>갑</strong></h5><p>{text}</p>" for text in SAID))) == ["visible"] * 3
    unknown = board(*(f"<h5><b>갑</b></h5><p>{text}</p>" for text in SAID))
    assert (unknown.outcome, unknown.records) == ("layout", ())
    assert "none with" in (unknown.note or "")


def test_a_page_on_which_all_comments_are_deleted_is_none_of_those() -> None:
    deleted = "<p>작성자가 삭제한 댓글입니다.</p>"
    assert states(board(deleted, deleted, deleted, "<p>신고로 블라인드 처리되었습니다.</p>")) == ["deleted_by_user"] * 3 + [
        "blinded"
    ]
    assert states(board(deleted, "<p>?</p>")) == ["deleted_by_user", "unknown"]  # of two nobody knows
    assert states(board(deleted, "<p>?</p>", "<h5><strong>갑</strong></h5><p>글</p>"))[1:] == ["unknown", "visible"]


def test_what_a_button_says_is_no_mark() -> None:
    assert states(board("<p></p>")) == ["unknown"]


def piece(*rows: tuple[str | None, str]) -> Parsed:
    comments = [{"no": n, "name": name, "memo": memo} for n, (name, memo) in enumerate(rows, 1)]
    body = json.dumps({"comments": comments}).encode()
    return read("ppomppu.comments", ppomppu.comments_url("freeboard/1", 1), body, SEEN)


def test_comments_of_ppomppu_whose_name_is_a_picture_or_has_another_place() -> None:
    found = piece(("<img src='/n.gif' alt='그림이름'>", SAID[0]), ("<b>갑</b>", "글"))
    assert states(found) == ["visible"] * 2
    assert [each.account.name for each in every(found, Listing)[0].comments if each.account] == ["그림이름", "갑"]
    assert piece(*((None, text) for text in SAID)).outcome == "layout"


def test_comments_of_ilbe_without_a_depth_are_no_answers_to_the_post() -> None:
    item = "<div class='comment-item' id='comment_1'{}><span class='global-nick'>갑</span><span class='cmt'>글</span></div>"
    for depth, outcome in ((" data-depth='0'", "ok"), ("", "layout"), (" data-depth='x'", "layout")):
        assert (
            read("ilbe.comments", ilbe.comments_url("1", 1), item.format(depth).encode(), SEEN, article="1").outcome == outcome
        )


def rhymix(name: str, marks: str = "") -> Parsed:
    rows = "".join(
        f"<li id='comment_{n}'><div class='meta'><b>갑</b></div><div class='{name}_{n}_4'>{text}</div>{BUTTONS}</li>"
        for n, text in enumerate(SAID, 11)
    )
    marks += "</ul><form action='/captcha'><input type='password'></form>"  # with which a guest writes: no refusal, no login
    page = f"<div class='document_3_4 xe_content'>본문</div><ul>{rows}{marks}"
    return read_board("rhymix.post", "https://board.example.org/free/3", page.encode(), "board.example.org/3")


def test_comments_of_rhymix_whose_texts_have_another_name() -> None:
    deleted = "<li id='comment_20'><div>삭제된 댓글입니다.</div></li><li id='comment_21'><a href='#'>삭제</a></li>"
    assert states(rhymix("comment", deleted)) == ["visible"] * 3 + ["placeholder", "unknown"]
    unknown = rhymix("cmt", deleted)
    assert (unknown.outcome, unknown.alarm, unknown.note) == ("layout", "broken", "5 comments, and none with a text")


def test_pages_of_two_comments_are_judged_together() -> None:
    def reading(tag: str) -> Yield:
        found = Yield()
        for _ in range(5):
            found.add(board(*(f"<h5><{tag}>갑</{tag}></h5><p>{text}</p>" for text in ("글", "안녕"))), 1_000)
        return found

    good = [reading("strong")] * 8
    assert judge("82cook.post", good[0], good) is None
    less = judge("82cook.post", reading("b"), good)
    assert less is not None
    assert less.kind == "broken"


def test_what_a_button_says_is_no_mark_at_nate_and_pann_either() -> None:
    item = f"<dl class='cmt_item' id='cmt_90000001'><dd>글</dd>{BUTTONS}</dl>"
    assert states(read("nate.comments", NATE, f"<div class='cmt_list'>{item}</div>".encode("cp949"))) == ["unknown"]
    item = f"<dl><dd class='btn'><a href='/talk/reply/subReply?prts_reply_id=920000001'>답글 <em>0</em></a>{BUTTONS}</dd></dl>"
    phone = read("pann.mobile", pann.mobile_url("370001111", 1), f"<div id='listDiv'>{item}</div>".encode(), SEEN)
    assert states(phone) == ["unknown"]
