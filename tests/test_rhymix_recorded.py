"""XE and Rhymix boards as servers gave them: every field beside what a reader of the raw bytes finds, which shares no code."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest

from archive.records import Article, Comment, Count, ListEntry, Listing
from tests.naver import RECORDED, counts, cues, of, only
from tests.xe import SEEN, read, recorded, recording

pytestmark = pytest.mark.skipif(not RECORDED.exists(), reason="the recorded answers (../shared/recorded) are not here")
SKETCHBOOK = ("sketchbook5_post_cpage1", "sketchbook5_post_lastcpage")


def text_of(name: str) -> str:
    """The bytes as text."""
    return recording(name)[2].decode()


def plain(markup: str) -> str:
    """The words in a piece of HTML."""
    lines = html.unescape(re.sub("<[^>]*>", "", re.sub("<br ?/?>|</p><p>|</p>", "\n", markup))).split("\n")
    return "\n".join(line.strip() for line in lines if line.strip())


def blocks(name: str) -> list[tuple[str, str, str]]:
    """Id, other attributes and mark-up of each comment."""
    found = re.findall(r'<li (?:class="([^"]*)" )?id="comment_(\d+)"([^>]*)>(.*?)</li>', text_of(name), re.DOTALL)
    return [(key, before + rest, body) for before, key, rest, body in found]


def comments(name: str, kind: str = "rhymix.post") -> tuple[Comment, ...]:
    """What was parsed."""
    found: Listing = only(recorded(kind, name), Listing)
    return found.comments


@pytest.mark.parametrize("name", [*SKETCHBOOK, "xedition_post_lastcpage"])
def test_every_comment_of_a_page(name: str) -> None:
    raw, parsed = blocks(f"rhymix/{name}"), comments(f"rhymix/{name}")
    assert [comment.key for comment in parsed] == [key for key, _, _ in raw]
    assert len(raw) == (50 if name.endswith("cpage1") else 30)
    for comment, (key, _, body) in zip(parsed, raw, strict=True):
        words = re.search(rf'<div class="comment_{key}_0 [^"]*">(.*?)</div><!--After', body, re.DOTALL)
        assert words is not None
        assert "".join((comment.text or "").split()) == "".join(plain(words[1]).split())
        nick = re.search(r"<(?:b|strong)>([^<]*)</(?:b|strong)>", body)
        assert nick is not None
        assert comment.account is not None
        assert (comment.account.key, comment.account.provider) == (nick[1], "nickname")
        up = re.search(r'title="추천"><em>.*?(\d+)</em>|</i>추천(\d+)', body, re.DOTALL)
        down = re.search(r'title="비추천">.*?(\d+)</a>|</i>비추천-?(\d+)', body, re.DOTALL)
        assert up is not None
        assert down is not None
        assert (comment.likes, comment.dislikes) == (int(up[1] or up[2]), int(down[1] or down[2]))
        assert comment.state == "visible"


@pytest.mark.parametrize("name", SKETCHBOOK)
def test_ages_are_intervals(name: str) -> None:
    for comment, (_, _, body) in zip(comments(f"rhymix/{name}"), blocks(f"rhymix/{name}"), strict=True):
        age = re.search(r'class="date">(\d+)(분|시간) 전<', body)
        assert age is not None
        unit = 60_000 if age[2] == "분" else 3_600_000
        assert comment.created is not None
        newest = SEEN - int(age[1]) * unit
        assert (comment.created.start, comment.created.end) == (newest - unit + 1, newest)


def test_the_page_agrees_with_the_json_of_the_same_server() -> None:
    told = {row["comment_srl"]: row for row in json.loads(text_of("rhymix/json_dispBoardContentCommentList"))["comment_list"]}
    page = comments("rhymix/sketchbook5_post_cpage1")
    as_json: Listing = only(recorded("rhymix.comments", "rhymix/json_dispBoardContentCommentList",
                                     article="rhymix.example/3111"), Listing)  # fmt: skip
    assert len(page) == len(told) == len(as_json.comments) == 50
    for shown, given in zip(page, as_json.comments, strict=True):
        row = told[int(shown.key)]
        parent = str(row["parent_srl"]) if row["parent_srl"] else None
        assert (shown.key, shown.parent, shown.likes, shown.dislikes) == (
            str(row["comment_srl"]), parent, row["voted_count"], -row["blamed_count"])  # fmt: skip
        assert (given.key, given.parent, given.likes, given.dislikes, given.text) == (
            shown.key, shown.parent, shown.likes, shown.dislikes, shown.text)  # fmt: skip
        assert given.account == shown.account
        assert given.created is not None
        assert shown.created is not None
        assert given.created.raw == row["regdate"]
        assert given.created.precision == "second"
        # The two were asked for within minutes of each other.
        assert shown.created.start - 600_000 <= given.created.start <= shown.created.end + 600_000


@pytest.mark.parametrize(
    ("name", "key", "title", "declared"),
    [
        ("sketchbook5_post_lastcpage", "3111", "최저임금 인상 정리해봄 #45", (96301, 886, 27, 130)),
        ("sketchbook5_post_cpage1", "3111", "최저임금 인상 정리해봄 #45", (96302, 886, 27, 130)),
        ("xedition_post_lastcpage", "6453", "부동산 대책 기사 링크 있음 #45", (98559, 249, 67, 130)),
    ],
)
def test_a_post(name: str, key: str, title: str, declared: tuple[int, ...]) -> None:
    parsed = recorded("rhymix.post", f"rhymix/{name}")
    article: Article = only(parsed, Article)
    assert (article.key, article.title, article.state) == (f"rhymix.example/{key}", title, "visible")
    assert article.url.startswith("http://rhymix.example/")
    assert article.url.endswith(f"/{key}")
    assert article.section == article.url.split("/")[3]
    body = re.search(rf"<!--BeforeDocument\({key},0\)--><div[^>]*>(.*?)</div><!--After", text_of(f"rhymix/{name}"), re.DOTALL)
    assert body is not None
    assert article.text == plain(body[1])
    assert article.published is not None
    assert (article.published.raw, article.published.precision) == ("2026.11.22 12:00", "minute")
    assert tuple(counts(parsed)[metric] for metric in ("views", "likes", "dislikes", "comments")) == declared
    pages = re.findall(r"[?&]cpage=(\d+)", text_of(f"rhymix/{name}"))
    assert cues(parsed)["pages"] == max(pages, key=int) == "3"
    assert cues(parsed)["page"] == ("1" if name.endswith("cpage1") else "3")


@pytest.mark.parametrize("name", [*SKETCHBOOK, "xedition_post_lastcpage"])
def test_texts_under_another_name_are_no_deleted_comments(name: str) -> None:
    url, status, body = recording(f"rhymix/{name}")
    renamed = re.sub(rb'(class="[^"]*)\bcomment_(\d+_-?\d+)', rb"\1cmt_\2", body)
    assert renamed != body
    assert read("rhymix.post", url, renamed, status=status).outcome == "layout"


def test_pages_go_on_where_the_one_before_ended() -> None:
    parsed = recorded("rhymix.post", "rhymix/sketchbook5_post_lastcpage")
    assert only(parsed, Listing).rank == 101  # of 130, of which it shows 30
    url, _, body = recording("rhymix/sketchbook5_post_cpage1")
    again = read("rhymix.post", url, body, rank="51", above="0:5 1:6")
    assert only(again, Listing).rank == 51
    orphan = body.replace(
        b'id="comment_3113" class="fdb_itm clear"', b'id="comment_3113" class="fdb_itm re" style="margin-left:4%"'
    )
    first = only(read("rhymix.post", url, orphan, above="0:5 1:6 2:7"), Listing).comments[0]
    assert first.parent == "6"
    assert only(read("rhymix.post", url, orphan), Listing).comments[0].parent is None


LISTS = [
    ("sketchbook5_list", "rhymix.list", "humor", 20),
    ("sketchbook5_list_p2", "rhymix.list", "humor", 20),
    ("sketchbook5_search_title", "rhymix.search", "humor", 6),
    ("sketchbook5_search_comment", "rhymix.search", "humor", 20),
    ("xedition_list", "rhymix.list", "board", 20),
    ("xedition_list_p2", "rhymix.list", "board", 20),
    ("xedition_search_title_content", "rhymix.search", "board", 5),
]
_ROW = re.compile(
    r'<td class="title.*?<a href="/\w+/(?P<key>\d+)[^>]*>(?P<title>.*?)</a>(?P<rest>.*?)'
    r'<td class="time"[^>]*>(?P<date>[^<]*)</td>\s*<td class="(?:m_no|readNum)"[^>]*>(?P<views>[\d,]+)</td>',
    re.DOTALL,
)


@pytest.mark.parametrize(("name", "page", "mid", "number"), LISTS)
def test_every_row_of_a_list(name: str, page: str, mid: str, number: int) -> None:
    parsed = recorded(page, f"rhymix/{name}")
    entries: list[ListEntry] = of(parsed, ListEntry)
    rows = [match.groupdict() for match in _ROW.finditer(text_of(f"rhymix/{name}"))]
    assert len(entries) == len(rows) == number
    counted = {(c.article.key, c.metric): c.value for c in of(parsed, Count) if c.article is not None}
    for rank, (entry, row) in enumerate(zip(entries, rows, strict=True), 1):
        key = f"rhymix.example/{row['key']}"
        assert (entry.rank, entry.article.key, entry.article.title) == (
            rank,
            key,
            plain(re.sub("<!--.*?-->", "", row["title"])),
        )
        assert entry.article.url == f"http://rhymix.example/{mid}/{row['key']}"
        assert entry.article.published is not None
        assert (entry.article.published.raw, entry.article.published.precision) == (row["date"], "day")
        assert counted[key, "views"] == int(row["views"].replace(",", ""))
        replies = re.search(r'class="replyNum"[^>]*>(?:<img[^>]*>)?\[?(\d+)', row["rest"])
        assert counted.get((key, "comments")) == (int(replies[1]) if replies else None)
    assert ("next" in cues(parsed)) == (("page=3" if name.endswith("p2") else "page=2") in text_of(f"rhymix/{name}"))


def test_the_webzine_has_the_rows_of_the_table() -> None:
    table, zine = (recorded("rhymix.list", f"rhymix/sketchbook5_list{name}") for name in ("", "_webzine"))
    assert of(zine, ListEntry) == of(table, ListEntry)

    def order(count: Count) -> tuple[str, str]:
        return (count.article.key if count.article else "", count.metric)

    assert sorted(of(zine, Count), key=order) == sorted(of(table, Count), key=order)


def test_what_is_not_there_and_what_is_refused() -> None:
    lost: Article = only(recorded("rhymix.post", "rhymix/notfound_404"), Article)
    assert (lost.key, lost.state, lost.notice) == ("rhymix.example/99999999", "gone", "대상을 찾을 수 없습니다.")
    soft = read("rhymix.post", "http://rhymix.example/board/99999999", recording("rhymix/notfound_404")[2])
    assert only(soft, Article) == lost
    refused = recorded("rhymix.comments", "rhymix/json_csrf_refused", article="rhymix.example/3111")
    assert (refused.outcome, refused.records) == ("layout", ())
    assert "ERR_CSRF_CHECK_FAILED" in (refused.note or "")
    other = recorded("rhymix.comments", "rhymix/json_dispBoardContentCommentList", article="rhymix.example/7")
    assert (other.outcome, other.alarm) == ("layout", "foreign")


def test_the_list_of_fmkorea() -> None:
    parsed, text = recorded("fmkorea.list", "fmkorea/list-humor"), text_of("fmkorea/list-humor")
    rows = [
        row for row in re.findall(r"<tr([^>]*)>(.*?)</tr>", text.partition("<tbody>")[2], re.DOTALL) if "notice" not in row[0]
    ]
    entries: list[ListEntry] = of(parsed, ListEntry)
    assert len(entries) == len(rows) == 20
    counted: dict[Any, Any] = {(c.article.key, c.metric): c.value for c in of(parsed, Count) if c.article is not None}
    for rank, (entry, (_, row)) in enumerate(zip(entries, rows, strict=True), 1):
        link = re.search(r'hotdeal_var8">\s*<a href="/(\d+)">(.*?)</a>', row, re.DOTALL)
        assert link is not None
        assert (entry.rank, entry.article.key, entry.article.title) == (rank, link[1], plain(link[2]))
        assert entry.article.url == f"https://www.fmkorea.com/humor/{link[1]}"
        cells = {
            kind: re.search(rf'<td class="{kind}">\s*(.*?)\s*</td>', row, re.DOTALL)
            for kind in ("time", "m_no", "m_no m_no_voted")
        }
        time, views, votes = (match[1] if match else "" for match in cells.values())
        assert entry.article.published is not None
        assert entry.article.published.raw.strip() == time
        assert counted[link[1], "views"] == int(views)
        assert counted.get((link[1], "likes")) == (int(votes) if votes.isdigit() else None)
        replies = re.search(r'class="replyNum"[^>]*>(\d+)<', row)
        assert counted.get((link[1], "comments")) == (int(replies[1]) if replies else None)
    assert cues(parsed)["next"] == "announced"


def test_a_post_of_fmkorea_and_its_last_page_of_comments() -> None:
    _, status, body = recording("fmkorea/post-paginated")
    parsed = read("fmkorea.post", "https://www.fmkorea.com/best/10342734564", body, status=status)
    article: Article = only(parsed, Article)
    assert (article.key, article.url) == ("10342734564", "https://www.fmkorea.com/best/10342734564")
    assert article.title == "강레오 수육찜 레시피 미쳤다 ㄷㄷㄷ"
    assert article.account is not None
    assert article.account.key == "1974333356"
    assert article.published is not None
    assert article.published.raw == "2026.09.16 23:17"
    assert "중첩 div 가 있어도 앞에서 잘리면 안 된다." in (article.text or "")
    assert counts(parsed) == {"comments": 53}
    assert {name: cues(parsed)[name] for name in ("page", "pages")} == {"page": "2", "pages": "2"}
    listing: Listing = only(parsed, Listing)
    ids = re.findall(r'<li id="comment_(\d+)(_?)"', body.decode())
    # The chosen one stands there twice: once above the list, with a mark in its id.
    assert [comment.key for comment in listing.comments] == [key for key, mark in ids if not mark]
    assert [mark for _, mark in ids] == ["_", "", "", ""]
    assert [comment.parent for comment in listing.comments] == [None, "10342883096", None]
    assert {comment.account.key for comment in listing.comments if comment.account} == {"2609277112"}
    assert [comment.created.raw for comment in listing.comments if comment.created] == ["9 분 전", "3 분 전", "1 분 전"]
    assert listing.comments[1].text == "<주의> 물 양 & 시간 꼭 지켜야 함\n안 그러면 퍽퍽해짐"
    assert listing.rank == 51
