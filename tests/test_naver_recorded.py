"""Naver's parsers against answers of the real servers: each field beside a reader of the raw bytes that shares no code."""

from __future__ import annotations

import gzip
import html
import json
import re
from datetime import datetime
from functools import cache
from itertools import islice, pairwise
from typing import Any

import pytest

from archive.capture import Parsed
from archive.records import Article, ListEntry, Listing
from crawler import when
from tests.naver import RECORDED, counts, counts_of_others, cues, of, only, read

pytestmark = pytest.mark.skipif(not RECORDED.exists(), reason="the recorded answers (../shared/recorded) are not here")


@cache
def exchange(name: str) -> tuple[str, bytes, str]:
    """URL, body and declared charset of one recording."""
    for line in (RECORDED / "exchanges.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["id"] == f"naver/{name}":
            charset = re.search(r"charset=([\w-]+)", row["headers"].get("Content-Type", ""))
            return row["url"], (RECORDED / row["body"]).read_bytes(), charset[1] if charset else ""
    raise AssertionError(f"no recording {name}")


def parsed(page: str, name: str, article: str | None = None, **replaced: str) -> Parsed:
    url, body, charset = exchange(name)
    for old, new in replaced.items():
        url = re.sub(rf"\b{old}=[^&]*", f"{old}={new}", url)
    return read(page, url, body, article=article, charset=charset or None)


def raw(name: str) -> Any:
    """The JSON in a recording, cut out by its outermost braces."""
    text = exchange(name)[1].decode("utf-8")
    return json.loads(text[text.index("{") : text.rindex("}") + 1])


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * 1000


CBOX = [("cbox-2021-numeric", "055/0000887008"), ("cbox-news015-0002303155", "015/0002303155")]
CBOX += [("cbox-news214-0001179316", "214/0001179316")]


@pytest.mark.parametrize(("name", "key"), CBOX)
def test_every_comment_field_by_field(name: str, key: str) -> None:
    result = raw(name)["result"]
    listing: Listing = only(parsed("naver.comments", name, key, sort="NEW"), Listing)
    assert len(listing.comments) == len(result["commentList"]) > 0
    for comment, row in zip(listing.comments, result["commentList"], strict=True):
        assert comment.key == str(row["commentNo"])
        assert comment.text == row["contents"]
        assert comment.likes == row["sympathyCount"]
        assert comment.dislikes == row["antipathyCount"]
        assert comment.replies == row["replyCount"]
        assert comment.parent == (None if row["parentCommentNo"] == row["commentNo"] else str(row["parentCommentNo"]))
        assert comment.account is not None
        assert (comment.account.key, comment.account.name) == (row["userIdNo"], row["userName"])
        assert row["idNo"] == row["userIdNo"]  # why either may be the key
        assert row["profileUserId"] is None  # and this may not
        assert (comment.account.state, comment.account.provider) == (str(row["userStatus"]), row["idProvider"])
        assert comment.created is not None
        assert (comment.created.start, comment.created.precision) == (ms(row["regTime"]), "second")
        assert (comment.edited is None) == (row["modTime"] == row["regTime"])
        assert comment.state == "visible"
        assert (row["status"], row["deleted"], row["blind"], row["hiddenByCleanbot"]) == (0, False, False, False)
    assert (listing.sort, listing.rank) == (result["sort"], result["pageModel"]["startRow"])
    assert listing.order == ("desc" if name == "cbox-news214-0001179316" else "votes")  # only its ids are of 2022


@pytest.mark.parametrize(("name", "key"), CBOX)
def test_every_count_and_cue_of_a_comment_page(name: str, key: str) -> None:
    answer = raw(name)
    result, count, page = answer["result"], answer["result"]["count"], answer["result"]["pageModel"]
    found = parsed("naver.comments", name, key)
    assert counts(found) == {
        "comments": count["total"],
        "comments.top": count["comment"],
        "replies": count["reply"],
        "comments.exposed": count["exposeCount"],
        "comments.deleted_by_user": count["delCommentByUser"],
        "comments.deleted_by_operator": count["delCommentByMon"],
        "comments.blinded_by_user": count["blindCommentByUser"],
        "replies.blinded_by_user": count["blindReplyByUser"],
    }
    assert count["total"] == count["comment"] + count["reply"]
    said = cues(found)
    assert (said["sort"], said["list_status"], said["server_time"]) == (result["sort"], result["listStatus"], answer["date"])
    numbers = {"page": page["page"], "pages": page["totalPages"], "rows": page["totalRows"], "next_page": page["nextPage"]}
    assert {name: said[name] for name in numbers} == {name: str(value) for name, value in numbers.items()}
    more = result.get("morePage") or {}
    assert {n: said.get(n) for n in ("prev", "next", "start", "end")} == {
        n: more.get(n) for n in ("prev", "next", "start", "end")
    }
    config = result.get("config")
    assert said.get("sorts") == (" ".join(config["sortTypes"]) if config else None)
    assert ("suspect_time" in said, "unsorted" in said, "closed" in said) == (False, False, False)
    # Asked for FAVORITE, both presses answered with NEW, and their config says why; the third was asked for no sort.
    assert said.get("sort_refused") == ("asked FAVORITE got NEW; the press allows NEW" if config else None)


def test_ids_since_2022_carry_their_second() -> None:
    for row in raw("cbox-news214-0001179316")["result"]["commentList"]:
        assert (int(row["commentNo"]) >> 30) + ms("2000-01-01T00:00:00+00:00") // 1000 == ms(row["regTime"]) // 1000


def test_ids_before_2022_are_not_quite_in_the_order_of_time() -> None:
    """Why a page of them proves no absence: one pair of 21,936 stands the other way round."""
    threads: dict[str, list[tuple[int, int]]] = {}
    with gzip.open(RECORDED / "corpora" / "naver-comments-2018.tsv.gz", "rt", encoding="utf-8", newline="\n") as lines:
        for line in islice(lines, 1, None):
            article, key, _, _, time = line.split("\t")[:5]
            threads.setdefault(article, []).append((int(key), ms(time)))
    steps = [(a[1], b[1]) for thread in threads.values() for a, b in pairwise(sorted(thread))]
    assert (len(steps), sum(b < a for a, b in steps)) == (21936, 1)


def test_one_threads_comments_are_another_ones_no_rows() -> None:
    url, body, _ = exchange("cbox-news015-0002303155")
    foreign = read("naver.comments", url.replace("0002303155", "0002303156"), body)
    assert (foreign.outcome, foreign.records) == ("layout", ())
    assert "foreign thread" in (foreign.note or "")


def markup(page: str, pattern: str) -> str:
    """The text of what a pattern finds in the raw page: tags off, entities on."""
    match = re.search(pattern, page, re.DOTALL)
    assert match, pattern
    return " ".join(html.unescape(re.sub(r"<script.*?</script>|<!--.*?-->|<[^>]*>", " ", match[1], flags=re.DOTALL)).split())


def flat(text: str | None) -> str:
    return " ".join((text or "").split())


def test_article_of_2024() -> None:
    page = exchange("article-082-0001252309")[1].decode("utf-8")
    found = parsed("naver.article", "article-082-0001252309", "082/0001252309")
    article: Article = only(found, Article)
    assert article.key == "082/0001252309"
    assert article.title == markup(page, r'<h2 id="title_area"[^>]*>(.*?)</h2>')
    assert flat(article.text).replace(" ", "") == markup(page, r'<article id="dic_area"[^>]*>(.*?)</article>').replace(" ", "")
    assert "\n\n전기안전공사에 따르면" in (article.text or "")
    assert article.press == markup(page, r'media_end_head_top_logo.*?title="([^"]*)"')
    assert article.author == markup(page, r'<em class="media_end_head_journalist_name">(.*?)</em>')
    assert article.section == markup(page, r'<em class="media_end_categorize_item">(.*?)</em>')
    said = markup(page, r'_ARTICLE_DATE_TIME" data-date-time="([^"]*)"')
    assert article.published is not None
    assert (article.published.start, article.published.raw, article.published.precision) == (
        ms(said + "+09:00"),
        said,
        "second",
    )
    assert "data-modify-date-time" not in page
    assert (article.modified, article.pane, article.state) == (None, "cbox", "visible")
    option = json.loads(re.findall(r"window\.__htCboxOption = (\{.*\});\n", page)[0])
    named = cues(found)
    assert article.original == markup(page, r'<a href="([^"]*)"[^>]*media_end_head_origin_link')
    assert (named["cbox.ticket"], named["cbox.object"]) == (option["sTicket"], option["sObjectId"])
    assert (named["cbox.template"], named["cbox.sort"]) == (option["sTemplateId"], option["sSort"])
    assert (named["cbox.sorts"], named["cbox.like"]) == (" ".join(option["aSortTypes"]), option["sLikeItId"])
    assert (named["cbox.page_size"], named["cbox.reply_page_size"]) == (str(option["nPageSize"]), str(option["nReplyPageSize"]))


@pytest.mark.parametrize("charset", ["utf-8", "cp949"])
def test_article_of_2022(charset: str) -> None:
    """As its recorder stored it (UTF-8), and as the server sent it."""
    url, body, declared = exchange("read-001-0009205077")
    page = body.decode("utf-8")
    sent = page.encode(charset)
    declared = declared if charset == "utf-8" else "EUC-KR"
    found = read("naver.article_old", url, sent, article="001/0009205077", charset=declared)
    article: Article = only(found, Article)
    assert article.title == markup(page, r'<h3 id="articleTitle">(.*?)</h3>')
    body_text = markup(page, r'<div id="articleBodyContents"[^>]*>(.*?)</div>')
    assert flat(article.text).replace(" ", "") == body_text.replace(" ", "")
    assert "flash" not in (article.text or "")
    assert article.press == markup(page, r"press_logo\".*?alt='([^']*)'")
    assert article.author == markup(page, r'<div class="journalistcard_summary_name">(.*?)</div>')
    assert article.section == markup(page, r'<em class="guide_categorization_item">(.*?)</em>')
    assert article.published is not None
    assert article.published.raw == markup(page, r'기사입력 <span class="t11">(.*?)</span>') == "2017.04.20. 오후 3:53"
    assert (article.published.start, article.published.precision) == (ms("2017-04-20T15:53:00+09:00"), "minute")
    assert (article.modified, article.pane) == (None, "cbox")
    named = cues(found)
    assert article.original == markup(page, r'<a href="([^"]*)"[^>]*btn_artialoriginal')
    assert (named["cbox.object"], named["cbox.template"]) == ("news001,0009205077", "view_society")


def test_section_list_of_2017() -> None:
    page = exchange("list-20170101")[1].decode("utf-8")
    listed = page[page.index('class="type06_headline"') : page.index('class="paging"')]
    found = parsed("naver.section_old", "list-20170101")
    entries: list[ListEntry] = of(found, ListEntry)
    rows = re.findall(r"<dl>(.*?)</dl>", listed, re.DOTALL)
    assert len(entries) == len(rows) == 20
    for rank, (entry, row) in enumerate(zip(entries, rows, strict=True), 1):
        oid, aid = re.findall(r"oid=(\d+)&aid=(\d+)", row)[-1]
        assert (entry.kind, entry.rank, entry.query) == ("section", rank, "section 100/267 20170101")
        assert entry.article.key == f"{oid}/{aid}"
        assert entry.article.title == markup(row, r"<dt>\s*<a[^>]*>(.*?)</a>")
        assert entry.article.press == markup(row, r'<span class="writing">(.*?)</span>')
        assert entry.article.published is not None
        assert entry.article.published.raw == markup(row, r'<span class="date">(.*?)</span>')
    pages = re.findall(r"page=(\d+)", page[page.index('class="paging"') : page.index('class="pagenavi_day"')])
    assert cues(found) == {"items": "20", "page": "1", "next": pages[0]}


def test_bulk_counts_of_2023() -> None:
    result = raw("listCount")["result"]
    found = parsed("naver.counts", "listCount", "023/0003780612")
    own = result["news023,0003780612"]
    assert counts(found) == {"comments": own["count"], "comments.top": own["comment"], "replies": own["reply"]}
    others = {name[4:].replace(",", "/"): each["count"] for name, each in result.items() if name != "news023,0003780612"}
    assert counts_of_others(found, "comments") == others


def test_reactions_of_2023() -> None:
    article, journalist = raw("reactions-entertain")["contents"]
    found = parsed("naver.reactions", "reactions-entertain", "001/0014105953")
    assert counts(found) == {f"emotion.{each['reactionType']}": each["count"] for each in article["reactions"]}
    cheer = journalist["reactions"][0]["count"]
    assert cues(found) == {f"journalist.cheer:{journalist['contentsId']}": str(cheer), "vocabulary": "entertainment"}


def test_official_search_of_2021() -> None:
    answer = raw("openapi-news")
    found = parsed("naver.api", "openapi-news")
    places = [(n, item) for n, item in enumerate(answer["items"], 1) if "news.naver.com" in item["link"]]
    entries: list[ListEntry] = of(found, ListEntry)
    assert len(entries) == len(places) == 2
    for entry, (rank, item) in zip(entries, places, strict=True):
        oid, aid = re.findall(r"oid=(\d+)&aid=(\d+)", item["link"])[0]
        assert (entry.rank, entry.query, entry.article.key) == (rank, "아이유", f"{oid}/{aid}")
        assert entry.article.title == item["title"]
        assert entry.article.published is not None
        assert entry.article.published.raw == item["pubDate"]
    oldest = when.read(answer["items"][-1]["pubDate"], 0)
    assert oldest
    reached = str(oldest.end)
    said = {"items": "2", "foreign": "1", "total": str(answer["total"]), "next": "11", "reached": reached}
    assert cues(found) == said | {"digest": cues(found)["digest"]}
