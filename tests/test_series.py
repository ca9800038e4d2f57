"""An article's counts over time: every look that counted, changed or not, whichever page it was."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

from archive.archive import open_for_reading
from archive.capture import Capture, Parsed
from archive.history import series
from archive.lookup import find_article
from archive.records import Article, Count
from archive.store import Store
from tests.maker import ARTICLE, Maker

OWN = Article(ARTICLE, f"https://v.daum.net/v/{ARTICLE}")


def parse(capture: Capture) -> Parsed:
    """Its own page names the article and counts; the other counts many, and has no article of its own."""
    value = json.loads(capture.body)
    if capture.page == "own":
        return Parsed("ok", (OWN, Count("comments", value)), "own/1")
    return Parsed("ok", (Count("comments", value, article=OWN),), "many/1")


def test_a_look_that_changed_nothing_is_in_the_series_of_each_page(tmp_path: Path) -> None:
    maker = Maker(tmp_path)
    maker.store = Store(maker.db, "daum", maker.pseudonyms, parse)
    told = [("own", 8), ("many", 8), ("own", 8), ("many", 9), ("own", 9), ("own", 9), ("many", 9)]
    for page, value in told:
        article = ARTICLE if page == "own" else None
        maker.keep(maker.exchange(f"https://v.daum.net/{page}", page, str(value).encode(), article=article))
    with closing(open_for_reading(tmp_path)) as db:
        lines = list(series(db, find_article(db, "daum", ARTICLE), None, 1 << 60))
    assert [line["comments"] for line in lines] == [value for _, value in told]
    maker.close()
