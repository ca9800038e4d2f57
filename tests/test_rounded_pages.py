"""A number that the site rounded is shown as the site gave it on every page of `sagwan serve`, and in its tables."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

from archive.records import Count
from archive.search_index import follow
from tests.conftest import Sagwan
from tests.maker import Maker
from tests.serving import REF, Served
from tests.test_rounded import rated
from tests.test_words_withheld import article, look, maker

__all__ = ["maker"]  # the fixture
RAW = r'<data class="rounded" value="{}" title="rounded by the site: about {:,}">{}</data>'
LIKES, MORE = RAW.format(12_000, 12_000, "1.2만"), RAW.format(13_000, 13_000, "1.3만")
VIEWS = RAW.format(34_000, 34_000, "3.4만")


def drawn(page: str) -> list[Any]:
    """The data of a page's charts."""
    return [json.loads(text) for text in re.findall(r'<script type="application/json">(.*?)</script>', page)]


def test_every_page_shows_a_rounded_number_as_the_site_gave_it(maker: Maker, sagwan: Sagwan) -> None:
    look(maker, "page", article("가"), Count("views", 30_000), Count("views.today", 7))
    look(maker, "list", rated(9_990, None))
    look(maker, "list", rated(12_000, "1.2만"))
    look(maker, "page", article("가"), Count("views", 34_000, "3.4만"), Count("views.today", 8))
    counted = maker.now + 5
    look(maker, "list", rated(13_000, "1.3만", 4))
    follow(maker.root, 60)
    served = Served(sagwan)

    def ask(path: str) -> str:
        status, _, text = served.ask(path, cookie="sagwan_lang=en", accept_language="en")
        assert status == 200, text
        return text

    thread = ask(f"/thread?ref={REF}")
    assert MORE in thread
    assert '<span class="rounded" title="from or to a number that the site rounded">≈+1,000</span>' in thread
    assert '<data value="4">4</data> <span class="delta">+1</span>' in thread
    assert f"<dt>views</dt><dd>{VIEWS}</dd>" in thread
    assert "<dt>views.today</dt><dd>8</dd>" in thread
    page = ask(f"/article?ref={REF}")
    assert f"views <b>{VIEWS}</b>, views.today <b>8</b>" in page
    lines = {line["name"]: line for one in drawn(page) for line in one["lines"]}
    assert lines["views"]["rounded"] == {str(counted): "3.4만"}
    assert lines["views.today"]["rounded"] == {}
    comment = ask(f"/comment?ref={REF}%231")
    assert (comment.count(MORE), comment.count(LIKES)) == (2, 1)  # at the head and in the table
    votes = drawn(comment)[0]["lines"]
    assert [sorted(line["rounded"].values()) for line in votes] == [["1.2만", "1.3만"], []]
    grown = ask("/movers?minutes=2")
    assert "≈+1,000</span></b>" in grown
    assert f"{LIKES} → {MORE}" in grown
    topic = ask("/?hours=24")
    assert "≈3,010</span>" in topic
    (likes, written) = drawn(topic)
    assert (len(likes["about"]), written["about"]) == (1, [])
    assert MORE in ask("/search?q=%EA%B8%80")
    assert MORE in ask("/account?" + re.findall(r"/account\?(key=[0-9a-f]{32})", comment)[0])
    table = list(csv.DictReader(io.StringIO(ask("/archive/view_observations.csv").lstrip("\ufeff"))))
    assert [row["rounded"] for row in table] == ["", '{"likes":"1.2만"}', '{"likes":"1.3만"}']
    rows = json.loads(ask("/archive/view_observations.json?_shape=array"))
    assert [row["rounded"] for row in rows] == [None, '{"likes":"1.2만"}', '{"likes":"1.3만"}']
