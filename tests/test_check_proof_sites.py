"""The stand-alone check of a row of each kind of page that a board serves, HTML and JSON, from a seed to the proof.

The words have < and & in them, which each board writes in a way of its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.conftest import Sagwan
from tests.portal import Portal
from tests.portal.boards import plant
from tests.test_check_proof import alone

HTML, JSON = ("pann", "clien", "ruliweb"), ("dcinside", "inven", "ppomppu", "todayhumor")


def test_a_row_of_each_is_proven_as_far_as_a_page_can_say(
    sagwan: Sagwan, portal: Callable[..., Portal], tmp_path: Path
) -> None:
    p = portal(articles=0, pann=1, comments=6)
    posts = [*p.world.on("pann"), *(plant(p.world, site, comments=5, replies=0) for site in (*HTML[1:], *JSON))]
    topic, proof = tmp_path / "t.toml", tmp_path / "proof.json"
    topic.write_text(f'title = "t"\nseeds = {json.dumps([post.url for post in posts])}\n', encoding="utf-8")
    assert {line["verdict"] for line in sagwan.collect(p, topic).lines} == {"ok"}
    assert sagwan("seal").code == 0
    for post in posts:
        sql = f"SELECT id, key FROM articles WHERE source = '{post.site}'"
        ((number, article),) = sagwan.rows(sql)
        sql = "SELECT c.key FROM comments c JOIN comment_versions v ON v.comment = c.id WHERE v.text LIKE '%script%'"
        ((key,),) = sagwan.rows(f"{sql} AND c.article = {number}")
        told = json.loads(sagwan("verify", "--row", f"{post.site}:{article}#{key}@now", "--json").out)
        proof.write_text(json.dumps(told), encoding="utf-8")
        code, out = alone(proof)
        assert (code, out.splitlines()[-1][:37]) == (0, "PROVEN, BUT FOR WHAT A PAGE MEANS: in"), (post.site, out)
        absent = told | {"row": told["row"] | {"state": "gone", "last_state": "visible"}}
        absent["captures"] = [*told["captures"], told["captures"][0] | {"shows": None}]
        proof.write_text(json.dumps(absent), encoding="utf-8")
        assert alone(proof)[1].splitlines()[-1] == f"NOT PROVEN: the number {key} is nowhere in the page", post.site
        told["row"]["text"] = told["captures"][0]["shows"]["text"] = "아무도 하지 않은 말"
        proof.write_text(json.dumps(told), encoding="utf-8")
        assert alone(proof)[0] == 1, post.site
