"""A page that may be the end of a list is not taken for its beginning: the comments on the pages before it were called gone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from archive.capture import Parsed
from archive.records import Listing
from spiders.bobaedream import urls as bobaedream
from spiders.ruliweb import urls as ruliweb
from spiders.theqoo import urls as theqoo
from spiders.todayhumor import urls as todayhumor
from tests.conftest import Sagwan
from tests.naver import only
from tests.portal import Portal
from tests.portal.boards import plant
from tests.small_runs import collect
from tests.test_nate_pages import FIXTURES
from tests.test_nate_pages import read as read_page
from tests.xe import read

RULIWEB, BOBAE = "community/300143/70000001", "freeb/123"


def begins(parsed: Parsed) -> bool:
    """Whether the page proves the absence of what would stand above it."""
    listing: Listing = only(parsed, Listing)
    return listing.order == "asc" and listing.rank == 1


@pytest.mark.parametrize(("shown", "here", "beginning"), [("0", 1, True), ("0", 3, False), ("1", 1, True)])
def test_the_last_page_of_theqoo_comes_first(shown: str, here: int, beginning: bool) -> None:
    rows = [{"srl": 500 + n, "ct": "<p>글</p>", "rd": "20261121101112"} for n in range(6)]
    body = json.dumps({"error": 0, "comment_list": rows, "now_comment_page": here})
    assert begins(read("theqoo.comments", theqoo.COMMENTS, body, "1", number=shown, rank="1")) is beginning


def ruliweb_post(declared: str) -> Parsed:
    """A post of Ruliweb that shows the comments 201 to 207 and declares so many."""
    html = (FIXTURES / "ruliweb/post.html").read_text(encoding="utf-8").replace(">153<", f">{declared}<")
    rows = re.findall(r'(?s)<tr class="comment_element normal .*?</tr>', html)
    more = "".join(rows[1].replace("ct_200000152", f"ct_200000{n}") for n in range(201, 208))
    for row in rows:
        html = html.replace(row, more if row == rows[1] else "")
    return read_page("ruliweb.post", ruliweb.article_url(RULIWEB), html.encode(), article=RULIWEB)


def bobaedream_post(declared: str) -> Parsed:
    """The same of Bobaedream."""
    html = (FIXTURES / "bobaedream/post.html").read_text(encoding="utf-8").replace("(155)", declared)
    row = re.findall(r"(?s)<li><dl>.*?</dl></li>", html)[1]
    more = "".join(row.replace("1018671", f"1018{n}") for n in range(671, 678))
    html = re.sub(r'(?s)(<ul id="cmt_reply">).*?</ul>', lambda found: f"{found[1]}{more}</ul>", html)
    return read_page("bobaedream.post", bobaedream.article_url(BOBAE), html.encode(), article=BOBAE)


def rhymix_post(declared: str, pager: str = "") -> Parsed:
    """The same of a Rhymix board whose skin has another paging than we know, or that one."""
    items = "".join(f'<li id="comment_{n}"><div class="comment_{n}_7 xe_content">글</div></li>' for n in range(201, 208))
    return read(
        "rhymix.post",
        "https://board.example.org/free/5",
        f"""<html><body><div class="rd_hd"><h1>글</h1><div class="side"><span>댓글 <b>{declared}</b></span></div></div>
        <div class="document_5_0 xe_content">글</div><ul>{items}</ul><nav class="pages"><a href="?cpage=1">1</a></nav>{pager}
        </body></html>""",
        "board.example.org/5",
    )


@pytest.mark.parametrize(
    ("post", "number"),
    [(ruliweb_post, "{}"), (bobaedream_post, "({})"), (rhymix_post, "{}")],
)
def test_a_post_begins_a_list_only_where_its_number_says_that_it_has_all(post: Callable[[str], Parsed], number: str) -> None:
    whole = post(number.format(7))
    assert len(only(whole, Listing).comments) == 7
    assert begins(whole)
    for declared in ("107", "5", "?"):  # of 5: it may count no deleted ones; of none: it may have another place
        assert not begins(post(number.format(declared))), declared


def clien_post(declared: str) -> Parsed:
    """A post of a board that shows all comments on one page, with seven."""
    rows = "".join(
        f'''<div class="comment_row" data-comment-sn="{n}" data-author-id="a"><div class="comment_view">글</div></div>'''
        for n in range(201, 208)
    )
    html = (
        f"""<html><body><div class="post_article">글</div><div>댓글 • [<strong>{declared}</strong>]</div>{rows}</body></html>"""
    )
    return read_page("clien.post", "https://www.clien.net/service/board/park/1", html.encode(), article="park/1")


def cook_post(declared: str) -> Parsed:
    """The same of 82cook."""
    rows = "".join(f'<li data-rn="{n}" class="rp"><h5><strong>갑</strong></h5><p>글</p></li>' for n in range(201, 208))
    html = f"""<html><body><div id="articleBody">글</div><strong class="total_reple">{declared}</strong>
    <ul class="reples">{rows}</ul></body></html>"""
    return read_page("82cook.post", "https://www.82cook.com/entiz/read.php?num=1", html.encode(), article="1")


def gnuboard_post(declared: str) -> Parsed:
    """The same of gnuboard."""
    rows = "".join(
        f'<article id="c_{n}"><header></header><div class="cmt_contents"><p>글</p></div></article>' for n in range(201, 208)
    )
    html = f"""<html><body><div id="bo_v_info"><strong>{declared}건</strong></div><div id="bo_v_con">글</div>
    <section id="bo_vc">{rows}</section></body></html>"""
    return read_page("gnuboard.post", "https://b.example.org/bbs/board.php?bo_table=free&wr_id=1", html.encode())


def todayhumor_comments(declared: str) -> Parsed:
    """The comments of TodayHumor, where the answer says whether there are more."""
    memo = {"date": "2026-11-21 10:11:12", "memo": "글", "is_system": False, "is_del": False}
    answer = {"is_more_memo": str(declared != "7").lower(), "memos": [memo | {"no": n} for n in range(201, 208)]}
    return read_page("todayhumor.comments", todayhumor.comments_url("sisa", "1"), json.dumps(answer).encode())


@pytest.mark.parametrize("post", [clien_post, cook_post, gnuboard_post, todayhumor_comments])
def test_a_page_with_fewer_comments_than_there_are_does_not_begin_their_list(post: Callable[[str], Parsed]) -> None:
    """Else all that it does not show would be gone, from one capture."""
    assert [begins(post(declared)) for declared in ("7", "107")] == [True, False]


@pytest.mark.parametrize(("here", "beginning"), [(1, True), (2, False)])
def test_the_paging_of_rhymix_says_which_page_of_a_list_begins_it(here: int, beginning: bool) -> None:
    links = "".join(f"<strong>{n}</strong>" if n == here else f'<a href="?cpage={n}">{n}</a>' for n in (1, 2))
    assert begins(rhymix_post("107", f'<div class="bd_pg">{links}</div>')) is beginning


def test_no_walk_and_no_peek_of_theqoo_makes_older_comments_gone(sagwan: Sagwan, portal: Callable[..., Portal]) -> None:
    p = portal(articles=0)
    post = plant(p.world, "theqoo", comments=230, replies=0, age=3 * 24 * 60)
    for _ in range(2):
        assert collect(sagwan, p, post).only["walks"] == {"complete": 1, "incomplete": 0}
    assert sagwan("changes", "--kind", "missing,gone,returned").out == ""
