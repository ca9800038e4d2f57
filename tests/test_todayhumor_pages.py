"""TodayHumor's parsers: the two recorded answers beside a reader of the raw bytes, and small invented pages."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta, timezone
from html import unescape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.records import Account, Article, ListEntry, Listing
from crawler.sources import load_pages
from spiders.todayhumor import urls
from tests.naver import RECORDED, counts, counts_of_others, cues, layout, of, only, read

KST = timezone(timedelta(hours=9))
KEY = "sisa/1271155"
COMMENTS = urls.comments_url("sisa", "1271155")
BODIES = RECORDED / "bodies" / "todayhumor"
recorded = pytest.mark.skipif(not RECORDED.exists(), reason="the recorded pages (../shared/recorded) are not here")
MEMO: dict[str, Any] = {
    **{"no": "5", "parent_memo_no": 0, "is_system": False, "is_nok": False, "is_del": False, "del_user": "", "ms_icon": None},
    **{
        "date": "2026-07-11 10:58:43",
        "name": "가상",
        "member_no": "44",
        "member_status": "normal",
        "ok": "3",
        "nok": 0,
        "ip": "",
    },
    **{"member_visit_count": "7", "member_register_date": "2013-06-25", "memo": "첫&nbsp;줄,<br /> 둘째 &lt;줄&gt;<br /> "},
}
load_pages()


def ms(text: str) -> int:
    """A time of Seoul, in whichever of the site's forms."""
    return int(datetime.strptime(text.replace("/", "-"), "%Y-%m-%d %H:%M:%S").replace(tzinfo=KST).timestamp() * 1000)


def memos(*rows: dict[str, Any], more: str = "false") -> dict[str, Any]:
    return {"is_more_memo": more, "memos": [MEMO | row for row in rows]}


@recorded
def test_every_field_of_the_recorded_comments() -> None:
    body = (BODIES / "memo-list.json").read_bytes()
    rows = json.loads(body)["memos"]
    parsed = read("todayhumor.comments", COMMENTS, body, article=KEY)
    listing: Listing = only(parsed, Listing)
    people = [row for row in rows if row["name"] != "SYSTEM"]
    assert (len(rows), len(people), len(listing.comments)) == (7, 5, 5)
    for row, comment in zip(people, listing.comments, strict=True):
        text = unescape(row["memo"].replace("<br />", "\n"))
        assert comment.text is not None
        assert [line.strip() for line in comment.text.split("\n")] == [line.strip() for line in text.strip().split("\n")]
        account = Account(row["member_no"], row["name"], row["member_status"], ip=row["ip"] or None)
        assert (comment.key, comment.account, comment.parent, comment.state) == (row["no"], account, None, "visible")
        assert (comment.likes, comment.dislikes) == (int(row["ok"]), int(row["nok"]))
        assert comment.created is not None
        assert (comment.created.start, comment.created.precision) == (ms(row["date"]), "second")
    moves = [(row["memo"].removeprefix("MOVE_").lower(), row["date"]) for row in rows if row["name"] == "SYSTEM"]
    entries = of(parsed, ListEntry)
    assert [(each.kind, each.rank, each.article.key) for each in entries] == [("ranking", 1, KEY), ("ranking", 2, KEY)]
    for (best, date), entry in zip(moves, entries, strict=True):
        name, _, time = (entry.query or "").partition(" ")
        assert (name, entry.article.aliases) == (best, (best,))
        assert datetime.fromisoformat(time).timestamp() * 1000 == ms(date)


@recorded
def test_every_field_of_the_recorded_head_of_a_post() -> None:
    body = (BODIES / "post-head.html").read_bytes()
    parsed = read("todayhumor.post", urls.article_url("bestofbest/483825"), body)
    lines = dict(re.findall(r"<div>\s*([^<:]+?)\s*:\s*(?:<span[^>]*>)?([^<]+)", body.decode()))
    number, name = re.search(r"mn='(\d+)' name='([^']+)'", body.decode()).groups()
    article: Article = only(parsed, Article)
    assert (article.key, article.title, article.text) == ("bestofbest/483825", None, ""), "the recording is without them"
    assert article.account == Account(number, name)
    assert article.published is not None
    assert article.published.start == ms(lines["원글작성시간"])
    assert counts(parsed) == {
        "likes": int(lines["추천"]),
        "views": int(lines["조회수"]),
        "comments": int(lines["댓글"].strip("개")),
    }
    (entry,) = of(parsed, ListEntry)
    best, _, time = (entry.query or "").partition(" ")
    assert (entry.kind, best) == ("ranking", "bestofbest/483825")
    assert datetime.fromisoformat(time).timestamp() * 1000 == ms(lines["베오베  등록시간"])
    assert cues(parsed) == {}, "its script is not in the recording"


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.todayhumor.co.kr/board/view.php?table=sisa&no=1271155&s_no=1271155&page=2", KEY),
        ("http://todayhumor.co.kr/board/view.php?no=1271155&table=sisa", KEY),
        ("https://m.todayhumor.co.kr/view.php?table=sisa&no=1271155", KEY),
        ("https://todayhumor.com/?sisa_1271155", KEY),
        ("http://TODAYHUMOR.com/?sisa_1271155#memo_1", KEY),
        ("https://www.todayhumor.co.kr/board/view.php?table=sisa", None),
        ("https://www.todayhumor.co.kr/board/view.php?table=Sisa/..&no=1", None),
        ("https://www.todayhumor.co.kr/board/list.php?table=sisa", None),
        ("https://example.org/board/view.php?table=sisa&no=1", None),
    ],
)
def test_addresses_of_a_post(url: str, key: str | None) -> None:
    assert urls.article_key(url) == key


def test_addresses_of_lists() -> None:
    lists = [f"{urls.SITE}/board/list.php?{query}" for query in ("table=bestofbest", "kind=total", "kind=member&mn=808326")]
    assert [urls.list_page(url) for url in lists] == ["todayhumor.list"] * 3
    assert urls.list_page(f"{urls.SITE}/board/list.php") is None
    assert urls.list_url(lists[2], 2) == f"{lists[2]}&page=2"


def test_states_replies_and_numbers_in_either_form() -> None:
    rows: list[dict[str, Any]] = [
        {"no": 5, "ok": 3, "nok": "2", "ip": "119.65.***.168"},
        {"no": "6", "parent_memo_no": "5", "is_del": True, "memo": "", "del_user": "44"},
        {"no": "7", "parent_memo_no": 5, "is_del": True, "memo": "", "del_user": "admin"},
        {"no": "8", "is_del": True, "memo": "", "del_user": ""},
        {"no": "9", "is_del": True, "memo": "", "del_user": "somebody"},
        {"no": "10", "memo": None},
        {"no": "11", "member_no": "0", "name": "익명", "memo": '<img src="//x/e.gif">', "ok": "", "nok": None},
    ]
    listing: Listing = only(read("todayhumor.comments", COMMENTS, memos(*rows), article=KEY), Listing)
    first, *gone, last = listing.comments
    assert (first.key, first.text, first.likes, first.dislikes) == ("5", "첫\xa0줄,\n 둘째 <줄>", 3, 2)
    assert first.account == Account("44", "가상", "normal", ip="119.65.***.168")
    assert [(each.parent, each.state, each.text) for each in gone] == [
        ("5", "deleted_by_user", None),
        ("5", "deleted_by_operator", None),
        (None, "placeholder", None),
        (None, "placeholder", None),
        (None, "unknown", None),
    ]
    assert last.account is not None
    assert (last.account.key, last.attachment, last.text, last.likes, last.dislikes) == ("익명", "//x/e.gif", "", None, None)
    assert listing.order == "asc"


@pytest.mark.parametrize("words", [" ", "\n", "<!-- -->", "<?x?>", "<br />", "</div>"])
def test_a_comment_without_a_word_hides_none_of_the_others(words: str) -> None:
    parsed = read("todayhumor.comments", COMMENTS, memos({"no": "6", "memo": words}, {"no": "7"}), article=KEY)
    assert [(each.key, bool(each.text)) for each in only(parsed, Listing).comments] == [("6", False), ("7", True)]


def test_nothing_is_nothing_only_where_nothing_more_is_announced() -> None:
    assert read("todayhumor.comments", COMMENTS, memos(), article=KEY).outcome == "empty"
    wrong = read("todayhumor.comments", urls.comments_url("bestofbest", "483825"), memos(more="true"), article=KEY)
    assert (wrong.outcome, wrong.alarm) == ("layout", "empty")
    assert layout("todayhumor.comments", COMMENTS, {"memos": []})
    assert layout("todayhumor.comments", COMMENTS, b"<html>")
    system = memos({"is_system": True, "memo": "MOVE_HUMORBEST/1", "date": "bald"})
    assert layout("todayhumor.comments", COMMENTS, system).startswith("no time")
    other = memos({"is_system": True, "memo": "NOTICE"}, {"no": "6", "memo": "MOVE_HUMORBEST/1"})
    parsed = read("todayhumor.comments", COMMENTS, other, article=KEY)
    assert of(parsed, ListEntry) == [], "what a person writes is no move"
    assert [each.key for each in only(parsed, Listing).comments] == ["6"]


def test_a_post_says_where_it_was_written() -> None:
    page = (
        '<script>var parent_table = "sisa"; var parent_id = "1271155";</script>'
        "<div class='viewSubjectDiv'> 제목 &lt;1&gt; </div>"
        "<div class='writerInfoContents'><div>게시물ID : humorbest_1797677</div><div>추천 : <span>68 / 3</span></div>"
        "<div>조회수 : 3,061</div><div>댓글 : 5개</div><div>베스트 등록시간 : 2026/07/11 00:21:03</div>"
        "<div>원글작성시간 : 2026/07/10 22:20:53</div></div><div class='viewContent'>첫 줄<br>둘째</div>"
    ).encode()
    url = urls.article_url("humorbest/1797677")
    parsed = read("todayhumor.post", url, page)
    article: Article = only(parsed, Article)
    assert (article.key, article.aliases, article.section) == (KEY, ("humorbest/1797677",), "sisa")
    assert (article.title, article.text, article.account) == ("제목 <1>", "첫 줄\n둘째", None)
    assert counts(parsed) == {"likes": 68, "dislikes": 3, "views": 3061, "comments": 5}
    assert cues(parsed) == {"parent_table": "sisa", "parent_id": "1271155"}
    assert [each.article.key for each in of(parsed, ListEntry)] == [KEY]
    assert read("todayhumor.post", urls.article_url("humorbest/1"), page).alarm == "foreign"
    alert = "<script>alert('삭제된 게시물입니다.');</script>".encode()
    assert only(read("todayhumor.post", url, alert), Article).state == "gone"
    assert layout("todayhumor.post", url, b"<html><body>hello")


def test_a_post_that_was_cut_off_is_not_edited_to_nothing() -> None:
    head = '<script>var parent_table = "sisa"; var parent_id = "1271155";</script><div class="writerInfoContents">'
    page = f"<html><body>{head}<div>추천 : 68</div><div>조회수 : 3</div></div><div class='viewContent'>글</div></body></html>"
    whole = read("todayhumor.post", urls.article_url(KEY), page.encode())
    assert (only(whole, Article).text, counts(whole)) == ("글", {"likes": 68, "views": 3})
    cuts = [read("todayhumor.post", urls.article_url(KEY), page[: tag.end()].encode()) for tag in re.finditer("<[^>]+>", page)]
    assert {cut.outcome for cut in cuts[:-2]} == {"layout"}


def test_only_its_script_says_where_a_post_was_written() -> None:
    head, said = "<div class='writerInfoContents'><div>추천 : 68</div></div>", "parent_table='sisa' parent_id='999'"
    script, url = '<script>var parent_table = "{0}"; var parent_id = "{1}";</script>', urls.article_url("humorbest/1797677")
    page = f"<title>{said}</title>{head}<div class='viewContent'>{said}<script>{said}</script></div>"
    for more, key in ((script.format(*KEY.split("/")), KEY), ("", "humorbest/1797677")):
        article: Article = only(read("todayhumor.post", url, f"{page}{more}".encode()), Article)
        assert article.key == key
    other = read("todayhumor.post", urls.article_url(KEY), (page + script.format("sisa", "999")).encode())
    assert (other.outcome, other.alarm) == ("layout", "foreign"), "only on a best board a post has another number"


def test_rows_of_a_list() -> None:
    row = (
        "<tr class='view list_tr_sisa'><td class='subject'><a href='/board/view.php?table={0}&s_no=7&no=7&page=1'"
        " target='_top'>제목</a><span class='list_memo_count_span'> [7] </span></td><td class='name'><a>누구</a></td>"
        "<td class='date'>26/08/30 20:39</td><td class='hits'>1,042</td><td class='oknok'>12 / 3</td></tr>"
    )
    page = (
        f"<table class='table_list'>{row.format('bestofbest')}{row.format('sisa')}</table><div class='paging'></div>".encode()
    )
    parsed = read("todayhumor.list", f"{urls.SITE}/board/list.php?table=bestofbest", page, rank="31")
    first, second = of(parsed, ListEntry)
    assert (first.kind, first.query, first.rank, first.article.key) == ("ranking", "bestofbest", 31, "bestofbest/7")
    assert (second.rank, second.article.key, second.article.title) == (32, "sisa/7", "제목")
    plain = of(read("todayhumor.list", f"{urls.SITE}/board/list.php?table=sisa", page), ListEntry)[1].article.published
    assert plain is not None
    assert plain.start == ms("2026-08-30 20:39:00")
    rose = second.article.published
    assert rose is not None
    assert (rose.start < ms("2000-01-01 00:00:00"), rose.end) == (True, plain.end), "on a best board a date is a bound"
    numbers = {name: counts_of_others(parsed, name)["sisa/7"] for name in ("comments", "views", "likes", "dislikes")}
    assert numbers == {"comments": 7, "views": 1042, "likes": 12, "dislikes": 3}
    assert of(read("todayhumor.list", f"{urls.SITE}/board/list.php?table=sisa", page), ListEntry)[0].kind == "section"
    found = read("todayhumor.list", urls.search_url("제목", 1), page, query="제목 둘")
    assert [(each.kind, each.query) for each in of(found, ListEntry)] == [("search", "제목 둘")] * 2
    assert layout("todayhumor.list", f"{urls.SITE}/board/list.php?table=sisa", b"<html><body>x")
    assert read("todayhumor.list", urls.search_url("x", 1), b"<table class='table_list'></table>").outcome == "empty"


@given(
    kind=st.sampled_from(["todayhumor.list", "todayhumor.post", "todayhumor.comments"]),
    cut=st.integers(0, 900),
    put=st.binary(max_size=20) | st.sampled_from([b"null", b"{}", b"9" * 30, b"\\ud83d", b"<div>", b"</tr>", b"true"]),
    gone=st.integers(0, 60),
)
def test_no_bytes_break_a_parser(kind: str, cut: int, put: bytes, gone: int) -> None:
    for good in (
        json.dumps(memos({}, {"is_system": True, "memo": "MOVE_HUMORBEST/1"})).encode(),
        b"<table class='table_list'>",
    ):
        spoilt = good[:cut] + put + good[cut + gone :]
        assert read(kind, COMMENTS, spoilt).outcome in {"ok", "empty", "layout", "refused"}
