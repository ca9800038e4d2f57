"""Alarms that only the past can tell: each page by itself looks right."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Sagwan
from tests.naver_runs import write
from tests.portal import Portal
from tests.standing import Site

LIST = "web_naver_list"


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Portal]]:
    """An archive with six good runs over six articles and five sections, and its portal."""
    folder = tmp_path_factory.mktemp("past")
    sagwan = Sagwan(folder)
    with Portal(seed=3, articles=0, naver=150, comments=12) as site:
        seeds = [article.url for article in site.world.on("naver")[:6]]
        parts = sorted({(a.naver.section, a.naver.part) for a in site.world.on("naver") if a.naver is not None})
        seeds += [f"https://news.naver.com/breakingnews/section/{section}/{part}" for section, part in parts]
        seeds.append(f"https://news.naver.com/section/{parts[0][0]}")
        topic = write(folder, seeds)
        for _ in range(6):
            ended = sagwan.collect(site, topic, "--limit", "6")
            assert (ended.code, ended.only["standing"]) == (0, []), ended.out
        yield folder, site


@pytest.fixture
def known(past: tuple[Path, Portal], tmp_path: Path) -> Iterator[Site]:
    """A copy of it."""
    folder, portal = past
    shutil.copytree(folder, tmp_path / "copy")
    here = Site(Sagwan(tmp_path / "copy"), portal, tmp_path / "copy" / "t.toml", "--limit", "6")
    yield here
    portal.faults.clear()


# what is spoilt, and how; the alarm that only the past tells; words of its sentence
LESS: list[tuple[str, dict[str, Any], tuple[str, str], str]] = [
    (LIST, {"fault": "rename", "old": '"userIdNo"', "new": '"whose"'}, ("broken", "naver.comments"), "0% of "),
    (
        r"section/\d",
        {"fault": "few_rows"},
        ("thin", "naver.section"),
        " records a page on 5 pages, 36.0 in the middle of 6 earlier",
    ),
    ("v1/search/contents", {"fault": "junk"}, ("broken", "naver.reactions"), "could be read before"),
]


@pytest.mark.parametrize(("path", "fault", "alarm", "words"), LESS, ids=[f"{case[0]} {case[1]['fault']}" for case in LESS])
def test_what_gives_far_less_than_before_stands(
    known: Site, path: str, fault: dict[str, Any], alarm: tuple[str, str], words: str
) -> None:
    known.portal.faults.set(path, **fault)
    if fault["fault"] == "rename":
        known.portal.faults.set(path, "rename", old='"idNo"', new='"whoseToo"')
    ended = known.collect()
    assert (ended.code, ended.only["verdict"]) == (2, "ok")  # each page by itself looks right
    standing = {(line["alarm"], line["page"]): line for line in ended.only["standing"]}
    assert set(standing) - {("broken", "naver.replies")} == {alarm}  # whose rows are of the same shape
    assert words in standing[alarm]["text"]
    again = {(line["alarm"], line["page"]): line for line in known.collect().only["standing"]}
    assert again[alarm]["count"] == 2  # what is bad does not become the past by which it is judged
    known.portal.faults.clear()
    assert known.stands() == set()
    known.agrees()


def test_short_runs_are_judged_together_and_few_pages_say_nothing(known: Site) -> None:
    known.portal.faults.set(LIST, "rename", old='"userIdNo"', new='"whose"')
    known.portal.faults.set(LIST, "rename", old='"idNo"', new='"whoseToo"')
    short = write(known.topic.parent, [known.portal.world.on("naver")[0].url])  # two pages of comments a run
    here = Site(known.sagwan, known.portal, short)
    runs = [here.stands() for _ in range(4)]
    assert runs[0] == set()
    assert runs[-1] == {("broken", "naver.comments")}
