"""A place in a list that no database holds is an unknown layout: it would end each run of its source, as it comes again."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import urlencode

import pytest

from spiders.inven import urls as inven
from tests.conftest import ROOT
from tests.maker import Maker

FIXTURES = ROOT / "tests" / "fixtures"
OLD_LIST = "https://news.naver.com/main/list.naver?mode=LS2D&mid=shm&sid1=102&date=20161231&page=1"


def comments() -> bytes:
    """A block of comments, counted from a number of thirty digits."""
    answer = json.loads((FIXTURES / "inven/comments.json").read_bytes())
    answer["commentlist"][0]["__attr__"]["titlenum"] = 10**30
    answer["commentlist"][0]["list"] = answer["commentlist"][1]["list"]
    return json.dumps(answer).encode()


def listed() -> bytes:
    """A list that says that it is page 999,999,999,999,999,999."""
    html = (FIXTURES / "naver/section-old.html").read_text(encoding="utf-8")
    return re.sub(r"<strong>\d+</strong>", f"<strong>{'9' * 18}</strong>", html).encode("cp949")


@pytest.mark.parametrize(
    ("source", "page", "url", "body", "more"),
    [
        (
            "inven", "inven.comments", f"{inven.SITE}{inven.COMMENTS}", comments(),
            {"article": "webzine/2097/7", "context": {"form": urlencode(inven.comments_form("webzine/2097/7"))}},
        ),
        ("naver", "naver.section_old", OLD_LIST, listed(), {"article": None}),
    ],
    ids=["comments", "list"],
)  # fmt: skip
def test_a_place_beyond_what_a_database_holds(
    tmp_path: Path, source: str, page: str, url: str, body: bytes, more: dict[str, object]
) -> None:
    maker = Maker(tmp_path, source)
    parsed = maker.keep(maker.exchange(url, page, body, **more)).parsed
    assert (parsed.outcome, parsed.note, parsed.records) == ("layout", "a count beyond 64 bits", ())
    maker.close()
