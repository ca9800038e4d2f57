"""The stock readers: gunzip, warcio, fastwarc, cdxj-indexer. Each returns what it found; what is wrong is one line each."""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import subprocess
import zlib
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator

from tests.interop.archives import Archive, Capture

TOOLS = Path(__file__).parents[2] / ".venv-interop" / "bin"
PER_FETCH = frozenset({"daum.token"})  # the site makes a new one for each who asks


@dataclass(frozen=True)
class Indexed:
    """One line of cdxj-indexer for a response."""

    timestamp: str
    url: str
    status: str
    offset: int
    length: int
    digest: str


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """Runs a tool; never raises for its exit code."""
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=300, check=False)


def check(path: Path, wrong: list[str]) -> int:
    """gunzip, warcio check and fastwarc check on one file; how many records fastwarc verified."""
    verified = 0
    for name, command in (
        ("gunzip -t", ("gunzip", "-t", path)),
        ("warcio check", (TOOLS / "warcio", "check", "-v", path)),
        ("fastwarc check", (TOOLS / "fastwarc", "check", path)),
    ):
        done = run(*command)
        said = done.stdout + done.stderr
        if done.returncode or re.search(r"digest failed|FAIL|skipped without digest: [1-9]|Exception", said):
            wrong.append(f"{name} {path.name}: exit {done.returncode}: {said.strip().splitlines()[-1:]}")
        if found := re.search(r"(\d+) records were verified", said):
            verified = int(found[1])
    return verified


def index(path: Path, wrong: list[str]) -> dict[int, Indexed]:
    """cdxj-indexer's lines for responses, by offset."""
    done = run(TOOLS / "cdxj-indexer", "-p", "-s", path)
    if done.returncode:
        wrong.append(f"cdxj-indexer {path.name}: exit {done.returncode}: {done.stderr.strip()[-200:]}")
    lines = {}
    for line in done.stdout.splitlines():
        _, timestamp, rest = line.split(" ", 2)
        v: dict[str, str] = json.loads(rest)
        rendered = v.get("url", "").startswith(("urn:dom:", "urn:screenshot:"))
        if v["mime"] != "warc/metadata" and ("status" in v or rendered):
            offset = int(v["offset"])
            lines[offset] = Indexed(timestamp, v["url"], v.get("status", "200"), offset, int(v["length"]), v["digest"])
    return lines


def compare_index(path: Path, captures: list[Capture], lines: dict[int, Indexed], wrong: list[str]) -> None:
    """Every response that we have a row of is indexed with the same URL, status and place, and nothing else is."""
    ours = {c.offset: (c.url, str(c.status), c.length) for c in captures if c.warc == path.name}
    theirs = {i.offset: (i.url, i.status, i.length) for i in lines.values()}
    for offset in sorted(ours.keys() | theirs.keys()):
        if ours.get(offset) != theirs.get(offset):
            wrong.append(f"{path.name} at {offset}: our row says {ours.get(offset)}, cdxj-indexer {theirs.get(offset)}")


def compare_bodies(archive: Archive, wrong: list[str]) -> tuple[int, int]:
    """Reads each response with warcio; its body must be the digest of our row, and what the server sends when it is asked the
    recorded request again. (bodies read, bodies that the server gave again)."""
    read = again = 0
    rows = {(c.warc, c.offset): c for c in archive.captures}
    for path in archive.files:
        asked: bytes = b""
        with path.open("rb") as file:
            records = ArchiveIterator(file, no_record_parse=False)
            for record in records:
                if record.rec_type == "request":
                    asked = _asked(record)
                if record.rec_type not in ("response", "resource"):
                    continue
                coded = record.raw_stream.read()  # first: to tell the offset, warcio reads a record to its end
                row = rows.get((path.name, records.get_record_offset()))
                if row is None or row.digest is None:  # no row: said already; no digest: cut short
                    continue
                coding = (record.http_headers.get_header("Content-Encoding") if record.http_headers else None) or ""
                read += 1
                if sha256(decoded(coded, coding)).hexdigest() != row.digest:
                    wrong.append(f"{archive.name}: {row.url}: warcio reads another body than our row names")
                if archive.portal is None or row.page in PER_FETCH:
                    continue
                again += 1
                if fetch(archive.portal.port, asked) != (row.status, coded):
                    wrong.append(f"{archive.name}: {row.url}: the server sends other bytes than the archive holds")
    return read, again


def _asked(record: Any) -> bytes:
    """The recorded request as it went over the wire."""
    line = f"{record.http_headers.protocol} {record.http_headers.statusline}\r\n"
    heads = "".join(f"{name}: {value}\r\n" for name, value in record.http_headers.headers)
    return f"{line}{heads}\r\n".encode("latin-1") + bytes(record.raw_stream.read())


def fetch(port: int, asked: bytes) -> tuple[int, bytes]:
    """Sends recorded bytes to the portal; status and body as sent (transfer-decoded by http.client, content-coding kept)."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.connect()
    assert connection.sock is not None
    connection.sock.sendall(asked)
    response = http.client.HTTPResponse(connection.sock, method="GET")
    response.begin()
    body = response.read()
    connection.close()
    return response.status, body


def decoded(body: bytes, coding: str) -> bytes:
    """The body without gzip or deflate (with and without the zlib header); a broken one is empty."""
    for bits in {"gzip": (31,), "deflate": (15, -15)}.get(coding, ()):
        with contextlib.suppress(zlib.error):
            return zlib.decompress(body, bits)
    return b"" if coding in ("gzip", "deflate") else body
