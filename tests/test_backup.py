"""docs/backup.md: every command of the page is run as it stands there, and what it copied is restored."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT, Sagwan
from tests.faults import proofs
from tests.portal import Portal

PAGE = (ROOT / "docs" / "backup.md").read_text(encoding="utf-8")
BLOCKS = [block.strip().splitlines() for block in re.findall(r"```\n(.*?)```", PAGE, re.DOTALL)]
DATABASE, FILES, BACK, REBUILD, CHECK = BLOCKS

Make = Callable[..., Portal]
Write = Callable[..., Path]


class Copies:
    """The commands of the page, with a test's folders in the place of the page's."""

    def __init__(self, sagwan: Sagwan) -> None:
        if shutil.which("rsync") is None:
            pytest.skip("rsync is not here: apt-get install rsync")
        self.sagwan = sagwan
        self.copy = sagwan.folder / "backup"
        self.copy.mkdir()

    def run(self, lines: list[str]) -> None:
        for line in lines:
            here = line.replace("/data/sagwan", str(self.sagwan.archive)).replace("/backup/sagwan", str(self.copy))
            here = re.sub(r"^python3 ", f"{sys.executable} ", here)
            if here.startswith("sagwan "):
                ended = self.sagwan(*here.split()[1:])
                assert ended.code == 0, ended
            else:
                subprocess.run(["bash", "-euc", here], check=True, timeout=60)

    def lose(self) -> None:
        """The archive is no more."""
        shutil.rmtree(self.sagwan.archive)


@pytest.fixture
def copies(sagwan: Sagwan) -> Copies:
    return Copies(sagwan)


def captures(sagwan: Sagwan) -> int:
    return int(sagwan.rows("SELECT count(*) FROM captures")[0][0])


def test_what_was_copied_twice_is_restored_with_and_without_the_database(
    copies: Copies, sagwan: Sagwan, portal: Make, topic: Write
) -> None:
    site = portal(comments=30)
    assert sagwan.collect(site, topic(site)).code == 0
    copies.run(DATABASE)
    copies.run(FILES)
    assert sagwan("seal").code == 0
    site.world.vote(site.world.listed(site.world.articles[0], "RECOMMEND")[0].id, likes=5)
    assert sagwan.collect(site, topic(site)).code == 0
    made = captures(sagwan)
    copies.run(DATABASE)
    copies.run(FILES)
    assert not (copies.copy / "locks").exists()
    assert sagwan("verify", "--bytes", "--archive", copies.copy).code == 0
    copies.lose()
    copies.run(BACK)
    copies.run(CHECK)
    assert captures(sagwan) == made
    (sagwan.archive / "archive.db").unlink()
    copies.run(REBUILD)
    copies.run(CHECK)
    assert captures(sagwan) == made
    again = sagwan.collect(site, topic(site)).only
    assert (again["verdict"], again["comments"], again["observations"]) == ("ok", 30, 0)


def test_the_page_in_its_own_order_holds_with_a_run_between_its_commands(
    copies: Copies, sagwan: Sagwan, portal: Make, topic: Write
) -> None:
    site = portal(articles=1, comments=5)
    assert sagwan.collect(site, topic(site)).code == 0
    copies.run(BLOCKS[0])
    assert sagwan.collect(site, topic(site)).code == 0
    copies.run(BLOCKS[1])
    made = captures(sagwan)
    copies.lose()
    copies.run(BACK)
    assert sagwan.collect(site, topic(site)).code == 0
    assert captures(sagwan) > made
    copies.run(CHECK)


def test_what_was_copied_while_a_run_wrote_is_restored(copies: Copies, sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(articles=3, comments=60)
    file = topic(site, connections=1)
    copied: list[int] = []

    def copy(host: str, path: str) -> None:
        if len(site.requests) == 9 and not copied:
            copied.append(captures(sagwan))
            copies.run(DATABASE + FILES)
            assert (copies.copy / "archive.db").stat().st_mode & 0o777 == 0o600

    site.on_request(copy)
    sagwan.signalled(site, 14, signal.SIGKILL, "collect", file, "--connect-to", f"*={site.url}")
    assert len(list(copies.copy.rglob("*.open"))) == 1
    copies.lose()
    copies.run(BACK)
    assert captures(sagwan) >= copied[0] > 3
    (sagwan.archive / "archive.db").rename(sagwan.folder / "copied.db")
    copies.run(REBUILD)  # from a file that nobody closed
    assert captures(sagwan) >= copied[0]
    (sagwan.folder / "copied.db").rename(sagwan.archive / "archive.db")
    again = sagwan.collect(site, file).only
    assert (again["verdict"], [alarm["alarm"] for alarm in again["alarms"]]) == ("ok", ["recovered"])
    proofs.agree(sagwan, rebuild=True)
    assert sagwan.rows("SELECT count(*) FROM comments") == [(180,)]
    copies.run(FILES)
    assert list(copies.copy.rglob("*.open")) == []  # the copy under the old name is gone, the complete file is there
    assert len(list(copies.copy.rglob("*.gz"))) == len(list((sagwan.archive / "warc").rglob("*.gz"))) > 0
    (sagwan.archive / "warc").rename(sagwan.archive / "elsewhere")
    (sagwan.archive / "warc").mkdir()
    copies.run(FILES)
    assert len(list(copies.copy.rglob("*.gz"))) > 0  # what was lost in the archive is not lost in the copy
