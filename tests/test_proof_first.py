"""verify --row: what a row rests on is where its words and each of its counts were seen first."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from archive.archive import open_for_reading
from archive.lookup import capture_facts
from archive.support import subject, supports
from tests.conftest import ROOT
from tests.maker import Maker, row
from tests.test_proof import NOW, failing, proofs

KEY = "20220304050607123"  # of the article in the fixture


def test_words_were_first_seen_before_their_writer_had_another_name(tmp_path: Path) -> None:
    """Another name, or another time of an edit, makes another version, and no other words."""
    maker = Maker(tmp_path)
    maker.page([row(1, text="처음")])
    written = maker.page([row(1, text="고침")])
    maker.page([row(1, text="고침", user={"id": 1, "status": "S", "providerId": "DAUM", "displayName": "딴이름"})])
    page = (ROOT / "tests" / "fixtures" / "daum" / "article-2022.html").read_text(encoding="utf-8")
    again = page.replace("버스 노선", "노선")
    shown = [
        maker.keep(maker.exchange(f"https://v.daum.net/v/{KEY}", "daum.article", body.encode(), article=KEY))
        for body in (page, again, again.replace("07:08", "07:09"))
    ]
    with closing(open_for_reading(maker.root)) as db:
        assert [db.execute(f"SELECT count(*) FROM {of}_versions").fetchone()[0] for of in ("comment", "article")] == [3, 3]
        for article, comment, first in ((1, "1", written), (2, None, shown[1])):
            found = supports(db, subject(db, article, comment), NOW)
            assert found is not None
            (capture,) = (one.capture for one in found[1] if set(one.why) & {"first seen with this text", "first seen so"})
            assert capture_facts(db, capture)[0] == first.record
    maker.close()


def test_a_count_that_rises_is_asked_of_the_page_that_showed_it_first_and_of_no_other(tmp_path: Path) -> None:
    """The views of a post are others at each look: its words and votes rest on the first page, the last views do not."""
    maker = Maker(tmp_path, "ruliweb")
    url = "https://bbs.ruliweb.com/community/board/300143/read/70000001"
    post = (ROOT / "tests/fixtures/ruliweb/post.html").read_text(encoding="utf-8")
    for views in ("44,903", "44,904", "44,905"):
        page = post.replace("44,903", views).encode()
        maker.keep(maker.exchange(url, "ruliweb.post", page, article="community/300143/70000001"))
    maker.close()
    told, made = proofs(tmp_path, None)
    assert told["row"]["counts"]["views"] == 44905
    first = next(proof.support for proof in made if "first seen so" in proof.support.why)
    assert "first seen with this count: likes" in first.why
    assert "views" not in (first.shows or {})["counts"]
    assert failing(tmp_path, None) == set()
