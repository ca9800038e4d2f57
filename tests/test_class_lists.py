"""What an element is called is one of its classes, whatever others stand there, and between them any white space."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT
from tests.naver import read
from tests.test_cut_pages import WHOLE, charset

_CLASS = re.compile(r"class=([\"'])(.*?)\1")


def _with_others(found: re.Match[str]) -> str:
    names = "\t".join(found[2].split())
    return f"class={found[1]}first\n\t{names}\n last{found[1]}"


@pytest.mark.parametrize(("kind", "url", "key", "file"), sorted({each for each in WHOLE if each[3].endswith("html")}, key=str))
def test_more_classes_change_nothing(kind: str, url: str, key: str | None, file: str) -> None:
    text = (ROOT / "tests" / "fixtures" / file).read_text(encoding="utf-8")
    more = _CLASS.sub(_with_others, text)
    plain, changed = (
        read(kind, url, each.encode(charset(kind), "xmlcharrefreplace"), article=key, rank="1", number="1")
        for each in (text, more)
    )
    assert more != text
    assert plain.outcome == "ok"
    assert changed == plain
