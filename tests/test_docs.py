"""The docs say what is true: every command and option they show exists, every page they link is there."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from crawler import topics
from crawler.alarms import KINDS
from crawler.cli import COMMANDS, sagwan
from tests.conftest import ROOT

DOCS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def command(name: str) -> click.Command:
    found = sagwan.get_command(click.Context(sagwan), name)  # type: ignore[attr-defined]
    assert found is not None
    return found


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example_and_stands_in_the_readme(name: str) -> None:
    found = command(name)
    assert found.help
    assert "Example" in found.help
    assert f"sagwan {name}" in found.help or name == "sources"
    assert all(option.help for option in found.params if isinstance(option, click.Option))
    assert f"sagwan {name}" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", DOCS, ids=lambda page: page.name)
def test_commands_options_and_links_in_the_docs_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for line in re.findall(r"(?m)(?:^|[`/ ])sagwan ([a-z][a-z-]+ ?[^`|\n]*)", text):
        words = line.split()
        if words[0] not in COMMANDS:
            continue  # prose: `sagwan` is the historian too
        options = {option for parameter in command(words[0]).params for option in parameter.opts} | {"--help"}
        assert {word.partition("=")[0] for word in words if word.startswith("--")} <= options, line
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (page.parent / link).exists(), link


@pytest.mark.parametrize("page", ["README.md", "docs/topics.md"])
def test_a_topic_file_in_the_docs_loads(page: str) -> None:
    blocks = re.findall(r"```toml\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)
    assert blocks
    for block in blocks:
        assert "naver" in topics.read(block, Path("t.toml")).source_names()


def test_every_alarm_stands_in_its_page_and_every_one_raised_is_known() -> None:
    text = (ROOT / "docs" / "alarms.md").read_text(encoding="utf-8")
    assert re.findall(r"(?m)^\| `([a-z]+)` \| [^|]{20,} \| [^|]{5,} \|$", text.partition("## What ends one")[0]) == list(KINDS)
    raised = set()
    for path in [path for package in ("crawler", "spiders") for path in (ROOT / package).rglob("*.py")]:
        code = path.read_text(encoding="utf-8")
        raised |= set(re.findall(r"\.alarm\(\s*\"(\w+)\"|\balarm=\"(\w+)\"", code))
        raised |= {(name, "") for name in re.findall(r"LayoutError\([^\n]*, \"(\w+)\"\)", code)}
    assert {first or second for first, second in raised} <= set(KINDS)
    assert len(raised) > 8
