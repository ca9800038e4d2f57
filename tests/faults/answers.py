"""Answers that break on the way, or are not what was asked for: each is kept, has its name, and makes no wrong row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests import naver_runs
from tests.faults import proofs
from tests.faults.catalogue import fault
from tests.faults.stage import Proven, Shown, Stage
from tests.portal import Portal
from tests.warcs import exchanges

ARTICLE, TOKEN, POST, LIST, EMOTIONS = r"/v/\d", "/oauth/token", "/ui/single/main", r"/posts/.*/comments", "/reactions/"
NAVER_PAGE, NAVER_LIST = r"/mnews/article/\d", "web_naver_list"
COMMENTS = 20
ONE = "daum.article failed"


@dataclass(frozen=True)
class Spoilt:
    """What is spoilt and how, and what must come of it: verdict, words of the reason, errors, comments stored."""

    path: str
    fault: dict[str, Any]
    verdict: str
    why: str
    errors: dict[str, int]
    comments: int = 0


def spoil(stage: Stage, *cases: Spoilt, patience: float | None = None, **world: Any) -> tuple[list[Shown], str]:
    """Runs each case in an archive of its own: its verdict and errors, every attempt a capture, no wrong row."""
    shown = []
    for number, case in enumerate(cases):
        site = stage.portal(**({"comments": COMMENTS} | world))
        site.faults.set(case.path, **case.fault)
        stage.move(f"archive-{number}")
        ran = stage.collect(site, stage.topic(site), patience=patience)
        shown.append(ran)
        assert (ran.verdicts, ran.code) == ([case.verdict], 0 if case.verdict == "ok" else 2), ran
        assert ran.ended.err == "", ran.ended.err
        assert case.why in ran.ended.out, ran.ended.out
        assert errors(ran) == case.errors, ran.ended.out
        assert any(one["faults"] for one in site.requests), "nothing was spoilt"
        proofs.same_number(stage.sagwan, site)
        assert proofs.nothing_invented(stage.sagwan, site) == case.comments
        attempts(stage, site, case)
        agreed = stage.agree()
    return shown, f"every attempt is one capture; {', '.join(str(case.comments) for case in cases)} comments stored; {agreed}"


def errors(ran: Shown) -> dict[str, int]:
    """The errors that a run named, with their numbers."""
    found = [line.removeprefix("  error: ") for line in ran.ended.out.splitlines() if line.startswith("  error: ")]
    return {line.rpartition(": ")[0]: int(line.rpartition(": ")[2]) for line in found}


def attempts(stage: Stage, site: Portal, case: Spoilt) -> None:
    """What was cut is kept as far as it came, and each attempt has its number."""
    hit = len([one for one in site.requests if one["faults"]])
    (page,) = {kind.rpartition(" ")[0].removesuffix(" not").removesuffix(" block") for kind in case.errors} or {None}
    kept = [one for one in exchanges(stage.sagwan.archive) if one.facts.page == page]
    if case.fault["fault"] in ("reset", "half", 500):
        assert [one.facts.attempt for one in kept][:hit] == [1, 2, 3][:hit]
    if case.fault["fault"] in ("reset", "half"):
        cut = [one for one in kept if one.facts.truncated]
        assert len(cut) == hit
        assert all(one.facts.truncated == "disconnect" and one.body and "DataLoss" in (one.facts.error or "") for one in cut)


def row(ran: tuple[list[Shown], str]) -> Proven:
    """The row of the table: what each case showed."""
    shown, proof = ran
    codes = ", ".join(dict.fromkeys(str(one.code) for one in shown))
    return Proven("\n".join(dict.fromkeys(line for one in shown for line in one.lines)), codes, proof)


@fault("answers", "The connection is reset in the middle of an answer, once and always")
def resets(stage: Stage) -> Proven:
    """Asked again twice."""
    once = Spoilt(ARTICLE, {"fault": "reset", "times": 1}, "ok", "", {ONE: 1}, COMMENTS)
    return row(spoil(stage, once, Spoilt(ARTICLE, {"fault": "reset"}, "broken", "could not be fetched", {ONE: 3})))


@fault("answers", "Half a body, twice and always; a length that is not true")
def halves(stage: Stage) -> Proven:
    """What came is kept, marked as truncated."""
    failed = {"daum.comments failed": 3}
    return row(
        spoil(
            stage,
            Spoilt(LIST, {"fault": "half", "times": 2}, "ok", "", {"daum.comments failed": 2}, COMMENTS),
            Spoilt(LIST, {"fault": "half"}, "broken", "ended early", failed),
            Spoilt(LIST, {"fault": "wrong_length", "by": 7}, "broken", "ended early", failed),
        )
    )


def cut(stage: Stage, how: dict[str, Any], truncated: str | None, patience: float, attempts: int = 3) -> Proven:
    """An article page that does not end: it is cut, and kept as far as it came."""
    ran = spoil(stage, Spoilt(ARTICLE, how, "broken", "could not be fetched", {ONE: attempts}), patience=patience)
    kept = exchanges(stage.sagwan.archive, "daum.article")
    assert [one.facts.truncated for one in kept] == [truncated] * attempts
    assert all((one.head is None) == (truncated is None) for one in kept)
    assert stage.sagwan.rows("SELECT DISTINCT outcome, digest FROM captures WHERE page = 'daum.article'") == [("failed", None)]
    return row((ran[0], f"{sum(len(one.body) for one in kept):,} bytes of bodies kept; {ran[1]}"))


@fault("answers", "A server that takes the request and never answers", long=True)
def silent(stage: Stage) -> Proven:
    """A minute's patience (here half a second)."""
    return cut(stage, {"fault": "slow", "seconds": 50}, None, 0.5)


@fault("answers", "A body that stops in the middle, the connection stays open")
def stalls(stage: Stage) -> Proven:
    """As silence."""
    return cut(stage, {"fault": "slow_body", "seconds": 50}, "time", 0.5)


@fault("answers", "A body that drips for ever, a byte at a time")
def drips(stage: Stage) -> Proven:
    """The patience is for the whole answer, not for each byte."""
    return cut(stage, {"fault": "endless", "size": 1, "pause": 0.02}, "time", 0.5)


@fault("answers", "A body without an end, as fast as it goes", long=True)
def endless(stage: Stage) -> Proven:
    """Cut at 64 MB."""
    return cut(stage, {"fault": "endless", "size": 1 << 20, "pause": 0}, "length", 60, attempts=1)


@fault("answers", "A gzip bomb: 200 MB of zeros in 200 KB")
def bombs(stage: Stage) -> Proven:
    """Kept as it came, never unpacked whole."""
    cases = [
        Spoilt(LIST, {"fault": "bomb"}, "broken", "more than 128 MB", {"daum.comments unreadable": 1}),
        Spoilt(ARTICLE, {"fault": "bomb"}, "broken", "more than 128 MB", {"daum.article unreadable": 1}),
    ]
    return row(spoil(stage, *cases[: 1 if stage.short else 2]))


@fault("answers", "The wrong charset: EUC-KR where UTF-8 was, declared as such")
def charsets(stage: Stage) -> Proven:
    """A page in the charset that its parser does not read is an unknown page, never letters that nobody wrote."""
    layout = {"daum.comments layout": 1}
    ran = spoil(stage, Spoilt(LIST, {"fault": "euc-kr"}, "broken", "layout", layout))
    site = stage.portal(articles=0, naver=1)
    site.faults.set(NAVER_PAGE, "euc-kr")  # Naver had both, and says which
    stage.move("naver")
    shown = stage.collect(site, stage.topic(site))
    assert (shown.code, shown.verdicts) == (0, ["ok"]), shown
    naver_runs.complete(stage.sagwan, site, *site.world.articles)
    titles = [title for (title,) in stage.sagwan.rows("SELECT title FROM article_versions")]
    assert titles == [site.world.articles[0].title]
    return row(([*ran[0], shown], f"Naver's page, where both are known, reads right; {ran[1]}"))


@fault("answers", "A captcha or block page with status 200")
def block_pages(stage: Stage) -> Proven:
    """The source stops for the run."""
    return row(
        spoil(
            stage,
            Spoilt(ARTICLE, {"fault": "block_page"}, "blocked", "block page", {"daum.article block page": 1}),
            Spoilt(LIST, {"fault": "block_page"}, "blocked", "block page", {"daum.comments block page": 1}),
        )
    )


@fault("answers", "Server errors: 500 twice; 404 and 401 where there was a list")
def statuses(stage: Stage) -> Proven:
    """500 is asked again, 404 is the site's word."""
    return row(
        spoil(
            stage,
            Spoilt(ARTICLE, {"fault": 500, "times": 2}, "ok", "", {"daum.article 500": 2}, COMMENTS),
            Spoilt(LIST, {"fault": 404}, "broken", "status 404", {"daum.comments 404": 1}),
            Spoilt(POST, {"fault": 401}, "broken", "could not be opened", {"daum.post 401": 2}),
            Spoilt(POST, {"fault": 401, "times": 1}, "ok", "", {"daum.post 401": 1}, COMMENTS),
        )
    )


@fault("answers", "A page that nobody knows (maintenance, a new layout)")
def unknown_pages(stage: Stage) -> Proven:
    """An unknown layout is never an empty list."""
    return row(
        spoil(
            stage,
            Spoilt(ARTICLE, {"fault": "junk"}, "broken", "layout", {"daum.article layout": 1}),
            Spoilt(TOKEN, {"fault": "junk"}, "broken", "could not be opened", {"daum.token layout": 1}),
            Spoilt(LIST, {"fault": "junk"}, "broken", "layout", {"daum.comments layout": 1}),
            Spoilt(EMOTIONS, {"fault": "junk"}, "ok", "", {"daum.emotions layout": 1}, COMMENTS),
        )
    )
