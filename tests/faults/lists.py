"""Lists that change while they are read: nothing doubled, nothing invented, nothing called gone that is there."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from archive.records import DELETED
from tests import naver_runs
from tests.faults.catalogue import fault
from tests.faults.stage import Proven, Shown, Stage
from tests.portal import Article, Portal

PAGE = 100  # comments on a page of a list
ROUNDS, A_FEW = 8, 1


class Witness:
    """What a reader could have seen of each comment at some time, and what was taken away."""

    def __init__(self, site: Portal) -> None:
        self._site = site
        self.seen: dict[str, set[tuple[str | None, int, int]]] = defaultdict(set)
        self.deleted: set[str] = set()
        for article in site.world.articles:
            for one in site.world.truth(article):
                self._look(one["id"])
            self.deleted |= {str(one["id"]) for one in site.world.gone(article)}  # of before the first look

    def _look(self, number: int) -> None:
        one = self._site.world.comment(number)
        self.seen[str(number)].add((one.text, one.likes, one.dislikes))

    def vote(self, number: int, likes: int) -> None:
        """Adds to the votes of a comment."""
        self._site.world.vote(number, likes=likes)
        self._look(number)

    def write(self, article: Article) -> None:
        """A new comment."""
        self._look(self._site.world.add_comment(article))

    def delete(self, number: int) -> None:
        """Takes a comment away; nobody can read its replies then either."""
        self._site.world.delete(number)
        replies = () if self._site.world.article_of(number).naver else self._site.world.comment(number).replies
        self.deleted |= {str(number), *(str(one.id) for one in replies)}


def between_pages(site: Portal, change: Callable[[int], None]) -> None:
    """Calls `change` with the number of a list request (from 1 in each run) before each is answered."""

    def hook(host: str, path: str) -> None:
        if "/comments?" in path or ("web_naver_list" in path and "parentCommentNo" not in path):
            change(1 if "offset=0&" in path or "initialize=true" in path else 2)

    site.on_request(hook)


def proven(stage: Stage, site: Portal, witness: Witness) -> str:
    """Nothing doubled, nothing invented, `gone` only what was taken away, repeats counted."""
    sagwan = stage.sagwan
    assert sagwan.rows("SELECT 1 FROM comments GROUP BY article, key HAVING count(*) > 1") == []
    for key, likes, dislikes, text in sagwan.rows(
        "SELECT c.key, o.likes, o.dislikes, (SELECT text FROM comment_versions v WHERE v.comment = c.id AND "
        "v.capture <= o.capture ORDER BY v.capture DESC LIMIT 1) FROM observations o JOIN comments c ON c.id = o.comment "
        "WHERE o.state = 0"  # visible
    ):
        assert (text, likes, dislikes) in witness.seen[key], f"never shown: {key} {likes} {dislikes} {text}"
    for line in sagwan("changes", "--kind", "gone,deleted", "--json").lines:
        key = line["ref"].partition("#")[2]
        assert key in witness.deleted, f"called {line['change']} and still there: {line['ref']}"
    repeats = counted_repeats(stage)
    return f"no comment twice, no count that was never shown, none called gone that is there; {repeats} repeats counted"


def counted_repeats(stage: Stage) -> int:
    """A walk's repeats are what its sightings say; how many they are."""
    pages: dict[int, list[tuple[bool, list[int]]]] = defaultdict(list)
    sql = "SELECT c.walk, s.parent IS NOT NULL, unpack_sightings(s.ids) FROM sightings s JOIN captures c ON c.id = s.capture"
    for walk, replies, ids in naver_runs.opened(stage.sagwan, f"{sql} WHERE c.walk IS NOT NULL"):
        pages[walk].append((bool(replies), [int(one) for one in ids.strip("[]").split(",") if one.strip()]))
    total = 0
    for walk, repeats, reason in stage.sagwan.rows("SELECT id, repeats, stop_reason FROM walks WHERE stop_reason <> 'sampled'"):
        twice = 0
        for kind in (False, True):
            listed = [one for replies, ids in pages[walk] if replies == kind for one in ids]
            twice += len(listed) - len(set(listed))
        assert repeats == twice, f"a walk counted {repeats} repeats, its sightings have {twice} ({reason})"
        total += repeats
    return total


def settle(stage: Stage, site: Portal, file: Path, witness: Witness, replies: bool = False) -> tuple[Shown, str]:
    """Two quiet runs: everything that is there is there, and gone is exactly what was seen and taken away."""
    for _ in range(2):
        shown = stage.collect(site, file)
        assert (shown.code, shown.verdicts) == (0, ["ok"]), shown
    said = proven(stage, site, witness)
    known = {str(key) for (key,) in stage.sagwan.rows("SELECT key FROM comments")}
    asked = stage.sagwan("as-of", "now", "--json").lines
    states = {line["ref"].partition("#")[2]: line for line in asked if line["kind"] == "comment"}
    for article in site.world.articles:
        for true in site.world.truth(article):
            if true["parent"] and not replies:
                continue
            shown_now = states[str(true["id"])]
            told = (shown_now["text"], shown_now["likes"], shown_now["dislikes"])
            assert told == (true["text"], true["likes"], true["dislikes"]), (told, true)
            assert shown_now["state"] in ("visible", "hidden_by_filter"), shown_now
    gone = {key for key, line in states.items() if line["state"] in ("gone", "blinded", *DELETED)}
    assert gone == witness.deleted & known, gone ^ (witness.deleted & known)
    there = len(known) - len(gone)
    return shown, f"{said}; after two quiet runs all {there} are as the site shows them, {len(gone)} gone; {stage.agree()}"


def thread(stage: Stage, comments: int = 250) -> tuple[Portal, Article, Path, Witness]:
    """A thread of three pages without replies, paged by offset over the order of votes."""
    site = stage.portal(articles=1, comments=comments)
    return site, site.world.articles[0], stage.topic(site, replies=False), Witness(site)


@fault("lists", "Votes reorder the pages while a list is read: a comment climbs from the second page to the first", long=True)
def climbs(stage: Stage) -> Proven:
    """It would be missed; another stands on both pages."""
    site, article, file, witness = thread(stage)

    def climb(page: int) -> None:
        if page > 1 and "sort=RECOMMEND" in site.requests[-1]["path"]:
            below = site.world.listed(article)[PAGE + 20]
            witness.vote(below.id, 100_000)

    between_pages(site, climb)
    shown = stage.collect(site, file)
    assert shown.verdicts == ["ok"], shown
    first = proven(stage, site, witness)
    repeats = counted_repeats(stage)
    assert repeats > 0, "nothing moved"
    after = settle(stage, site, file, witness)[1]
    return shown.proven(f"the list is read once more in another order, {repeats} repeats counted ({first}); {after}")


@fault("lists", "Deletions shift the offsets while a list is read")
def shifts(stage: Stage) -> Proven:
    """A comment slips over the border of two pages, unseen."""
    site, article, file, witness = thread(stage)

    def delete(page: int) -> None:
        if page > 1:
            witness.delete(site.world.listed(article)[3].id)

    between_pages(site, delete)
    shown = stage.collect(site, file)
    first = proven(stage, site, witness)
    assert witness.deleted
    deleted = len(witness.deleted)
    site._hooks.clear()
    return shown.proven(f"{deleted} deleted while it was read ({first}); {settle(stage, site, file, witness)[1]}")


@fault("lists", "A comment is hidden twice: it climbs over the border while another is deleted, so that all numbers agree")
def hidden_twice(stage: Stage) -> Proven:
    """Two complete walks without a comment that was there all the time."""
    site, article, file, witness = thread(stage)
    victim = site.world.listed(article)[PAGE + 20].id
    up = [True]

    def hide(page: int) -> None:
        if page > 1 and not up[0]:
            up[0] = True
            witness.delete(site.world.listed(article)[5].id)
            witness.vote(victim, 100_000)

    between_pages(site, hide)
    assert stage.collect(site, file).verdicts == ["ok"]
    for _ in range(2):
        up[0] = False
        shown = stage.collect(site, file)
        assert up[0], "nothing was hidden"
        said = proven(stage, site, witness)
        site.world.vote(victim, likes=-100_000)
    return shown.proven(f"{said}; {settle(stage, site, file, witness)[1]}")


def busy(stage: Stage, site: Portal, file: Path, chance: random.Random) -> tuple[Shown, str]:
    """Runs over a world in which comments are voted on, written and deleted before each answer; then two quiet ones."""
    witness = Witness(site)
    quiet = [False]

    def stir(_: int) -> None:
        if quiet[0]:
            return
        article = chance.choice(site.world.articles)
        listed = site.world.listed(article, "LATEST" if not article.naver else "NEW")
        for one in chance.sample(listed, min(4, len(listed))):
            witness.vote(one.id, chance.choice((1, 2, 40)))
        if chance.random() < 0.2:
            witness.delete(chance.choice(listed).id)
        if chance.random() < 0.5:
            witness.write(article)

    between_pages(site, stir)
    verdicts = []
    for _ in range(A_FEW if stage.short else ROUNDS):
        shown = stage.collect(site, file)
        verdicts += shown.verdicts
        assert set(shown.verdicts) <= {"ok", "thin"}, shown
        proven(stage, site, witness)
    quiet[0] = True
    shown, said = settle(stage, site, file, witness, replies=True)
    return shown, f"{len(verdicts)} runs ({verdicts.count('ok')} `ok`, {verdicts.count('thin')} `thin`): {said}"


@fault("lists", "Daum: votes, new comments and deletions before every page, run after run")
def busy_daum(stage: Stage) -> Proven:
    """Paged by offset over the order of votes: the worst there is."""
    site = stage.portal(articles=2, comments=230)
    shown, said = busy(stage, site, stage.topic(site), random.Random(5))
    return shown.proven(said)


@fault("lists", "Naver: votes, new comments and deletions before every page, run after run")
def busy_naver(stage: Stage) -> Proven:
    """Paged by a cursor over the order of writing; deleted ones leave a mark."""
    site = stage.portal(articles=0, naver=2, comments=230)
    shown, said = busy(stage, site, stage.topic(site), random.Random(6))
    return shown.proven(said)
