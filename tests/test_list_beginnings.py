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
