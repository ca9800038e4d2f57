"""`sagwan cron`: what a real cron daemon and sh make of its line is what was meant, and what cron mails."""

from __future__ import annotations

import os
import pwd
import re
import shlex
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.crontab import LONGEST, crontab_line
from tests.conftest import COMMAND, ROOT, Sagwan
from tests.crond import Crond, read_line, why_not
from tests.portal import Portal

Make = Callable[..., Portal]
Write = Callable[..., Path]
ODD = "a b%c'd\"e$HOME`f;g\\h\\\\i\\%j~k*"  # a folder's name: all that cron or sh could take for something else
needs_cron = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))


def until(done: Callable[[], bool], seconds: float = 60) -> None:
    """Returns when something is so."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def words_of(line: str) -> list[str]:
    """The words that sh makes of a crontab line."""
    fields, command = read_line(line)
    assert fields == ["*"] * 5
    return shlex.split(command)


def test_one_line_with_absolute_paths_and_what_cron_does_not_hand_on(sagwan: Sagwan, topic: Write) -> None:
    one, two = (topic(text='title = "t"\nqueries = ["a"]\n', name=f"{name}.toml") for name in ("one", "two"))
    ended = sagwan("cron", two.name, "./one.toml", two, "--archive", "archive")
    assert (ended.code, ended.err) == (0, "")
    (line,) = ended.out.splitlines()
    own = [f"{name}={sagwan.env[name]}" for name in ("SAGWAN_CONTACT", "SAGWAN_PSEUDONYM_KEY", "XDG_CONFIG_HOME")]
    options = ["collect", "--due", "--for", "50s", "--quiet", "--archive", str(sagwan.folder / "archive")]
    assert words_of(line) == [*own, COMMAND, *options, str(one), str(two)]
    assert sagwan("cron", "two.toml", one, "--archive", "archive").out == ended.out
    sagwan.env["SAGWAN_ARCHIVE"] = str(sagwan.folder / "archive")
    assert sagwan("cron", one, two).out == ended.out


def test_what_a_run_reads_from_its_environment_is_handed_on(sagwan: Sagwan, topic: Write) -> None:
    code = "".join(path.read_text(encoding="utf-8") for part in ("crawler", "archive") for path in (ROOT / part).rglob("*.py"))
    read = set(re.findall(r'environ(?:\.get\(|\[)"([A-Z_]*)"', code)) - {"SAGWAN_ARCHIVE", "XDG_CONFIG_HOME"}
    assert {"SAGWAN_KEEP_FREE", "SAGWAN_CONTACT", "PLAYWRIGHT_BROWSERS_PATH"} <= read
    names = sorted(read - {"PATH", "HOME", "SAGWAN_SERVE_TOKEN"})  # the last: no run listens
    sagwan.env |= dict.fromkeys(names, "1") | {"SAGWAN_CONTACT": "1@example.org"}
    sagwan.env["SAGWAN_CONNECT_TO"] = "*=http://127.0.0.1:9"
    words = words_of(sagwan("cron", topic(text='title = "t"\nqueries = ["a"]\n')).out.rstrip("\n"))
    assert [name for name in names if not any(word.startswith(f"{name}=") for word in words)] == []


def test_a_contact_in_the_config_file_of_the_user_needs_no_environment(sagwan: Sagwan, topic: Write) -> None:
    file = topic(text='title = "t"\nqueries = ["a"]\n')
    sagwan.env |= {"SAGWAN_CONTACT": None, "SAGWAN_PSEUDONYM_KEY": None}
    ended = sagwan("cron", file)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("sagwan: no contact: set SAGWAN_CONTACT")
    config = sagwan.folder / "config" / "sagwan" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('contact = "me@example.org"\n')
    assert words_of(sagwan("cron", file).out.rstrip("\n"))[0] == f"XDG_CONFIG_HOME={sagwan.folder / 'config'}"
    sagwan.env |= {"XDG_CONFIG_HOME": None, "HOME": str(config.parents[1])}
    (config.parents[1] / ".config").symlink_to(config.parents[1])
    assert words_of(sagwan("cron", file).out.rstrip("\n"))[0] == f"XDG_CONFIG_HOME={sagwan.folder / 'config' / '.config'}"
    home = Path(pwd.getpwuid(os.getuid()).pw_dir)
    sagwan.env |= {"SAGWAN_CONTACT": "me@example.org", "HOME": str(home)}
    assert words_of(sagwan("cron", file).out.rstrip("\n"))[:2] == ["SAGWAN_CONTACT=me@example.org", COMMAND]


def test_what_cannot_be_is_one_line(sagwan: Sagwan, topic: Write) -> None:
    file = topic(text='title = "t"\nqueries = ["a"]\nsources = ["naver"]\n')
    broken = topic(text="title = 1\n", name="broken.toml")
    newline = topic(text='title = "t"\nqueries = ["a"]\n', name="a\nb.toml")
    many = [topic(text='title = "t"\nqueries = ["a"]\n', name=f"{'x' * 40}{n}.toml") for n in range(20)]
    for files, said in (
        (["none.toml"], "none.toml: no such topic file"),
        ([broken], "broken.toml: `title` must be a text"),
        ([newline], "cannot stand in a crontab"),
        (many, f"bytes, and cron takes {LONGEST}. Name fewer or shorter paths"),
    ):
        ended = sagwan("cron", *files)
        assert (ended.code, ended.out, len(ended.err.splitlines())) == (1, "", 1)
        assert said in ended.err
    sagwan.env |= {"NAVER_CLIENT_ID": "idididid", "NAVER_CLIENT_SECRET": "hushhush"}
    ended = sagwan("cron", file)
    assert ended.code == 0
    assert "NAVER_CLIENT_ID and NAVER_CLIENT_SECRET stand not in the line" in ended.err
    assert "hushhush" not in ended.out + ended.err
    assert not sagwan.archive.exists()


@pytest.mark.parametrize("line", ["* * * * * relative/sagwan collect", "* * * * /x", "* * * * * /x 100%", "0 0 1 jan * /x"])
def test_the_strict_reader_can_fail(line: str) -> None:
    with pytest.raises(ValueError, match="cron"):
        read_line(line)


@needs_cron
def test_a_real_daemon_runs_the_line_and_mails_only_trouble(sagwan: Sagwan, portal: Make, tmp_path: Path) -> None:
    site = portal(comments=20)
    folder = tmp_path / ODD
    folder.mkdir()
    topic = folder / "토픽 100%.toml"
    seed = f"https://v.daum.net/v/{site.world.articles[0].id}"
    topic.write_text(f'title = "시험"\nsources = ["daum"]\nseeds = ["{seed}"]\n', encoding="utf-8")
    sagwan.archive = folder / "archive"
    sagwan.env |= {"SAGWAN_CONTACT": "a%b@c 'c' \\% \"d\"", "SAGWAN_CONNECT_TO": f"*={site.url}"}
    mark = tmp_path / "alarmed"
    (line,) = sagwan("cron", topic, "--archive", sagwan.archive, "--on-alarm", f"cat > {mark} # 100%").out.splitlines()
    fields, at_once = line[:10], "@reboot " + line[10:].replace("50s", "1s")
    assert fields == "* * * * * "
    with Crond(tmp_path / "first", f"{at_once}; echo the end: $? >&2") as cron:
        until(lambda: bool(cron.mails()))
    assert cron.mails() == ["the end: 0\n"]  # all that it printed
    assert sagwan.rows("SELECT verdict, trigger, topic FROM runs") == [("ok", "cron", "시험")]
    assert site.requests[0]["user_agent"].endswith("a%b@c 'c' \\% \"d\")")
    assert not mark.exists()
    topic.write_text("title = 1\n", encoding="utf-8")
    with Crond(tmp_path / "second", f"{at_once}; echo the end: $?", f"{at_once}; echo the end: $?") as cron:
        until(lambda: len(cron.mails()) == 2)
    one, other = sorted(cron.mails(), key=len)
    assert one == "the end: 1\n"  # the same trouble is told once
    assert other.startswith("Sagwan: 1 thing is wrong.\n")
    assert f"what   {topic}: `title` must be a text in quotes\n" in other
    assert mark.read_text(encoding="utf-8") + one == other


@needs_cron
def test_a_real_daemon_takes_the_longest_line_and_leaves_out_a_longer_one(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    words = ["/bin/sh", "-c", f"echo ${{#1}} > {mark}", "x"]
    room = LONGEST - len(crontab_line([*words, "x"], {})) + len("* * * * * ")
    longest = crontab_line([*words, "y" * (room + 1)], {})
    assert len(longest) == LONGEST + len("* * * * * ")
    with Crond(tmp_path / "cron", longest.replace("* * * * *", "@reboot"), "@reboot echo done"):
        until(mark.exists)
    until(lambda: mark.read_text() == f"{room + 1}\n")
    mark.unlink()
    with Crond(tmp_path / "other", longest.replace("* * * * *", "@reboot") + "y"), pytest.raises(AssertionError):
        until(mark.exists, 1.5)
