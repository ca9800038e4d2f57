"""`make interop`: collects, lets every tool read, compares, says in plain words what came out. Exit 1 at any difference."""

from __future__ import annotations

import sys
import tempfile
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path

from tests.interop import pywb, readers
from tests.interop.archives import SETTINGS, Archive, collected, continued, redacted, shown


def main() -> int:
    """Runs everything; 1 if anything differs."""
    wrong: list[str] = []
    with tempfile.TemporaryDirectory(prefix="sagwan-interop-") as folder, ExitStack() as stack:
        archives = [stack.enter_context(collected(name, Path(folder))) for name in SETTINGS]
        archives += [continued(Path(folder)), redacted(Path(folder)), *shown(Path(folder))]
        indexes = {archive.name: _read(archive, wrong) for archive in archives}
        files = {archive.name: archive.files for archive in archives}
        port = stack.enter_context(pywb.wayback(Path(folder) / "pywb", files))
        for archive in archives:
            replayed = pywb.replay(port, archive.name, archive.captures, indexes[archive.name], wrong)
            print(f"  {archive.name}: pywb gave back {replayed} bodies as they were served", flush=True)
    for line in wrong[:50]:
        print(f"DIFFERENT {line}")
    tools = (
        readers.run(readers.TOOLS / "python", "-m", "pip", "list", "--format=freeze")
        .stdout.lower()
        .replace("_", "-")
        .splitlines()
    )
    names = [tool.replace("==", " ") for tool in tools if tool.split("==")[0] in ("pywb", "warcio", "fastwarc", "cdxj-indexer")]
    print(f"{', '.join(names)} on files of sagwan {version('sagwan')}: {len(wrong)} differences")
    return 1 if wrong else 0


def _read(archive: Archive, wrong: list[str]) -> dict[tuple[str, int], readers.Indexed]:
    verified = 0
    found: dict[tuple[str, int], readers.Indexed] = {}
    for path in archive.files:
        verified += readers.check(path, wrong)
        lines = readers.index(path, wrong)
        readers.compare_index(path, archive.captures, lines, wrong)
        found |= {(path.name, offset): line for offset, line in lines.items()}
    read, again = readers.compare_bodies(archive, wrong)
    print(
        f"  {archive.name}: {len(archive.files)} file(s), {verified} records verified, {len(found)} responses indexed, "
        f"{read} bodies as our rows say, {again} as the server sends them again",
        flush=True,
    )
    return found


if __name__ == "__main__":
    sys.exit(main())
