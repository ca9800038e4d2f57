"""No bytes break a parser: every registered one, on chance and on spoilt answers of the portal; same bytes, same records."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from archive.capture import Capture, read_capture
from crawler import pages
from crawler.sources import load_pages
from tests import naver_runs
from tests.conftest import ROOT, Sagwan
from tests.portal import Portal, boards
from tests.portal.small import HOMES, plant
from tests.test_daum_pages import json_values
from tests.warcs import exchanges

load_pages()
KINDS = [entry.kind for entry in pages.registered()]
OUTCOMES = {"ok", "empty", "layout", "refused"}
LONG = timedelta(seconds=30)  # on a busy machine; a hang is longer
WORD = "둘레길"
LISTS = [
    "https://news.naver.com/section/102",
    "https://news.naver.com/main/ranking/popularMemo.naver?date=20261120",
    "https://media.naver.com/press/973/ranking?type=comment",
    "https://api-gw.sports.naver.com/news/articles/kbaseball?pageSize=100",
    "https://api-gw.entertain.naver.com/news/articles?sid=221&pageSize=100",
    "https://news.nate.com/rank/cmt",
    "https://pann.nate.com/talk/ranking/d",
    "https://gall.dcinside.com/mgallery/board/lists/?id=virtual",
    "https://gall.dcinside.com/mgallery/board/lists/?id=virtual&s_type=search_subject&s_keyword=%EB%8B%A4",
    "https://www.82cook.com/entiz/enti.php?bn=15",
    "https://www.bobaedream.co.kr/list?code=freeb",
    "https://www.clien.net/service/board/park",
    "https://www.ilbe.com/list/ilbe",
    "https://www.inven.co.kr/board/webzine/2097",
    "https://mlbpark.donga.com/mp/best.php",
    "https://www.ppomppu.co.kr/zboard/zboard.php?id=freeboard",
    "https://www.ppomppu.co.kr/rss.php?id=freeboard",
    "https://bbs.ruliweb.com/best/humor_only/now",
    "https://gnu.example.org/bbs/board.php?bo_table=free",
    "https://gnu.example.org/bbs/rss.php?bo_table=free",
    "https://www.todayhumor.co.kr/board/list.php?table=sisa",
    "https://board.example.org/humor",
    "https://www.fmkorea.com/best",
    "https://theqoo.net/square",
]
SITES = {"gnuboard": "https://gnu.example.org", "rhymix": "https://board.example.org"}  # of software that many sites run
BOARDS = ["82cook", "bobaedream", "clien", "dcinside", "fmkorea", "ilbe", "inven", "mlbpark", "ppomppu", "ruliweb", "theqoo"]
BOARDS += ["todayhumor", *SITES]
ALL = ["naver", "daum", "nate", "pann", *HOMES, *BOARDS]
# What runs do not ask for here: the official interface needs keys, old layouts are old.
ALSO = {
    "naver.api": b'{"total": 1, "start": 1, "display": 1, "items": []}',
    "naver.counts": b'{"success": true, "code": "1000", "result": {"news999,0000000456": {"comment": 2, "reply": 1}}}',
    "naver.section_old": "naver/section-old.html",
    "naver.article_old": "naver/article-2022.html",
    "pann.mobile": "pann/mobile.html",
    "bobaedream.comments": "bobaedream/post.html",
    "daum.talk": "daum/talk.html",
    "daum.search": "daum/search.html",
    "rhymix.comments": b'{"error": 0, "message": "success", "comment_list": []}',
}
OLD = dict.fromkeys(ALSO, "https://news.naver.com/main/read.nhn?mode=LSD&mid=sec&oid=999&aid=0000000456")
OLD["pann.mobile"] = "https://m.pann.nate.com/talk/reply/view?pann_id=370001111&page=1"
JSONP = re.compile(rb"(?s)(\s*[\w.$]*\()(.*)(\);?\s*)")
ODD = [
    b"",
    b"\0",
    b"<",
    b"</div>",
    b'"',
    b"[" * 3000,
    b"{" * 3000,
    b"\xff\xfe",
    b"9" * 5000,
    b"-1",
    b"1e999",
    b"&#x110000;",
    b"\\ud800",
]


class Real(dict[str, list[Capture]]):
    """Captures by page kind."""

    def __repr__(self) -> str:
        return f"{len(self)} kinds"  # hypothesis prints arguments, and these are megabytes


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Real:
    """Captures of every page kind, as runs bring them."""
    sagwan = Sagwan(tmp_path_factory.mktemp("real"))
    with Portal(articles=1, naver=12, games=4, nate=2, pann=2, comments=20) as site:
        for home in HOMES:
            plant(site.world, home, 20)
        for home in BOARDS:
            boards.plant(site.world, home, 130 if home == "rhymix" else 25)
        urls = [article.url for article in site.world.articles] + LISTS
        searched = ["naver", "nate", "pann", *BOARDS]
        board = ["https://board.example.org/humor"]  # in which the word is looked for
        for seeds, sources, queries, more in ((urls, ALL, [], ()), (board, searched, [WORD], ("--limit", "1"))):
            file = naver_runs.write(sagwan.folder, seeds, sources=sources, queries=queries)
            bases = "".join(f'[source.{name}]\nbase = "{base}"\n' for name, base in SITES.items())
            file.write_text(file.read_text(encoding="utf-8") + bases, encoding="utf-8")
            sagwan.collect(site, file, *more)
    found = Real({kind: [] for kind in KINDS})
    for one in exchanges(sagwan.archive):
        capture = read_capture(one.facts, one.head, one.body)[0]
        if capture is not None and capture.page in found and capture.status == 200:
            found[capture.page].append(capture)
    for kind, body in ALSO.items():
        body = body if isinstance(body, bytes) else (ROOT / "tests/fixtures" / body).read_bytes()
        article = "370001111" if kind == "pann.mobile" else "999/0000000456"
        seen = Capture(page=kind, url=OLD[kind], status=200, headers=(), body=body, at=1, received_at=1, article=article)
        found[kind].append(seen)
    return found


def nodes(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a JSON value: its container and key."""
    for key in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, key
        yield from nodes(value[key])


def spoilt(body: bytes, data: st.DataObject) -> bytes:
    """A body with something else somewhere: in its JSON where it is that, or in its bytes."""
    wrapped = JSONP.fullmatch(body)
    text = wrapped[2] if wrapped else body
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if value and data.draw(st.booleans()):
        container, key = data.draw(st.sampled_from(list(nodes(value))[:2000]))
        container[key] = data.draw(json_values | st.sampled_from([None, -1, 2**63, 2**70, 1.5, "", "1", [], {}, [[]], True]))
        text = json.dumps(value, ensure_ascii=data.draw(st.booleans())).encode("utf-8", "surrogatepass")
        return wrapped[1] + text + wrapped[3] if wrapped else text
    for _ in range(data.draw(st.integers(1, 3))):
        at, width = data.draw(st.integers(0, len(body))), data.draw(st.integers(0, 60))
        again = body[data.draw(st.integers(0, len(body))) :][: data.draw(st.integers(0, 400))]
        body = body[:at] + data.draw(st.sampled_from([*ODD, again]) | st.binary(max_size=4)) + body[at + width :]
    return body[: data.draw(st.integers(0, len(body)))] if data.draw(st.integers(0, 5)) == 0 else body


def read_twice(capture: Capture) -> None:
    """Reads it two times: a known outcome, and the same."""
    found = pages.parse(capture)
    assert found.outcome in OUTCOMES, (capture.page, found.note)
    assert pages.parse(capture) == found
    assert found.outcome == "ok" or found.records == ()


def test_there_is_a_real_page_of_every_kind(real: Real) -> None:
    missing = [kind for kind, captures in real.items() if not captures]
    assert missing == []
    read = {kind for kind, captures in real.items() if any(pages.parse(one).outcome == "ok" for one in captures)}
    assert set(KINDS) - read <= set(ALSO) | {"naver.press"}


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=24, deadline=LONG, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_spoilt_page_is_read_or_unknown(real: Real, kind: str, data: st.DataObject) -> None:
    capture = data.draw(st.sampled_from(real[kind][:12]))
    statuses = next(sorted(entry.statuses) for entry in pages.registered() if entry.kind == kind)
    status = data.draw(st.sampled_from([capture.status, *statuses]))
    read_twice(structs.replace(capture, body=spoilt(capture.body, data), status=status))


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=12, deadline=LONG, suppress_health_check=list(HealthCheck))
@given(body=st.binary(max_size=300), url=st.text(max_size=30), other=st.sampled_from(KINDS))
def test_chance_and_the_page_of_another_are_read_or_unknown(real: Real, kind: str, body: bytes, url: str, other: str) -> None:
    capture = real[kind][0]
    read_twice(structs.replace(capture, body=body))
    read_twice(structs.replace(capture, body=real[other][0].body))
    read_twice(structs.replace(capture, url=f"https://n.news.naver.com/{url}"))
