"""What is collected for the tools: small archives from the simulated portal, each with answers framed and coded another way."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from archive.tombstone import stood_there
from archive.warc_reader import files, read_records
from crawler import chromium
from tests.portal import Portal
from tests.test_wire import BLIND

LISTS, ARTICLES = r"/comments\?", r"^/v/"
ELSEWHERE = "https://comment.daum.net/robots.txt"
# name: (the portal packs its answers, faults that stand for the whole run)
SETTINGS: dict[str, tuple[bool, list[tuple[str, str, dict[str, Any]]]]] = {
    "plain": (False, []),
    "gzip": (True, []),
    "chunked": (False, [(".", "chunked", {})]),
    "gzip-chunked": (True, [(".", "chunked", {})]),
    "deflate": (False, [(LISTS, "deflate", {}), (ARTICLES, "deflate", {"raw": True})]),
    "odd-heads": (True, [(ARTICLES, "two_cookies", {}), (LISTS, "big_header", {"size": 8000}), (LISTS, "slow_body", {})]),
    "refusals": (
        True,
        [("/reactions/", "404", {}), ("/children", "500", {}), ("^v.daum.net/robots", "redirect", {"to": ELSEWHERE})],
    ),
    "cut": (True, [("/reactions/", "half", {})]),
}


@dataclass(frozen=True)
class Capture:
    """One row of `captures` that has a response, or what was rendered, which tools take for status 200: where its record lies,
    and the sha256 of its decoded body if that is whole."""

    url: str
    page: str
    status: int
    digest: str | None
    warc: str
    offset: int
    length: int


@dataclass(frozen=True)
class Archive:
    """A collected archive, and the portal that it came from while that still answers in the same way."""

    name: str
    folder: Path
    captures: list[Capture]
    portal: Portal | None

    @property
    def files(self) -> list[Path]:
        """Its WARC files."""
        return sorted((self.folder / "warc").glob("*/*/*/*.warc.gz"))


@contextmanager
def collected(name: str, folder: Path) -> Iterator[Archive]:
    """Collects every article of a portal with those settings. Raises AssertionError when nothing could be kept."""
    packed, faults = SETTINGS[name]
    with Portal(seed=7, articles=3, comments=250, gzip=packed) as portal:
        for path, fault, options in faults:
            portal.faults.set(path, fault, **options)
        said = _collect(portal, folder, name)
        assert said["captures"] > 20, f"{name}: {said}"
        yield Archive(name, folder / name, _captures(folder / name), portal)


def continued(folder: Path) -> Archive:
    """An archive of four runs in simulated time, the last on another day: as the site answers; with answers that break off;
    without our tap, so that heads are written anew; and after a kill in the middle of a record."""
    name = "continued"
    with Portal(seed=7, articles=2, comments=150, gzip=True) as portal:
        portal.world.now = 1_795_346_400_000
        clock = ("--clock", f"{portal.url}/__clock")
        _collect(portal, folder, name, *clock)
        _happen(portal, 60_000)
        portal.faults.set(LISTS, "reset", times=2)
        portal.faults.set("/reactions/", "reset")
        assert _collect(portal, folder, name, *clock)["errors"]
        portal.faults.clear()
        _happen(portal, 60_000)
        _collect(portal, folder, name, *clock, command=[sys.executable, "-c", BLIND])
        _tear(folder / name)
        _happen(portal, 24 * 3_600_000)
        said = _collect(portal, folder, name, *clock)
        assert [alarm["alarm"] for alarm in said["alarms"]] == ["recovered"], f"{name}: {said}"
    return Archive(name, folder / name, _captures(folder / name), None)


def shown(folder: Path) -> Iterator[Archive]:
    """Where there is a browser: an archive of what it loaded and showed of an article, DOM and picture among it."""
    if chromium.find() is None:
        return
    name = "shown"
    with Portal(seed=7, articles=1, comments=30, gzip=True) as portal:
        portal.world.talk_only(portal.world.articles[0])
        said = _run(folder, name, "shot", portal.world.articles[0].url, "--connect-to", f"*={portal.url}")
        assert {"dom", "screenshot"} < {one["what"] for one in said["captures"]}, f"{name}: {said}"
    yield Archive(name, folder / name, _captures(folder / name), None)


def redacted(folder: Path) -> Archive:
    """An archive in which a comment with replies is redacted: the bodies of its pages are empty."""
    name = "redacted"
    with Portal(seed=7, articles=1, comments=150, gzip=True) as portal:
        _collect(portal, folder, name)
    with closing(sqlite3.connect(folder / name / "archive.db")) as db:
        sql = "SELECT 'daum:' || a.key || '#' || v.parent_key FROM comment_versions v JOIN comments c ON c.id = v.comment "
        sql += "JOIN articles a ON a.id = c.article WHERE v.parent_key IS NOT NULL LIMIT 1"
        (ref,) = db.execute(sql).fetchone()
    command = [str(Path(sys.executable).with_name("sagwan")), "redact", ref, "--reason", "interop", "--yes"]
    done = subprocess.run(
        [*command, "--archive", str(folder / name)], env=environment(folder), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{name}: {done.stderr}"
    archive = Archive(name, folder / name, _captures(folder / name), None)
    gone = {
        (path.name, record.offset) for path in archive.files for record in read_records(path) if stood_there(record.headers)
    }
    assert len(gone) > 3, f"{name}: {len(gone)}"
    empty = sha256(b"").hexdigest()
    seen = [replace(c, digest=empty) if (c.warc, c.offset) in gone else c for c in archive.captures]
    return replace(archive, captures=seen)


def environment(folder: Path) -> dict[str, str]:
    """That of each command: with a key and a configuration of their own."""
    own = {"SAGWAN_PSEUDONYM_KEY": str(folder / "key"), "XDG_CONFIG_HOME": str(folder / "config")}
    return os.environ | own | {"SAGWAN_CONTACT": "interop@example.org"}


def _happen(portal: Portal, later: int) -> None:
    """Time goes on, and comments are voted on, written and deleted."""
    portal.world.now += later
    for article in portal.world.articles:
        first, second, *_ = portal.world.listed(article)
        portal.world.vote(first.id, likes=11)
        portal.world.add_comment(article)
        portal.world.delete(second.id)


def _tear(archive: Path) -> None:
    """Leaves the last file as a killed run does: open, and its last record cut in two."""
    path = files(archive)[-1]
    last = list(read_records(path))[-1]
    data = path.read_bytes()
    opened = path.rename(path.with_name(path.name + ".open"))
    opened.write_bytes(data + data[last.offset : last.offset + last.length // 2])


def _collect(portal: Portal, folder: Path, name: str, *more: str, command: list[str] | None = None) -> dict[str, Any]:
    """Collects every article of a portal into the archive of that name; the result's line."""
    topic = folder / f"{name}.toml"
    seeds = ", ".join(f'"https://v.daum.net/v/{article.id}"' for article in portal.world.articles)
    topic.write_text(f'title = "{name}"\nsources = ["daum"]\nseeds = [{seeds}]\n', encoding="utf-8")
    return _run(folder, name, "collect", str(topic), "--connect-to", f"*={portal.url}", *more, command=command)


def _run(folder: Path, name: str, *words: str, command: list[str] | None = None) -> dict[str, Any]:
    command = [*(command or [str(Path(sys.executable).with_name("sagwan"))]), *words]
    command += ["--archive", str(folder / name), "--json"]
    done = subprocess.run(command, env=environment(folder), capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode in (0, 2), f"{name}: {words[0]} ended with {done.returncode}: {done.stderr[-2000:]}"
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def _captures(archive: Path) -> list[Capture]:
    sql = (
        "SELECT CASE c.method WHEN 'DOM' THEN 'urn:dom:' WHEN 'SCREENSHOT' THEN 'urn:screenshot:' ELSE '' END || c.url, "
        "c.page, coalesce(c.status, 200), nullif(lower(hex(c.digest)), ''), w.name, c.offset, c.length FROM captures c "
        "JOIN warcs w ON w.id = c.warc WHERE c.status IS NOT NULL OR c.method IN ('DOM', 'SCREENSHOT') ORDER BY c.id"
    )
    with closing(sqlite3.connect(archive / "archive.db")) as db:
        return [Capture(*row) for row in db.execute(sql)]
