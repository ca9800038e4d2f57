"""An archive that was there before and is gone, as its disk is not mounted, is not silently begun anew by what is scheduled."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Sagwan
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
