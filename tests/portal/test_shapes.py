"""The portal's answers beside recorded ones of the real site: same fields, types and marks in the page.

Only shapes are compared; the recordings stay where they are, because their texts are other people's words.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import lxml.html
import pytest

from . import Portal
from .client import ask, listing, post, rows

RECORDED = Path(__file__).resolve().parents[3] / "shared" / "recorded" / "bodies" / "daum"
pytestmark = pytest.mark.skipif(not RECORDED.is_dir(), reason=f"no recorded answers at {RECORDED}")
WITH_REPORTER, WITHOUT = "article-20200522093902880.html", "article-20100101092104056.html"
# Where a reader of the page looks, and what must be an attribute there.
PLACES = {
    "//meta[@property]/@property": 28,
    "//h3[@class='tit_view']": 1,
    "//span[@class='info_view']/span[@class='txt_info']": None,
    "//span[@class='info_view']/span[@class='txt_info']/span[@class='num_date']": 2,
    "//em[@class='info_cp']/a[@class='link_cp'][@href]/img[@alt]": 1,
    "//*[@class='info_cp']": 2,
    "//strong[@class='summary_view']": None,
    "//div[@id='alex-area'][@class='alex-area'][@data-post-id][@data-client-id][@data-sort='P']": 1,
    "//div[@class='alex-actions'][@data-item-key][@data-client-id]": 1,
    "//button[@id='alexCounter']//span[@class='alex-count-area']": 1,
    "//div[@id='harmonyContainer'][@class='article_view']/section[@dmcf-sid]": 1,
}


def shapes(value: Any, path: str = "") -> set[tuple[str, str]]:
    """Every path in a JSON value with its type."""
    if isinstance(value, list):
        return {(path, "list")}.union(*(shapes(item, f"{path}[]") for item in value))
    if isinstance(value, dict):
        return {(path, "dict")}.union(*(shapes(item, f"{path}.{key}") for key, item in value.items()))
    return {(path, type(value).__name__)}


def token(portal: Portal) -> Any:
    query = f"grant_type=alex_credentials&client_id={portal.world.client_id}"
    return rows(portal, f"alex.daum.net/oauth/token?{query}")


def claims(body: Any) -> Any:
    part = body["access_token"].split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


@pytest.mark.parametrize("name", ["comments-144305965-00000", "post-20200522093902880", "token"])
def test_json(name: str) -> None:
    theirs = json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))
    with Portal(articles=2, comments=120) as portal:
        ours = {
            "comments": lambda: rows(portal, listing(portal.world.articles[0].post, 0, 100)),
            "post": lambda: {"post": post(portal)},
            "token": lambda: token(portal),
        }[name.partition("-")[0]]()
    assert shapes(ours) == shapes(theirs)
    if name == "token":
        assert shapes(claims(ours)) == shapes(claims(theirs))
    if name.startswith("comments"):
        assert {tuple(row) for row in ours} == {tuple(row) for row in theirs}  # the order of the fields too


@pytest.mark.parametrize("name", [WITH_REPORTER, WITHOUT])
def test_page(name: str) -> None:
    theirs = lxml.html.fromstring((RECORDED / name).read_text(encoding="utf-8"))
    with Portal(articles=3, comments=1) as portal:
        article = portal.world.articles[0 if name == WITH_REPORTER else 2]
        ours = lxml.html.fromstring(ask(portal, f"v.daum.net/v/{article.id}")[2].decode())
    for path, count in PLACES.items():
        one, two = ours.xpath(path), theirs.xpath(path)
        assert len(one) == len(two), path
        assert count in (None, len(one)), path
    names = "//meta[@property]/@property"
    assert ours.xpath(names) == theirs.xpath(names)
    for tree in (ours, theirs):
        number = tree.xpath("string(//div[@id='alex-area']/@data-post-id)").removeprefix("@")
        assert tree.xpath("string(//div[@class='alex-actions']/@data-item-key)") == number
        assert tree.xpath("string(//meta[@property='og:regDate']/@content)") == number[:14]
        page = tree.xpath("string(//meta[@property='og:url']/@content)")
        assert page == "https://news.v.daum.net/v/" + tree.xpath("string(//meta[@property='mccp:docId']/@content)")
        app = tree.xpath("string(//meta[@property='al:ios:url']/@content)")
        assert app == "daumapps://web?url=https%3A%2F%2F" + page.removeprefix("https://")
        pieces = {(e.tag, e.get("dmcf-ptype")) for e in tree.xpath("//section//*[@dmcf-pid]")}
        assert pieces >= {("p", "general"), ("figure", "figure")}
