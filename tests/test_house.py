"""The house: one-way imports, what may not be imported where, a quick start, and Scrapy's own commands."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import COMMAND, ROOT, Sagwan
from tests.portal import Portal

PACKAGES = ("spiders", "crawler", "archive")
MAY_IMPORT = {"spiders": {"spiders", "crawler", "archive"}, "crawler": {"crawler", "archive"}, "archive": {"archive"}}
SCRAPYLESS = [
    *(f"archive.{path.stem}" for path in sorted((ROOT / "archive").glob("*.py")) if path.stem != "__init__"),
    *(f"archive.web.{path.stem}" for path in sorted((ROOT / "archive" / "web").glob("*.py")) if path.stem != "__init__"),
    *(
        f"spiders.{path.parent.name}.{path.stem}"
        for path in sorted((ROOT / "spiders").glob("*/*.py"))
        if path.stem in ("pages", "urls")
    ),
]
COMMANDS = [
    "init",
    "collect",
    "cron",
    "probe",
    "watch",
    "shot",
    "status",
    "ls",
    "as-of",
    "series",
    "changes",
    "movers",
    "serve",
    "replay",
    "rebuild",
    "seal",
    "verify",
    "redact",
    "sources",
]


def imports(path: Path) -> Iterator[str]:
    """The top-level packages that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_go_one_way(package: str) -> None:
    files = sorted((ROOT / package).rglob("*.py"))
    assert files
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files
        for name in imports(path)
        if name in PACKAGES and name not in MAY_IMPORT[package]
    ]
    assert wrong == []


def test_files_are_about_250_lines_at_most() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for package in (*PACKAGES, "tests")
        for path in (ROOT / package).rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 275
    }
    assert long == {}


def loaded(code: str) -> set[str]:
    """The modules that are loaded when a piece of code has run."""
    report = "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr)); "
    ended = subprocess.run([sys.executable, "-c", report + code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    return set(ended.stderr.split())


def test_archive_and_pages_import_no_scrapy() -> None:
    assert len(SCRAPYLESS) > 10
    modules = loaded("import " + ", ".join(SCRAPYLESS))
    assert set(SCRAPYLESS) <= modules
    assert modules.isdisjoint({"scrapy", "twisted", "crawler.run", "crawler.spider"})


@pytest.mark.parametrize("args", [["--help"], ["--version"], ["collect", "--help"], ["as-of", "--help"], ["init", "--help"]])
def test_help_starts_light(args: list[str]) -> None:
    modules = loaded(f"import sys; sys.argv = ['sagwan', *{args!r}]; from crawler.cli import main; main()")
    assert "crawler.cli" in modules
    assert modules.isdisjoint({"scrapy", "twisted", "sqlite_utils", "dateparser", "lxml", "rich"})


def test_help_names_every_command(sagwan: Sagwan) -> None:
    ended = sagwan("--help")
    assert ended.code == 0
    assert [line.split()[0] for line in ended.out.partition("Commands:")[2].splitlines() if line] == COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_an_example(sagwan: Sagwan, command: str) -> None:
    ended = sagwan(command, "--help")
    assert ended.code == 0
    assert "Example" in ended.out
    assert f"sagwan {command}" in ended.out


@pytest.mark.parametrize("args", [["colect"], ["collect"], ["collect", "t.toml", "--for", "soon"], ["ls", "--nonsense"]])
def test_misuse_is_one_line_and_exit_1(sagwan: Sagwan, args: list[str]) -> None:
    ended = sagwan(*args)
    assert ended.code == 1
    assert ended.err.startswith("sagwan: ")
    assert len(ended.err.splitlines()) == 1
    assert not sagwan.archive.exists()


def test_no_command_is_answered_with_the_help(sagwan: Sagwan) -> None:
    ended = sagwan()
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("Usage: sagwan [OPTIONS] COMMAND")


@pytest.mark.parametrize("args", [["sources"], ["sources", "--json"]])
def test_a_closed_pipe_is_no_misuse(args: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)  # as `| head` does when it has enough
    ended = subprocess.run([COMMAND, *args], stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_sources_say_what_they_may_request(sagwan: Sagwan) -> None:
    line = next(line for line in sagwan("sources", "--json").lines if line["source"] == "daum")
    assert all(rule.startswith("GET ") for rule in line["requests"])
    proofs = {page["page"]: page["proof"] for page in line["pages"]}
    assert proofs["daum.children"] == "unproven"
    assert proofs["daum.comments"].startswith("R: recorded")
    assert "daum.comments" in sagwan("sources").out


def test_of_the_spiders_only_the_one_that_runs_is_loaded() -> None:
    load = "from crawler.loader import Loader; from scrapy.settings import Settings; print(Loader(Settings()).load('82cook'))"
    modules = loaded(load)
    assert {name for name in modules if name.startswith("spiders.") and name.endswith(".spider")} == {"spiders.cook82.spider"}


def scrapy(sagwan: Sagwan, *args: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("scrapy")), *args]
    return subprocess.run(command, cwd=ROOT, env=sagwan.environment(), capture_output=True, text=True, timeout=60)


def test_scrapy_lists_the_spiders(sagwan: Sagwan) -> None:
    assert "daum" in scrapy(sagwan, "list").stdout.split()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ([], "no topic: use `scrapy crawl naver -a topic=FILE.toml`"),
        (["-a", "topic=none.toml"], "none.toml: no such topic file"),
        (["-a", "topic={good}", "-a", "limit=x"], "limit 'x' is no number of articles"),
        (["-a", "topic={good}"], "no contact: set SAGWAN_CONTACT"),
    ],
)
def test_misuse_of_scrapy_crawl_is_one_line(sagwan: Sagwan, args: list[str], said: str) -> None:
    good = sagwan.folder / "good.toml"
    good.write_text('title = "t"\nqueries = ["a"]\n')
    sagwan.env["SAGWAN_CONTACT"] = None
    sagwan.env["PYTHONWARNINGS"] = "ignore"  # Scrapy drops asyncio's own loop unclosed when a setting names another
    ended = scrapy(sagwan, "crawl", "naver", "-s", "LOG_LEVEL=ERROR", *(arg.format(good=good) for arg in args))
    assert (ended.returncode, len(ended.stderr.splitlines())) == (1, 1), ended.stderr
    assert ended.stderr.startswith(f"sagwan: {said}")
    assert not sagwan.archive.exists()


def test_scrapy_and_the_installed_script_share_an_archive(
    sagwan: Sagwan, portal: Callable[..., Portal], topic: Callable[..., Path]
) -> None:
    site = portal(comments=20)
    sagwan.env["SAGWAN_CONNECT_TO"] = f"*={site.url}"
    ended = scrapy(sagwan, "crawl", "daum", "-a", f"topic={topic(site)}")
    assert ended.returncode == 0, ended.stderr
    assert "Traceback" not in ended.stderr
    installed = sagwan("collect", topic(site), "--json", command=[COMMAND])
    assert (installed.code, installed.err) == (0, "")
    again = installed.only
    assert (again["verdict"], again["comments"], again["observations"]) == ("ok", 20, 0)
