"""Every way in which Naver's answers can be wrong: its verdict, alarm and sentence, and never a wrong row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests import naver_runs
from tests.conftest import Ended, Sagwan
from tests.naver_runs import alarms, asked, write
from tests.portal import Portal
from tests.warcs import check

N = 130  # comments: two pages of the list, 19 of them replies
TOPS = 111
PAGE = r"/mnews/article/\d"
LIST = "web_naver_list"
FIRST, LATER = r"sort=NEW&.*initialize=true$", r"sort=NEW&.*moreParam\.next"
REPLIES, RANKED, REACTIONS = "parentCommentNo", "sort=FAVORITE", "v1/search/contents"
SEARCH, COUNTS, SECTION, MORE = "newssearch", "listCount", r"/section/\d", "/section/template/"
WORD = "둘레길"
NOTHING = '{"success": true, "result": {"commentList": [], "sort": "NEW"}}'
CLOSED = '{"success": false, "code": "3011", "message": "정책"}'
GOOD: tuple[str, str, list[str]] = ("ok", "", [])

# what is spoilt and how; then: verdict, words of the reason, alarms, comments stored (None: any number, none of them wrong)
CASES: list[tuple[str, dict[str, Any], tuple[str, str, list[str]], int | None]] = [
    (FIRST, {"fault": 429}, ("blocked", "429", []), 0),
    (FIRST, {"fault": 403}, ("blocked", "403", []), 0),
    (LATER, {"fault": 429, "retry_after": 60}, ("blocked", "429", []), 100),
    (FIRST, {"fault": 500, "times": 1}, GOOD, N),
    (FIRST, {"fault": 500}, ("broken", "ended early: http status 500", []), 0),
    (LATER, {"fault": 500}, ("broken", "ended early: http status 500", []), TOPS),
    (FIRST, {"fault": "slow", "seconds": 0.2}, GOOD, N),
    (FIRST, {"fault": "reset", "times": 1}, GOOD, N),
    (LATER, {"fault": "reset"}, ("broken", "ended early: not fetched", []), TOPS),
    (LIST, {"fault": "half"}, ("broken", "ended early: not fetched", []), 0),
    (FIRST, {"fault": "wrong_length", "by": 7}, ("broken", "ended early: not fetched", []), 0),
    (FIRST, {"fault": "wrong_length", "by": -7}, ("broken", "ended early: layout", []), 0),
    (FIRST, {"fault": "euc-kr"}, ("broken", "ended early: layout", []), 0),
    (LIST, {"fault": "gzip"}, GOOD, N),
    (LIST, {"fault": "deflate", "raw": True}, GOOD, N),
    (LIST, {"fault": "chunked"}, GOOD, N),
    (FIRST, {"fault": "block_page"}, ("blocked", "block page", []), 0),
    (REPLIES, {"fault": "block_page"}, ("blocked", "block page", []), TOPS),
    (LIST, {"fault": "repeat_page"}, ("broken", "repeated page", ["repeat"]), None),
    (LIST, {"fault": "ignore_cursor"}, ("broken", "repeated page", ["repeat"]), None),
    (LIST, {"fault": "ignore_sort"}, ("broken", "sort ignored: asked NEW got FAVORITE", ["sort"]), 0),
    (LIST, {"fault": "false_sort"}, ("ok", "unsorted: NEW", ["sort"]), N),
    (RANKED, {"fault": "false_sort"}, ("ok", "unsorted: FAVORITE", ["sort"]), N),
    (FIRST, {"fault": "foreign"}, ("broken", "foreign thread", ["foreign"]), 0),
    (LATER, {"fault": "foreign"}, ("broken", "foreign thread", ["foreign"]), TOPS),
    (REPLIES, {"fault": "foreign"}, ("thin", "reply lists could not be read: closed", []), TOPS),
    (FIRST, {"fault": "no_rows"}, ("broken", "0 rows on page 1", ["empty"]), 0),
    (LATER, {"fault": "no_rows"}, ("thin", "comments: 100 of 111", ["count"]), None),
    (REPLIES, {"fault": "no_rows"}, ("thin", "0 rows on page 1", ["empty"]), TOPS),
    (LATER, {"fault": "body", "body": CLOSED}, ("thin", "comments: 100 of 130 (closed: 정책)", []), TOPS),
    (FIRST, {"fault": "bomb", "megabytes": 140}, ("broken", "more than 128 MB", []), 0),
    (FIRST, {"fault": "junk"}, ("broken", "ended early: layout", []), 0),
    (FIRST, {"fault": "empty"}, ("broken", "ended early: layout", []), 0),
    (REPLIES, {"fault": "body", "body": NOTHING}, ("thin", "0 replies where 19 are declared", ["count"]), TOPS),
    (REPLIES, {"fault": "junk"}, ("thin", "replies: 0 of 19 (reply lists could not be read: layout", []), TOPS),
    (FIRST, {"fault": "redirect"}, ("broken", "max redirections", []), 0),
    (FIRST, {"fault": "redirect", "to": "https://evil.test/x"}, ("broken", "not among", []), 0),
    (RANKED, {"fault": 500}, ("thin", "ranked list ended early: http status 500", []), N),
    (RANKED, {"fault": "junk"}, ("thin", "ranked list ended early: layout", []), N),
    (RANKED, {"fault": "ignore_sort"}, ("thin", "sort ignored: asked FAVORITE got NEW", ["sort"]), N),
    (RANKED, {"fault": "foreign"}, ("thin", "foreign thread", ["foreign"]), N),
    (PAGE, {"fault": 429}, ("blocked", "429", []), 0),
    (PAGE, {"fault": 403}, ("blocked", "403", []), 0),
    (PAGE, {"fault": 500, "times": 2}, GOOD, N),
    (PAGE, {"fault": 500}, ("broken", "http status 500", []), N),
    (PAGE, {"fault": "reset"}, ("broken", "could not be fetched", []), N),
    (PAGE, {"fault": "half", "times": 1}, GOOD, N),
    (PAGE, {"fault": "euc-kr"}, GOOD, N),
    (PAGE, {"fault": "deflate"}, GOOD, N),
    (PAGE, {"fault": "chunked"}, GOOD, N),
    (PAGE, {"fault": "block_page"}, ("blocked", "block page", []), 0),
    (PAGE, {"fault": "junk"}, ("broken", "no #title_area", []), N),
    (PAGE, {"fault": "bomb", "megabytes": 140}, ("broken", "more than 128 MB", []), N),
    (PAGE, {"fault": "foreign"}, ("broken", "another article: asked", ["foreign"]), N),
    (PAGE, {"fault": "redirect", "to": "https://www.press.invalid/"}, ("broken", "not among", []), N),
    (REACTIONS, {"fault": 500}, GOOD, N),
    (REACTIONS, {"fault": "junk"}, GOOD, N),
    (REACTIONS, {"fault": 429}, ("blocked", "429", []), None),
    (REACTIONS, {"fault": "foreign"}, ("ok", "foreign article", ["foreign"]), N),
    (SEARCH, {"fault": 429}, ("blocked", "429", []), 0),
    (SEARCH, {"fault": 500, "times": 1}, GOOD, None),
    (SEARCH, {"fault": 500}, ("broken", "http status 500", []), 0),
    (SEARCH, {"fault": "reset"}, ("broken", "not fetched: ResponseDataLossError", []), 0),
    (SEARCH, {"fault": "reset", "after": 1}, ("broken", "not fetched: ResponseDataLossError", []), None),
    (SEARCH, {"fault": "chunked"}, GOOD, None),
    (SEARCH, {"fault": "euc-kr"}, ("broken", "layout", []), 0),
    (SEARCH, {"fault": "block_page"}, ("blocked", "block page", []), 0),
    (SEARCH, {"fault": "repeat_page"}, ("ok", "brings only hits seen before", ["repeat"]), None),
    (SEARCH, {"fault": "no_rows"}, ("broken", "0 items on page 1", ["empty"]), 0),
    (SEARCH, {"fault": "no_rows", "after": 1}, ("broken", "0 items on a further page", ["empty"]), None),
    (SEARCH, {"fault": "ignore_query"}, ("broken", "search ignored", ["search"]), 0),
    (SEARCH, {"fault": "ignore_days"}, ("empty", "ignores its days", ["search"]), 0),
    (SEARCH, {"fault": "junk"}, ("broken", "layout", []), 0),
    (SEARCH, {"fault": "redirect", "to": "https://evil.test/x"}, ("broken", "not among", []), 0),
    (SECTION, {"fault": 500}, ("broken", "http status 500", []), 0),
    (SECTION, {"fault": "no_rows"}, ("broken", "0 items on page 1", ["empty"]), 0),
    (SECTION, {"fault": "junk"}, ("broken", "no list with a cursor", []), 0),
    (MORE, {"fault": "repeat_page"}, ("empty", "brings only articles seen before", ["repeat"]), 0),
    (MORE, {"fault": "ignore_cursor"}, ("empty", "brings only articles seen before", ["repeat"]), 0),
    (MORE, {"fault": "no_rows"}, ("empty", "brings nothing", ["empty"]), 0),
    (MORE, {"fault": "reset"}, ("broken", "not fetched: ResponseDataLossError", []), 0),
    (COUNTS, {"fault": 500}, GOOD, None),
    (COUNTS, {"fault": "no_rows"}, ("ok", "0 counts of", ["empty"]), None),
    (COUNTS, {"fault": "foreign"}, ("ok", "was not asked for", ["foreign"]), None),
    (COUNTS, {"fault": 429}, ("blocked", "429", []), None),
]  # fmt: skip
NAMES = [f"{path} {' '.join(map(str, fault.values()))}" for path, fault, *_ in CASES]


@dataclass
class Spoilt:
    """A run over one spoilt thing: its command, how it ended, the portal's memory of it."""

    sagwan: Sagwan
    ended: Ended
    portal: Portal


def spoil(folder: Path, path: str, fault: dict[str, Any]) -> Spoilt:
    sagwan = Sagwan(folder)
    searched, listed = path in (SEARCH, COUNTS), path in (SECTION, MORE)
    # A word in the news of some 20 articles, or two threads; a section of 50 of which none lies in the topic's window.
    size = {"naver": 200 if listed else 24 if searched else 2, "comments": N if not searched and not listed else 2}
    with Portal(articles=0, **size) as site:
        site.faults.set(path, **fault)
        if searched:
            word = "없는말" if fault["fault"] == "ignore_query" else WORD
            old = naver_runs.day_of(site, 23)
            window = {"until": old} if fault["fault"] == "ignore_days" else {}
            file = write(folder, queries=[word], since=old, **window)
        elif listed:
            since = naver_runs.day_of(site, 199)
            file = write(folder, ["https://news.naver.com/section/102"], since=since, until=since)
        else:
            file = write(folder, [site.world.on("naver")[0].url])
        return Spoilt(sagwan, sagwan.collect(site, file, *(("--limit", "3") if path == COUNTS else ())), site)


@pytest.fixture(scope="module")
def spoilt(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Spoilt]]:
    """Gives a case's run; the next three run meanwhile, as each is mostly the start of a process.

    Not all at once: a worker that tests half of the cases would run the other half for nothing.
    """
    ours = [item for item in request.session.items if item.path == Path(__file__) and hasattr(item, "callspec")]
    chosen = {item.callspec.params.get("name") for item in ours}
    cases = {name: case for name, case in zip(NAMES, CASES, strict=True) if name in chosen}
    order, under_way = list(cases), dict[str, Future[Spoilt]]()
    with ThreadPoolExecutor(3) as pool:

        def run(name: str) -> Spoilt:
            place = order.index(name)
            for near in order[place : place + 4]:
                if near not in under_way:
                    folder = tmp_path_factory.mktemp("spoilt")
                    under_way[near] = pool.submit(spoil, folder, *cases[near][:2])
            return under_way[name].result()

        yield run


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_answer_has_its_name_and_makes_no_wrong_row(spoilt: Callable[[str], Spoilt], name: str) -> None:
    _, _, (verdict, why, names), comments = CASES[NAMES.index(name)]
    run = spoilt(name)
    line, said = run.ended.only, " ".join(str(run.ended.only[part]) for part in ("why", "gaps", "alarms"))
    assert any(one["faults"] for one in run.portal.requests)
    assert (line["verdict"], alarms(line)) == (verdict, names)
    assert run.ended.code == line["exit"] == (0 if verdict == "ok" and not names else 2)
    assert why in said
    assert "\n" not in (line["why"] or "")
    assert run.ended.err == ""
    kept = naver_runs.no_wrong_row(run.sagwan, run.portal)
    assert comments in (None, kept)
    titles = run.sagwan.rows("SELECT a.key, v.title FROM article_versions v JOIN articles a ON a.id = v.article")
    assert all(title == run.portal.world.article(key).title for key, title in titles)
    check(run.sagwan.archive)


@pytest.mark.parametrize("fault", ["repeat_page", "ignore_cursor"])
def test_a_list_that_turns_in_circles_is_left_at_once(
    sagwan: Sagwan, portal: Callable[..., Portal], tmp_path: Path, fault: str
) -> None:
    p = portal(articles=0, naver=1, comments=450)
    p.faults.set(LIST, fault)
    line = sagwan.collect(p, write(tmp_path, p)).only
    assert len(asked(p, "sort=NEW")) == 2
    assert sagwan.rows("SELECT complete, stop_reason, repeats FROM walks WHERE sort = 'NEW'") == [(0, "repeated page", 100)]
    assert (line["verdict"], alarms(line)) == ("broken", ["repeat"])


def test_a_number_that_disagrees_with_its_time_is_flagged_and_kept(
    sagwan: Sagwan, portal: Callable[..., Portal], tmp_path: Path
) -> None:
    p = portal(articles=0, naver=1, old=1, comments=10, seed=2)
    late = portal(articles=0, naver=1, comments=10)
    for site, names in ((p, []), (late, ["time"])):
        (article,) = site.world.on("naver")
        odd = article.comments[0]
        for comment in article.comments:
            comment.created -= 3_000  # it keeps its place, but not the second in its number: only those since 2022 have one
        ended = sagwan.collect(site, write(tmp_path, site))
        assert (ended.code, ended.only["verdict"], alarms(ended.only)) == (2 if names else 0, "ok", names)
        assert len(ended.only["alarms"]) == len(names)  # once a thread, though it is true of every page
        assert names == [] or str(odd.id) in ended.only["alarms"][0]["text"]
    assert naver_runs.stored(sagwan)[article.id] == naver_runs.expected(sagwan, late, article)
