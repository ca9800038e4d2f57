"""An article belongs to each topic that found it, whichever of them had it fetched."""

from __future__ import annotations

import uuid

from archive.records import ListEntry
from tests.conftest import Sagwan
from tests.maker import ARTICLE, Maker
from tests.test_words_withheld import article, look, maker

__all__ = ["maker"]  # the fixture


def test_what_another_topic_looked_at_is_listed_under_its_own(maker: Maker, sagwan: Sagwan) -> None:
    run = str(uuid.uuid4())
    begun = {"topic": "b", "trigger": "test", "code": "test", "settings": {}, "robots_reason": None}
    maker.event("run_begun", run=run, source="daum", **begun)
    look(maker, "search", ListEntry("search", "말", 1, article("가")), article=None, run=run, topic="b")
    assert sagwan("ls", "--topic", "b").out == "", "nobody looked at it"
    look(maker, "page", article("가"))
    for topic in ("b", "t"):
        assert [line["ref"] for line in sagwan("ls", "--topic", topic, "--json").lines] == [f"daum:{ARTICLE}"]
