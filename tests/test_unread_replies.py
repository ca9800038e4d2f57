"""A list of replies that could not be read makes a walk incomplete, also where replies of elsewhere make up the number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import naver_runs
from tests.conftest import Sagwan, write_topic
from tests.portal import Portal

ADDRESS = {"naver": "parentCommentNo={}(&|$)", "daum": "/comments/{}/children"}


@pytest.mark.parametrize("site", ["naver", "daum"])
def test_replies_written_meanwhile_do_not_make_up_for_a_list_that_failed(
    sagwan: Sagwan, portal: Callable[..., Portal], tmp_path: Path, site: str
) -> None:
    p = portal(articles=0, naver=1, comments=60) if site == "naver" else portal(articles=1, comments=60)
    (article,) = p.world.on(site)
    replies = Counter(true["parent"] for true in p.world.truth(article) if true["parent"])
    lost, read = (key for key, _ in replies.most_common()[-2:])
    file = naver_runs.write(tmp_path, p) if site == "naver" else write_topic(tmp_path, p)
    assert sagwan.collect(p, file).only["walks"] == {"complete": 1, "incomplete": 0}
    p.faults.set(ADDRESS[site].format(lost), 500)
    told = set[str]()

    def answer(_: str, path: str) -> None:
        if str(read) in path and not told:
            told.add(path)
            for _ in range(replies[lost]):
                p.world.add_comment(article, text="그 사이에", parent=read)

    p.on_request(answer)
    for _ in range(2):
        told.clear()
        ended = sagwan.collect(p, file)
        assert (ended.code, ended.only["verdict"], ended.only["walks"]["complete"], len(told)) == (2, "thin", 0, 1)
        assert [gap["what"] for gap in ended.only["gaps"]] == ["replies"]
        assert "500" in ended.only["gaps"][0]["why"]
    assert sagwan("changes", "--kind", "missing,gone").out == ""
