"""The stand-alone check of rows of the demo's archive."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import ZYGOTE
from tests.portal import Portal, Scenario, demo
from tests.test_check_proof import alone

# An article's numbers have no names that the script knows; what a deleted comment says of its deletion, a person reads.
STATE = "PROVEN, BUT FOR ITS STATE"
VERDICTS = {"visible": "PROVEN", "deleted_by_user": STATE, "deleted_by_operator": STATE}


def test_rows_of_the_demo_are_proven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo's evening with fewer looks: the answers of a Naver, compressed, with deletions."""
    monkeypatch.setattr(demo, "ARCHIVE", tmp_path / "archive")
    monkeypatch.setattr(demo, "TOPIC", tmp_path / "archive" / "topic.toml")
    monkeypatch.setattr(demo, "STEP", 60)
    (tmp_path / "archive").mkdir()
    demo.TOPIC.write_text(demo.TEXT, encoding="utf-8")
    monkeypatch.setattr(demo, "Zygote", lambda: ZYGOTE)
    sagwan = demo.Command()
    with Portal(articles=0, comments=0, gzip=True) as portal:
        scenario = portal.play(Scenario(portal.world, seed=3, articles=4, evening=demo.HOURS, comments=900))
        demo.evening(sagwan, portal, scenario)
        sagwan("seal")
        states = set()
        deleted = [line["ref"] for line in sagwan("changes", "--kind", "deleted")]
        for article in sagwan("ls"):
            lines = sagwan("as-of", "now", "--article", article["ref"])
            refs = [line["ref"] for line in lines[1::25] if line["kind"] == "comment"]
            for ref in (article["ref"], *refs[:2], *(ref for ref in deleted[:2] if ref.startswith(article["ref"] + "#"))):
                (told,) = sagwan("verify", "--row", f"{ref}@now")
                states.add(told["row"]["state"])
                (tmp_path / "proof.json").write_text(json.dumps(told), encoding="utf-8")
                verdict = VERDICTS[told["row"]["state"]] if "#" in ref else "PROVEN, BUT FOR WHAT A PAGE MEANS"
                for args in ((), (demo.ARCHIVE,)):
                    code, out = alone(tmp_path / "proof.json", *args)
                    assert (code, out.splitlines()[-1].partition(":")[0]) == (0, verdict), out
    assert {"visible", "deleted_by_user"} <= states
