"""Anybody may call himself by a member's number: he is not that member, whose comments his would else be."""

from __future__ import annotations

from typing import Any

from archive.records import Account, Listing
from tests.conftest import ROOT
from tests.naver import only, read
from tests.test_forged_pages import FREE, GNU
from tests.test_rounded_counts import MEMOS


def who(found: Any) -> list[str]:
    return [each.account.whole for each in only(found, Listing).comments if each.account]


def test_a_name_that_is_a_number_is_nobody_s_number() -> None:
    member, guest = Account("4", "갑", site="a.example"), Account("4", "4", provider="nickname", site="a.example")
    assert len({member.whole, guest.whole}) == 2
    assert Account("갑", "갑", provider="nickname").whole == "갑"
    assert Account("haru", "haru", provider="nickname").whole == "haru"


def test_a_guest_of_todayhumor_with_a_member_s_number_as_his_name() -> None:
    row = {"date": "2026-09-11 10:58:43", "memo": "글", "is_system": False, "is_del": False}
    memos = [row | {"no": "1", "member_no": "440616", "name": "갑"}, row | {"no": "2", "member_no": "0", "name": "440616"}]
    assert len(set(who(read("todayhumor.comments", MEMOS, {"is_more_memo": "false", "memos": memos})))) == 2


def test_a_guest_of_gnuboard_with_a_member_s_id_as_his_name() -> None:
    text = (ROOT / "tests/fixtures/gnuboard/post.html").read_text(encoding="utf-8")
    item = (
        '<article id="c_{}"><header><span class="{}">{}</span><time>2026-09-11 10:58</time></header>'
        '<div class="cmt_contents">글</div></article>'
    )
    member = item.format(901, "sv_member", '<a href="/g5/bbs/profile.php?mb_id=haru">하루</a>')
    page = text.replace("</body>", f'<div id="bo_vc">{member}{item.format(902, "sv_guest", "haru")}</div></body>')
    assert len(set(who(read("gnuboard.post", GNU, page.encode(), article=FREE))[-2:])) == 2
