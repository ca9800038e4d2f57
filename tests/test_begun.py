"""An archive that was there before and is gone, as its disk is not mounted, is not silently begun anew by what is scheduled."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bench import processes
from tests.conftest import ROOT, Sagwan
from tests.interop import archives
from tests.portal import Portal

Make = Callable[..., Portal]
Write = Callable[..., Path]


@pytest.mark.parametrize("empty", [True, False])
@pytest.mark.parametrize("scheduled", [("collect", "--due"), ("watch", "--for", "1s")])
def test_what_is_scheduled_begins_no_archive_in_the_place_of_one_that_is_gone(
    sagwan: Sagwan, portal: Make, topic: Write, scheduled: tuple[str, ...], empty: bool
) -> None:
    site = portal(comments=5)
    args = (*scheduled, topic(site), "--connect-to", f"*={site.url}")
    assert sagwan(*args).code == 0  # where there never was one it is begun
    sagwan.archive.rename(sagwan.folder / "elsewhere")
    if empty:  # as the folder at which a disk is mounted
        sagwan.archive.mkdir()
    site.forget_requests()
    ended = sagwan(*args)
    assert (ended.code, ended.out, len(ended.err.splitlines())) == (3, "", 1)
    assert f"{sagwan.archive} was begun before, and is not there" in ended.err
    assert (site.requests, list(sagwan.archive.rglob("*.gz"))) == ([], [])
    assert sagwan("collect", topic(site), "--dry-run").code == 0
    assert sagwan.collect(site, topic(site)).only["verdict"] == "ok"  # a person may
    assert sagwan(*args).code == 0


def test_cron_mails_it_once(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=5)
    args = ("collect", topic(site), "--connect-to", f"*={site.url}", "--due", "--quiet")
    assert sagwan(*args).out == ""
    sagwan.archive.rename(sagwan.folder / "elsewhere")
    mails = [sagwan(*args) for _ in range(2)]
    assert [(mail.code, mail.err, "was begun before" in mail.out) for mail in mails] == [(3, "", True), (3, "", False)]
    (sagwan.folder / "elsewhere" / "logs" / "told.json").unlink()
    sagwan.archive.rename(sagwan.folder / "below the disk")
    (sagwan.folder / "elsewhere").rename(sagwan.archive)
    assert (sagwan(*args).code, sagwan(*args).out) == (0, "")


def test_what_cannot_be_remembered_stops_nothing(sagwan: Sagwan, portal: Make, topic: Write) -> None:
    site = portal(comments=5)
    (sagwan.folder / "config" / "sagwan" / "archives").mkdir(parents=True)
    ended = sagwan.collect(site, topic(site), "--due")
    assert (ended.code, ended.only["verdict"], ended.only["notes"]) == (0, "ok", [])


@pytest.mark.parametrize("of", [processes.key, archives.environment], ids=["bench", "interop"])
def test_what_is_only_tried_is_not_remembered_in_the_users_own_folder(
    of: Callable[[Path], dict[str, str]], tmp_path: Path
) -> None:
    asked = [sys.executable, "-c", "from crawler import config; print(config.path())"]
    said = subprocess.run(asked, cwd=ROOT, env=os.environ | of(tmp_path), capture_output=True, text=True, check=True).stdout
    assert tmp_path in Path(said.strip()).parents
