"""`collect --quiet` and `--on-alarm`: silence where all is well, one page where something is newly wrong."""

from __future__ import annotations

import fcntl
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler import onalarm, told
from crawler.trouble import page, trouble
from tests.conftest import Ended, Sagwan
from tests.faults.disks import fill, small_disk
from tests.faults.stage import NotHere, Stage
from tests.portal import Portal

Make = Callable[..., Portal]
Write = Callable[..., Path]
MINUTE = 60_000
HOUR = 60 * MINUTE


class Minutes:
    """The line that cron runs, at any moment of a portal's time."""

    def __init__(self, sagwan: Sagwan, site: Portal, *args: object) -> None:
        self.sagwan, self.site, self.args = sagwan, site, args
        self.start = site.world.now = max(article.published for article in site.world.articles) + HOUR

    def at(self, ms: int, *topics: Path) -> Ended:
        """What is due so long after the start."""
        self.site.world.now = self.start + ms
        reach = ("--connect-to", f"*={self.site.url}", "--clock", f"{self.site.url}/__clock")
        return self.sagwan("collect", "--due", "--quiet", *reach, *self.args, *topics)

    def log(self) -> list[str]:
        """The lines of the run log, without their times."""
        lines = (self.sagwan.archive / "logs" / "run.log").read_text(encoding="utf-8").splitlines()
        assert all(re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+09:00 ", line) for line in lines)
        return [line.partition(" ")[2] for line in lines]


def test_all_well_is_silence_and_a_line_in_the_log(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=20)
    minutes, file = Minutes(sagwan, site), topic(site)
    for at in (0, MINUTE):
        ended = minutes.at(at, file)
        assert (ended.code, ended.out, ended.err) == (0, "", "")
    (line,) = minutes.log()  # the second had nothing to do
    uuid = sagwan.rows("SELECT uuid FROM runs")[0][0]
    assert re.fullmatch(
        rf"daum: 시험: ok: \d+ captures, 1 articles, 20 comments, 20 new counts, \d\.\d s, cron, run {uuid}", line
    )
    assert (sagwan.archive / "logs" / "run.log").stat().st_mode & 0o777 == 0o600


def test_a_locked_source_is_silence(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=20)
    minutes, file = Minutes(sagwan, site), topic(site)
    sagwan.env["SAGWAN_LOCK_WAIT"] = "0"
    (sagwan.archive / "locks").mkdir(parents=True)
    with (sagwan.archive / "locks" / "daum.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ended = minutes.at(0, file)
    assert (ended.code, ended.out, ended.err) == (0, "", "")
    assert [line for line in minutes.log() if line.startswith("daum: 시험: locked: 0 captures, ")]


def test_one_page_says_what_since_when_and_what_to_do(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=20)
    minutes, file = Minutes(sagwan, site), topic(site)
    site.faults.set("/comments", 429)
    ended = minutes.at(0, file)
    assert (ended.code, ended.err) == (2, "")
    lines = ended.out.splitlines()
    assert lines[:3] == ["Sagwan: 1 thing is wrong.", "", "daum: 시험: blocked"]
    assert "status 429: not to be asked again before 20" in lines[3]
    assert lines[4].startswith("  since  20")
    assert lines[5].startswith("  to do  wait: ")
    assert f"log      {sagwan.archive / 'logs' / 'run.log'}" in lines
    assert "daum: 시험: blocked by refused" in minutes.log()
    assert "begins: daum: 시험: blocked" in minutes.log()
    assert sagwan("status").code == 2


def test_the_same_is_told_again_after_one_two_and_four_hours(
    sagwan: Sagwan, portal: Make, topic: Write, tmp_path: Path
) -> None:
    one = trouble("daum", "시험", "blocked", "x")
    quarters = [q for q in range(400) if told.notice(tmp_path, [one], set(), q * 15 * MINUTE).tell]
    assert quarters == [0, 4, 12, 28, 60, 124, 220, 316]  # at most a day between
    site = portal(comments=20)
    minutes, file = Minutes(sagwan, site), topic(site)
    site.faults.set("/comments", 429)
    first = minutes.at(0, file).out
    since = next(line for line in first.splitlines() if "since" in line)
    later = [minutes.at(at * MINUTE, file) for at in (1, 15, 45, 60)]
    assert [(ended.code, bool(ended.out)) for ended in later] == [(2, False)] * 3 + [(2, True)]
    assert since in later[-1].out.splitlines()
    assert sum(line.startswith("begins") for line in minutes.log()) == 1


def test_anything_new_is_told_at_once_and_a_return_within_the_hour_is_not_new(
    sagwan: Sagwan, portal: Make, topic: Write
) -> None:
    site = portal(comments=20)
    minutes, file = Minutes(sagwan, site), topic(site)
    broken = topic(text="title = 1\n", name="broken.toml")
    assert minutes.at(0, file).out == ""
    site.faults.set("/comments", 404)
    assert "daum: 시험: broken\n" in minutes.at(16 * MINUTE, file).out
    assert minutes.at(17 * MINUTE, file).out == ""  # nothing is due, so nobody knows
    page = minutes.at(18 * MINUTE, file, broken)
    assert (page.code, page.out.splitlines()[0]) == (1, "Sagwan: 1 thing is wrong.")
    site.faults.clear()
    assert minutes.at(50 * MINUTE, file).out == ""
    assert "over: daum: 시험: broken" in minutes.log()
    site.faults.set("/comments", 404)
    again = minutes.at(70 * MINUTE, file)
    assert (again.code, again.out) == (2, "")
    site.faults.clear()
    assert minutes.at(3 * HOUR, file).code == 0
    site.faults.set("/comments", 404)
    assert "daum: 시험: broken\n" in minutes.at(5 * HOUR, file).out  # over for more than an hour: it is new


def test_one_wrong_file_does_not_stop_the_others(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=20)
    minutes, file = Minutes(sagwan, site), topic(site)
    ended = minutes.at(0, topic(text="titel = 1\n", name="typo.toml"), file)
    assert (ended.code, ended.err) == (1, "")
    assert "typo.toml: unknown key `titel`" in ended.out
    assert "  to do  mend the file. The other topics go on without it\n" in ended.out
    assert sagwan.rows("SELECT verdict FROM runs") == [("ok",)]


def test_what_keeps_all_from_beginning_is_a_page_too(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=20)
    file = topic(site)
    sagwan.env["SAGWAN_CONTACT"] = None
    ended = sagwan("collect", "--due", "--quiet", file)
    assert (ended.code, ended.err) == (1, "")
    assert "cannot begin\n  what   no contact: set SAGWAN_CONTACT" in ended.out
    assert sagwan("collect", "--due", "--quiet", file).out == ""
    plain = sagwan("collect", "--due", file)
    assert (plain.code, plain.out, len(plain.err.splitlines())) == (1, "", 1)
    assert plain.err.startswith("sagwan: no contact")


def test_what_cannot_be_noted_is_told_each_time(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=20)
    minutes, file = Minutes(sagwan, site), topic(site)
    sagwan.archive.write_text("no folder")
    sagwan.env["SAGWAN_ARCHIVE"] = str(sagwan.archive / "inside")
    for _ in range(2):
        ended = minutes.at(0, file)
        assert ended.code == 3
        assert "daum: 시험: failed\n" in ended.out
        assert "This comes each time: " in ended.out


def test_a_full_disk_is_told_once(sagwan: Sagwan, portal: Make, topic: Write, tmp_path: Path) -> None:
    stage, site = Stage(tmp_path, short=True), portal(comments=20)
    minutes, file = Minutes(sagwan, site), topic(site)
    try:
        with small_disk(stage) as disk:
            sagwan.archive = disk / "archive"
            sagwan.env["SAGWAN_ARCHIVE"] = str(sagwan.archive)
            assert minutes.at(0, file).code == 0
            fill(disk)
            for at, said in ((16, True), (17, False), (18, False)):
                ended = minutes.at(at * MINUTE, file)
                assert (ended.code, ended.err) == (3, ""), ended.out
                assert ("archive.db cannot be opened: its disk is full. Free some of it\n" in ended.out) is said
                assert bool(ended.out) is said
    except NotHere as why:
        pytest.skip(str(why))


def test_a_lost_or_torn_state_is_told_once_more(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=20)
    minutes, file = Minutes(sagwan, site), topic(site)
    site.faults.set("/comments", 429)
    assert minutes.at(0, file).out
    state = sagwan.archive / "logs" / "told.json"
    for damage in (lambda: state.unlink(), lambda: state.write_bytes(state.read_bytes()[:50])):
        assert minutes.at(MINUTE, file).out == ""
        damage()
        assert minutes.at(MINUTE, file).out


def test_the_state_is_written_over_in_place(tmp_path: Path) -> None:
    one = trouble("daum", "t", "blocked", "x")
    told.notice(tmp_path, [one], set(), 0)
    state = tmp_path / "logs" / "told.json"
    size, inode = state.stat().st_size, state.stat().st_ino
    told.notice(tmp_path, [one, trouble("naver", "t", "blocked", "x")], set(), MINUTE)
    assert (state.stat().st_size, state.stat().st_ino, size) == (size, inode, 4096)
    assert len(json.loads(state.read_text())) == 2
    assert told.notice(tmp_path, [], set(), 3 * 24 * HOUR).tell is False
    assert json.loads(state.read_text()) == []  # what nobody asks for any more is forgotten


def test_the_command_gets_the_page_and_facts_when_it_begins(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=20)
    title = "'; touch hacked; $(touch hacked) `touch hacked`"
    file = topic(site, title=title)
    told_to = sagwan.folder / "told"
    command = f'cat >> "{told_to}"; echo "$SAGWAN_ALARMS|$SAGWAN_TOPICS|$SAGWAN_ARCHIVE|$SAGWAN_LOG" >> "{told_to}"'
    minutes = Minutes(sagwan, site, "--on-alarm", command)
    assert minutes.at(0, file).code == 0
    assert not told_to.exists()
    site.faults.set("/comments", 429)
    page = minutes.at(16 * MINUTE, file)
    facts = f"daum:blocked|{title}|{sagwan.archive}|{sagwan.archive / 'logs' / 'run.log'}\n"
    assert told_to.read_text(encoding="utf-8") == page.out + facts
    again = minutes.at(3 * HOUR, file)  # told again, but it began before
    assert again.out
    assert told_to.read_text(encoding="utf-8") == page.out + facts
    assert not list(sagwan.folder.rglob("hacked"))


@pytest.mark.parametrize(
    ("command", "said"), [("exit 7", "exit 7"), ("exec /nowhere/x 2>&-", "exit 127"), ("kill -9 $$", "exit -9")]
)
def test_a_command_that_fails_is_said_and_stops_nothing(
    sagwan: Sagwan, portal: Make, topic: Write, command: str, said: str
) -> None:
    site = portal(comments=20)
    site.faults.set("/children", 404)
    ended = sagwan("collect", topic(site), "--connect-to", f"*={site.url}", "--on-alarm", command, "--json")
    assert (ended.code, ended.only["verdict"]) == (2, "thin")
    assert f"sagwan: --on-alarm: {said}" in ended.err.splitlines()
    log = (sagwan.archive / "logs" / "run.log").read_text(encoding="utf-8")
    assert f" --on-alarm: {said}\n" in log
    assert sagwan("verify").code == 0


def test_a_command_that_hangs_is_killed_and_one_that_reads_nothing_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = [trouble("daum", "t", "blocked", "x")]
    assert onalarm.run_command("true", tmp_path, one, "page" * 100_000) is None
    assert onalarm.run_command("sleep 50 & exit 0", tmp_path, one, "page") is None  # not waited for
    monkeypatch.setattr(onalarm, "PATIENCE", 0.2)
    assert "was killed" in (onalarm.run_command("sleep 50; true", tmp_path, one, "page") or "")


def test_what_a_site_says_steers_no_terminal_and_forges_no_line(tmp_path: Path) -> None:
    one = trouble("daum", "t\x1b[2J", "broken", "a\x1b]0;x\x07\nSagwan: nothing is wrong.\u202e" + "b" * 5000)
    text = page(tmp_path, [one], {one.key: 0}, None)
    assert not [letter for letter in text.replace("\n", "") if not letter.isprintable()]
    assert [line for line in text.splitlines() if line.startswith("Sagwan")] == ["Sagwan: 1 thing is wrong."]
    assert len(text) < 1500


def test_misuse_of_quiet(sagwan: Sagwan, topic: Write) -> None:
    ended: Any = sagwan("collect", "--quiet", "--json", topic(text='title = "t"\nqueries = ["a"]\n'))
    assert (ended.code, len(ended.err.splitlines())) == (1, 1)
    assert not sagwan.archive.exists()
