"""What is collected for the tools: small archives from the simulated portal, each with answers framed and coded another way."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.portal import Portal

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
    """One row of `captures` that has a response: where its record lies, and the sha256 of its decoded body if that is whole."""

    url: str
    page: str
    status: int
    digest: str | None
    warc: str
    offset: int
    length: int


@dataclass(frozen=True)
class Archive:
    """A collected archive, while the portal that it came from still answers in the same way."""

    name: str
    folder: Path
    captures: list[Capture]
    portal: Portal

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
        archive = folder / name
        topic = folder / f"{name}.toml"
        seeds = ", ".join(f'"https://v.daum.net/v/{article.id}"' for article in portal.world.articles)
        topic.write_text(f'title = "{name}"\nsources = ["daum"]\nseeds = [{seeds}]\n', encoding="utf-8")
        environment = os.environ | {"SAGWAN_PSEUDONYM_KEY": str(folder / "key"), "SAGWAN_CONTACT": "interop@example.org"}
        command = [str(Path(sys.executable).with_name("sagwan")), "collect", str(topic), "--archive", str(archive)]
        command += ["--connect-to", f"*={portal.url}", "--json"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode in (0, 2), f"{name}: collect ended with {done.returncode}: {done.stderr[-2000:]}"
        said = json.loads(done.stdout)
        assert said["captures"] > 20, f"{name}: {done.stdout[:2000]}"
        yield Archive(name, archive, _captures(archive), portal)


def _captures(archive: Path) -> list[Capture]:
    sql = (
        "SELECT c.url, c.page, c.status, nullif(lower(hex(c.digest)), ''), w.name, c.offset, c.length FROM captures c "
        "JOIN warcs w ON w.id = c.warc WHERE c.status IS NOT NULL ORDER BY c.id"
    )
    with closing(sqlite3.connect(archive / "archive.db")) as db:
        return [Capture(*row) for row in db.execute(sql)]
