"""The addresses of Clien, Ruliweb, Ppomppu and MLBPark: which are posts and lists, and what cannot be asked."""

from __future__ import annotations

from typing import Any

import pytest

from crawler.addresses import further
from crawler.errors import NotAllowed
from crawler.guard import check
from crawler.sources import all_sources
from spiders.clien import urls as clien
from spiders.mlbpark import urls as mlbpark
from spiders.ppomppu import urls as ppomppu
from spiders.ruliweb import urls as ruliweb


@pytest.mark.parametrize(
    ("source", "url", "key"),
    [
        ("clien", "https://www.clien.net/service/board/park/19000001?od=T31&po=0#comment-point", "park/19000001"),
        ("clien", "https://m.clien.net/service/board/park/19000001", "park/19000001"),
        ("clien", "https://www.clien.net/service/board/park", None),
        ("ruliweb", "https://bbs.ruliweb.com/community/board/300143/read/70000001?page=2", "community/300143/70000001"),
        ("ruliweb", "https://bbs.ruliweb.com/best/board/300143/read/70000001", "community/300143/70000001"),
        ("ruliweb", "https://bbs.ruliweb.com/market/board/1020/read/5", "market/1020/5"),
        ("ruliweb", "https://bbs.ruliweb.com/community/board/300143", None),
        ("ppomppu", "https://www.ppomppu.co.kr/zboard/view.php?id=freeboard&page=1&no=9000001", "freeboard/9000001"),
        ("ppomppu", "https://m.ppomppu.co.kr/new/bbs_view.php?id=freeboard&no=9000001", "freeboard/9000001"),
        ("ppomppu", "https://www.ppomppu.co.kr/zboard/zboard.php?id=freeboard", None),
        ("mlbpark", "https://mlbpark.donga.com/mp/b.php?p=1&b=bullpen&id=202607310000002&m=view", "bullpen/202607310000002"),
        ("mlbpark", "https://mlbpark.donga.com/mp/b.php?b=bullpen&id=202607310000002&m=reply", None),
        ("mlbpark", "https://evil.test/mp/b.php?b=bullpen&id=202607310000002&m=view", None),
    ],
)
def test_which_addresses_are_posts(source: str, url: str, key: str | None) -> None:
    found = all_sources()[source].article_key
    assert found(url) == key
    assert key is None or found(all_sources()[source].article_url(key)) == key


@pytest.mark.parametrize(
    ("url", "kind", "label"),
    [
        ("https://www.clien.net/service/board/park?od=T31&po=0", "clien.list", clien.board),
        ("https://bbs.ruliweb.com/best/humor_only/now", "ruliweb.list", ruliweb.label),
        ("https://bbs.ruliweb.com/community/board/300143?search_key=x", "ruliweb.list", ruliweb.label),
        ("https://www.ppomppu.co.kr/hot.php?category=2", "ppomppu.list", ppomppu.label),
        ("https://www.ppomppu.co.kr/rss.php?id=freeboard", "ppomppu.rss", ppomppu.label),
        ("https://mlbpark.donga.com/mp/b.php?p=31&m=list&b=bullpen", "mlbpark.list", mlbpark.label),
        ("https://mlbpark.donga.com/mp/best.php", "mlbpark.list", mlbpark.label),
    ],
)
def test_which_addresses_are_lists(url: str, kind: str, label: Any) -> None:
    source = all_sources()[kind.partition(".")[0]]
    assert (source.list_page(url), bool(label(url))) == (kind, True)
    assert source.list_page("https://evil.test/best.php") is None


@pytest.mark.parametrize(
    ("source", "method", "url"),
    [
        ("clien", "GET", "https://www.clien.net/service/search?q=x"),
        ("clien", "POST", "https://www.clien.net/service/board/park/1"),
        ("ruliweb", "POST", "https://api.ruliweb.com/commentWrite"),
        ("ruliweb", "GET", "https://api.ruliweb.com/commentView"),
        ("ppomppu", "GET", "https://m.ppomppu.co.kr/new/bbs_view/ajax_bbs_comment.php?cmd=vote&id=x&no=1"),
        ("ppomppu", "GET", "https://www.ppomppu.co.kr/zboard/vote.php?id=x&no=1"),
        ("mlbpark", "GET", "https://mlbpark.donga.com/mp/b.php?b=bullpen&id=1&m=recommend"),
    ],
)
def test_what_writes_cannot_be_asked(source: str, method: str, url: str) -> None:
    with pytest.raises(NotAllowed):
        check(method, url, all_sources()[source])


def test_a_search_in_a_board_of_ppomppu_is_another_list_than_the_board() -> None:
    board = "https://www.ppomppu.co.kr/zboard/zboard.php?id=freeboard"
    assert ppomppu.label(board) == "zboard freeboard"
    assert ppomppu.label(f"{board}&search_type=sub_memo&keyword=%B9%F6%BD%BA") == "zboard freeboard 버스"


@pytest.mark.parametrize(
    ("first", "page", "how", "url"),
    [
        ("https://x.test/board?po=0", 1, ("po", 0), "https://x.test/board?po=0"),
        ("https://x.test/board?po=0", 3, ("po", 0), "https://x.test/board?po=2"),
        ("https://x.test/board?id=a&page=4", 2, ("page",), "https://x.test/board?id=a&page=5"),
        ("https://x.test/board", 2, ("page",), "https://x.test/board?page=2"),
        ("https://x.test/b.php?m=list", 3, ("p", 1, 30), "https://x.test/b.php?m=list&p=61"),
        ("https://x.test/board?page=x", 2, ("page",), "https://x.test/board?page=2"),
        ("https://x.test/board#top", 2, ("page",), "https://x.test/board?page=2"),
        ("https://x.test/board?id=a#top", 2, ("page",), "https://x.test/board?id=a&page=2"),
        # What is searched for stays in the bytes that it has, and each of several fields of a name.
        ("https://x.test/b?k=%B9%F6%BD%BA&page=1&o=", 2, ("page",), "https://x.test/b?k=%B9%F6%BD%BA&page=2&o="),
        ("https://x.test/b?in=1&in=2&k=a+b", 2, ("page",), "https://x.test/b?in=1&in=2&k=a+b&page=2"),
        ("https://x.test/b?page=1&page=3", 2, ("page",), "https://x.test/b?page=4&page=4"),
    ],
)
def test_further_pages_go_on_from_the_one_that_is_named(first: str, page: int, how: tuple[Any, ...], url: str) -> None:
    assert further(first, page, *how) == url
