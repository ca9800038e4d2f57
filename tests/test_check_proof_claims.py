"""A proof may be written by one who has the right bytes and claims of them what they do not say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.test_check_proof import Document, alone, document
from tests.test_proof import archive


@pytest.fixture
def told(tmp_path: Path) -> Document:
    """The proof of a comment with 10 likes, 3 dislikes and no replies."""
    return document(archive(tmp_path / "archive"))


def verdict(told: Document, folder: Path) -> tuple[int, str]:
    (folder / "proof.json").write_text(json.dumps(told), encoding="utf-8")
    return alone(folder / "proof.json")


@pytest.mark.parametrize(
    "claimed",
    [{"likes": 3, "dislikes": 10}, {"likes": 9}, {"replies": 10}, {"dislikes": 0}, {"text": "5"}, {"text": "COMMENT"}],
)
def test_what_another_field_of_the_comment_says_is_not_proven(told: Document, tmp_path: Path, claimed: Document) -> None:
    """All of these values stand somewhere in the object: as other counts, as ids."""
    told["row"] |= claimed
    for capture in told["captures"]:
        capture["shows"] |= {name: value for name, value in claimed.items() if name in capture["shows"]}
    code, out = verdict(told, tmp_path)
    assert (code, out.splitlines()[-1][:52]) == (1, "NOT PROVEN: all of it stands in one object with the ")


def test_a_comment_that_is_there_is_not_proven_gone_by_leaving_out_its_text(told: Document, tmp_path: Path) -> None:
    told["row"] |= {"text": None, "state": "gone", "last_state": "visible"}
    for capture in told["captures"]:
        capture["shows"]["text"] = None
    told["captures"].append(told["captures"][0] | {"shows": None})
    code, out = verdict(told, tmp_path)
    assert (code, out.splitlines()[-1]) == (1, "NOT PROVEN: no comment 9 is in the page")


def test_it_says_what_it_takes_on_trust(told: Document, tmp_path: Path) -> None:
    told["articles"].append("daum:1")
    told["row"]["ref"] = "daum:1#9"
    _, out = verdict(told, tmp_path)
    assert "note  that daum:20260921090000123 and daum:1 are one article is not checked here" in out
    assert "note  that this is a comment in the state visible is not checked here" in out
