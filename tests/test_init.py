"""`sagwan init`: a topic file that works, the contact in its place, and nothing overwritten."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler import topics
from tests.conftest import Sagwan
from tests.portal import Portal


def config(sagwan: Sagwan) -> Path:
    return sagwan.folder / "config" / "sagwan" / "config.toml"


def test_what_it_writes_is_collected_at_once(sagwan: Sagwan, portal: Callable[..., Portal]) -> None:
    p = portal(articles=1, naver=4, comments=2)
    sagwan.env["SAGWAN_CONTACT"] = None
    seeds = [p.world.on("daum")[0].url, p.world.on("naver")[0].url]
    words = ["init", "bus.toml", "--query", '"노선 \\ 개편" -마을', "--query", "둘레길", "--contact", "us@example.org"]
    ended = sagwan(*words, "--seed", seeds[0], "--seed", seeds[1])
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines() == [
        f"{config(sagwan)}: contact = us@example.org",
        "bus.toml: written",
        "Then: sagwan collect bus.toml --dry-run",
    ]
    topic = topics.load(sagwan.folder / "bus.toml")
    assert (topic.title, topic.queries, topic.seeds) == ("bus", ['"노선 \\ 개편" -마을', "둘레길"], seeds)
    assert topic.sources is None
    ended = sagwan.collect(p, sagwan.folder / "bus.toml")
    assert [line["verdict"] for line in ended.lines] == ["ok", "ok"], ended
    assert all(entry["user_agent"].endswith("us@example.org)") for entry in p.requests)


def test_without_words_it_says_what_to_do_next(sagwan: Sagwan) -> None:
    sagwan.env["SAGWAN_CONTACT"] = None
    ended = sagwan("init")
    assert (ended.code, ended.err) == (0, "")
    file = sagwan.folder / "topic.toml"
    assert "write queries or seeds into topic.toml" in ended.out
    assert "SAGWAN_CONTACT" in ended.out
    ended = sagwan("collect", file)
    assert (ended.code, ended.err) == (
        1,
        f'sagwan: {file}: neither `queries` nor `seeds`. Write queries = ["a word"] or seeds = ["https://..."]\n',
    )
    file.write_text(file.read_text(encoding="utf-8").replace("queries = []", 'queries = ["둘레길"]'), encoding="utf-8")
    assert sagwan("collect", file, "--dry-run").code == 0


def test_every_commented_line_is_right_when_it_is_uncommented(sagwan: Sagwan) -> None:
    assert sagwan("init", "t.toml", "--query", "a").code == 0
    lines = (sagwan.folder / "t.toml").read_text(encoding="utf-8").splitlines()
    own = [line for line in lines if not line.startswith("#   ")]  # the samples are below
    bare = [line.removeprefix("# ") if " = " in line or line.startswith("# [") else line for line in own]
    loaded = topics.read("\n".join(bare), Path("t.toml"))
    assert (str(loaded.since), loaded.options("naver").robots, loaded.budget.requests_per_day) == (
        "2018-01-17",
        "ignore",
        20_000,
    )
    assert loaded.sources == ["naver", "daum"]
    samples = "\n".join(line.removeprefix("#   ") for line in lines if line.startswith("#   "))
    assert topics.read(f'title = "t"\n{samples}', Path("t.toml")).asks()


def test_a_folder_that_is_missing_is_made_and_the_next_command_can_be_copied(sagwan: Sagwan) -> None:
    ended = sagwan("init", "내 주제/버스.toml", "--query", "a")
    assert (ended.code, ended.err) == (0, "")
    command = ended.out.splitlines()[-1].removeprefix("Then: sagwan ")
    assert sagwan(*shlex.split(command)).code == 0


def test_nothing_is_overwritten(sagwan: Sagwan) -> None:
    file = sagwan.folder / "topic.toml"
    file.write_text("mine\n")
    ended = sagwan("init", "--contact", "us@example.org")
    assert (ended.code, ended.out, len(ended.err.splitlines())) == (1, "", 1)
    assert "topic.toml exists and is not overwritten" in ended.err
    assert (file.read_text(), config(sagwan).exists()) == ("mine\n", False)
    config(sagwan).parent.mkdir(parents=True)
    config(sagwan).write_text("[other]\nkey = 1\n")
    assert sagwan("init", "a.toml", "--contact", "us@example.org").code == 0
    assert config(sagwan).read_text() == 'contact = "us@example.org"\n[other]\nkey = 1\n'
    assert sagwan("init", "b.toml", "--contact", "us@example.org").code == 0  # the same again
    ended = sagwan("init", "c.toml", "--contact", "them@example.org")
    assert (ended.code, (sagwan.folder / "c.toml").exists(), "us@example.org" in ended.err) == (1, False, True)
    assert config(sagwan).read_text() == 'contact = "us@example.org"\n[other]\nkey = 1\n'


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--query", "-a"], "only words to leave out"),
        (["--seed", "https://example.org/"], "no URL of an article or list"),
        (["--query", "a", "--source", "nosuch"], "`nosuch` does not exist"),
        (["--source", "nosuch"], "`nosuch` does not exist"),
        (["--title", ""], "`title` is empty"),
        (["--query", "a", "--title", "a\nb"], "more than one line"),
        (["--query", "a", "--contact", " "], "--contact is empty"),
        (["--query", "a", "--contact", "us at example"], "--contact: 'us at example' is neither an e-mail nor a web address"),
        (["/dev/null/t.toml", "--query", "a"], "cannot be written"),
    ],
)
def test_what_could_not_be_collected_is_not_written(sagwan: Sagwan, args: list[str], said: str) -> None:
    ended = sagwan("init", *args)
    assert (ended.code, len(ended.err.splitlines()), said in ended.err) == (1, 1, True), ended.err
    assert not (sagwan.folder / "topic.toml").exists()
    assert not config(sagwan).exists()


@pytest.mark.parametrize("title", ["따옴표 \" 와 \\ 와 '", "\x7f\x01", "😀 {title}"])
def test_any_title_is_written_as_it_is(sagwan: Sagwan, title: str) -> None:
    assert sagwan("init", "--query", "a", "--title", title).code == 0
    assert json.dumps(topics.load(sagwan.folder / "topic.toml").title) == json.dumps(title)
