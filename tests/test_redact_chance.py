"""An id that may be a word of every page takes nothing from others; one that can hardly be chance is found in any bytes."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from urllib.parse import quote

import pytest

from archive.capture import Capture, Parsed
from archive.needles import Needles, near, telling
from archive.records import STUB, Article, Comment, Listing
from archive.redacted_group import Redaction, Rewritten, rewrite
from archive.target import Target
from archive.warc_reader import Group, Record, files, read_groups
from crawler import pages
from tests import people
from tests.conftest import Sagwan
from tests.maker import ARTICLE, Maker, row
from tests.test_rebuild import same
from tests.warcs import check, events, exchanges

OTHERS = "20260921090000777"
NICK = "홍길동님이여"
REDACTION = Redaction("6f1c1f0e-0000-4000-8000-000000000000", 1_795_323_600_000)
PAGE = """<meta name="viewport" content="x"><style>b { color: #333333; z-index: 99999999; font-size: 118.235px }</style>
<p data-at="20260921" class="content text-box">words of somebody else, base64, f0f0f0"""
WORDS = [
    "content",
    "viewport",
    "application",
    "metadata",
    "comments",
    "warcinfo",
    "dcinside",
    "99999999",
    "20260921",
    "118.235",
]
WORDS += ["20260921091011", "text-box", "base64", "f0f0f0", "response", "daum.comments", "더불어민주당"]


def one_page(root: Path, body: str = PAGE, **facts: object) -> list[Group]:
    """A file's groups: its warcinfo, the run's begin, one page of an article, an alarm."""
    maker = Maker(root)
    exchange = maker.exchange("https://comment.daum.net/apis/v1/comments?limit=9", "daum.comments", body.encode())
    for name, value in {"article": OTHERS, **facts}.items():
        setattr(exchange.facts, name, value)
    maker.keep(exchange)
    maker.event("run_ended", run=maker.run, verdict="ok", counters={"metadata": 1, "comments": "application content"})
    maker.writer.close()
    maker.db.close()
    (path,) = files(root)
    return list(read_groups(path))


def of(*accounts: str, keys: tuple[str, ...] = ("529348107",)) -> Target:
    """Who is to go."""
    return Target("daum", "account", "m", {ARTICLE: dict.fromkeys(keys, f"{STUB}ab")}, frozenset(accounts))


def rewritten(groups: list[Group], target: Target) -> list[Rewritten | None]:
    """What becomes of each group."""
    return [rewrite(group, target, target.needles(), pages.parse, REDACTION) for group in groups]


@pytest.mark.parametrize("word", WORDS)
def test_an_id_that_is_a_word_of_pages_takes_nothing_from_others(tmp_path: Path, word: str) -> None:
    groups = one_page(tmp_path, PAGE + "<p>나는 더불어민주당 당원</p>")
    assert rewritten(groups, of(word)) == [None] * len(groups)


@pytest.mark.parametrize("key", ["333333", "99999999", "20260921", "1", "viewport"])
def test_a_comment_s_number_that_is_a_colour_takes_nothing_from_others(tmp_path: Path, key: str) -> None:
    groups = one_page(tmp_path)
    assert rewritten(groups, of(keys=(key,))) == [None] * len(groups)


def block_of(member: bytes | Record) -> bytes:
    """What a record says."""
    raw = member.raw if isinstance(member, Record) else zlib.decompress(member, 31)
    return raw.partition(b"\r\n\r\n")[2][:-4]


def test_our_own_words_stay_where_the_person_goes(tmp_path: Path) -> None:
    """Also where they are the id, to the letter."""
    id_ = "busan2026"
    groups = one_page(tmp_path, f"<b data-uid='{id_}'>x", topic=id_, error=f"of {id_}", article=f"{id_}/22")
    info, begun, page, ended = rewritten(groups, of(id_))
    assert (info, begun, ended) == (None, None, None)
    assert page is not None
    assert page.unread
    said = json.loads(block_of(page.members[-1]))
    assert (said["topic"], said["error"], said["article"]) == (id_, "of redacted", f"{id_}/22")
    assert said == groups[2].values | {"error": "of redacted"}
    assert b"busan2026'" not in b"".join(map(block_of, page.members))


def test_the_heads_of_warc_records_are_not_looked_at(tmp_path: Path) -> None:
    groups = one_page(tmp_path)
    uuid = groups[2].records[0].headers["warc-record-id"].rpartition("-")[2].rstrip(">")
    date = groups[2].records[0].headers["warc-date"]
    assert telling(uuid) or uuid.isdigit()
    assert rewritten(groups, of(uuid, date)) == [None] * len(groups)


SPELLED = [
    f"<b>{NICK}</b>".encode(),
    f"<b>\n  {NICK}\n</b>".encode(),
    f"<td>{NICK}님의 글</td>".encode(),
    f"<td>{NICK} (118.235)</td>".encode("cp949"),
    f"<b title='{NICK}'>".encode("cp949"),
    json.dumps({"nick": NICK}).encode(),
    json.dumps({"NICK": NICK}).upper().replace("\\U", r"\u").encode(),
    json.dumps({"html": f'<b class="x">\n{NICK}</b>'}).encode(),
    json.dumps({"html": f"<b>{NICK}</b>"}).replace("<", r"\u003c").replace(">", r"\u003e").encode(),
    json.dumps({"nick": NICK}, ensure_ascii=False).encode(),
    f"/search?nick={quote(NICK)}&x".encode(),
    f"/search?nick={quote(NICK.encode('cp949')).lower()}".encode(),
    NICK.encode("ascii", "xmlcharrefreplace").join((b"<b>", b"</b>")),
    "".join(f"&#x{ord(c):X};" for c in NICK).join(("<b>", "</b>")).encode(),
]


@pytest.mark.parametrize("data", SPELLED)
def test_a_nickname_is_found_however_it_is_written(data: bytes) -> None:
    needles = Needles({NICK: "X"})
    assert needles.found(data)
    after = needles.scrub(data.decode("latin-1"))
    assert "X" in after
    assert not needles.found(after.encode("latin-1"))
    many = Needles({NICK: "X"} | {f"{n}": "N" for n in range(512_340_000, 512_340_100)})
    assert many.found(data)


@pytest.mark.parametrize(
    "text",
    [f"<p>{NICK} 말이 맞다</p>", f"<b>아{NICK}</b>", f"<b>{NICK}들</b>", f"<b>{NICK[:-1]}</b>", "?q=" + quote(f"아{NICK}")],
)
def test_other_people_s_words_are_no_nickname(text: str) -> None:
    needles = Needles({NICK: "X"})
    spelled = [text.encode(), text.encode("cp949"), json.dumps(text).encode()]
    assert [needles.found(one) for one in spelled] == [False] * 3
    assert needles.scrub(text) == text


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("no%3D529348107%26x", "no%3DX%26x"),
        (r"\u003cb id=\u0022529348107\u0022", r"\u003cb id=\u0022X\u0022"),
        (r"\n529348107\n", r"\nX\n"),
        ("id=ab-c.d4e%2F5%3D%3D&", "id=Y&"),
        (r"id='ab-c.d4e\/5=='", "id='Y'"),
        ("xab-c.d4e/5==", "xab-c.d4e/5=="),
    ],
)
def test_ids_are_found_behind_escaped_letters(text: str, after: str) -> None:
    needles = Needles({"529348107": "X", "ab-c.d4e/5==": "Y"})
    assert needles.scrub(text) == after
    assert needles.found(text.encode()) == (text != after)


@pytest.mark.parametrize(
    "name",
    ["529348107", "77001234", "kimchi77", "77xYz1", "a-b-c-d-1-2", "100012345678", "vTbTzXuFbB-FnO_cnqUzUg", NICK, "20269921"],
)
def test_what_can_hardly_be_chance(name: str) -> None:
    assert telling(name)


@pytest.mark.parametrize("name", [*WORDS[:-1], "333333", "1234567", "kimchi7", "honggildong", "홍길동", "", "content1"])
def test_what_can_be_chance(name: str) -> None:
    assert not telling(name)
    assert near(name) is (name in ("1234567", "kimchi7", "content1", "base64"))


def test_a_person_with_such_ids_goes_from_all_that_parsers_read(sagwan: Sagwan) -> None:
    """A comment's number like a colour, and a short one: from pages, the address of its replies, odd pages of its article."""
    people.ready(sagwan)
    maker = Maker(sagwan.archive)
    maker.walk([row(333333, 3, text="사라질 말"), row(1234567, 3, text="사라질 둘"), row(529_348_107, 4)])
    maker.replies(333333, [row(529_348_108, parentId=333333)], context={"parent": "333333", "limit": "100"})
    odd = '<i style="color:#333333" data-id="1234567">사라질 둘</i>'
    maker.keep(maker.exchange("https://comment.daum.net/apis/v1/x", "daum.new", odd.encode()))
    maker.keep(maker.exchange("https://comment.daum.net/apis/v1/y", "daum.new", odd.encode(), article=OTHERS))
    maker.close()
    out = people.redact(sagwan, f"daum:{ARTICLE}#333333")
    assert "1 comments on 2 captures in 1 files\n" in out
    out = people.redact(sagwan, f"daum:{ARTICLE}#1234567")
    assert "1 comments on 2 captures in 1 files; 1 of the captures only by an id in bytes that no parser reads" in out
    assert [len(one.body) > 0 for one in exchanges(sagwan.archive)] == [False, False, False, True]
    assert [one.facts.url for one in exchanges(sagwan.archive) if "333333" in one.facts.url] == []
    assert [one.facts.context.get("limit") for one in exchanges(sagwan.archive)] == [None, "100", None, None]
    assert "333333" not in str([one.facts for one in exchanges(sagwan.archive)])
    assert people.traces(sagwan.archive, "사라질 말") == []
    assert len(events(sagwan.archive, "redaction")) == 2
    same(sagwan.archive)
    check(sagwan.archive)


def test_a_list_of_replies_that_was_posted_for_is_asked_for_by_nobody(tmp_path: Path) -> None:
    maker = Maker(tmp_path)
    exchange = maker.exchange("https://comment.daum.net/x", "daum.children", b"[]", context={"parent": "17", "limit": "100"})
    exchange.request += b"no=17&limit=100"
    maker.keep(exchange)
    maker.writer.close()
    maker.db.close()
    target = of(keys=("17",))
    page = list(read_groups(files(tmp_path)[0]))[2]
    made = rewrite(
        page, target, target.needles(), lambda _: Parsed("ok", (Listing("NEW", "asc", 1, (), "17"),), "x/1"), REDACTION
    )
    assert made is not None
    assert block_of(made.members[0]) == b"GET https://comment.daum.net/x HTTP/1.1\r\nHost: comment.daum.net\r\n\r\n"
    assert json.loads(block_of(made.members[-1]))["context"] == {"parent": f"{STUB}ab", "limit": "100"}


def test_a_page_that_was_asked_for_without_its_article_is_read_for_such_ids(tmp_path: Path) -> None:
    def parse(capture: Capture) -> Parsed:
        comments = (Comment("333333", "말"), Comment("529348999", "남의 말"))
        return Parsed("ok", (Article(ARTICLE, "u"), Listing("NEW", "desc", 1, comments)), "x/1")

    page = one_page(tmp_path, article=None)[2]
    target = of(keys=("333333",))
    made = rewrite(page, target, target.needles(), parse, REDACTION)
    assert made is not None
    assert not made.unread
    assert "남의 말" in block_of(made.members[-2]).decode()
    assert f"{STUB}ab" in block_of(made.members[-2]).decode()
