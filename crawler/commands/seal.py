"""`sagwan seal`."""

from __future__ import annotations

import json
from pathlib import Path

import click
import msgspec

from archive import overview, times
from archive.errors import ArchiveError
from archive.seal import seal as sealing
from archive.warc_reader import files
from crawler.commands.options import archive_option, json_option


@click.command()
@archive_option
@json_option
def seal(root: Path, as_json: bool) -> int:
    """List every complete WARC file in a manifest, which names the manifest before it and is never changed.

    A file that a run is writing is left for the next time. Write the last line down somewhere else: it proves all that was
    sealed until now.

    \b
    Example:
      sagwan seal --archive /data/sagwan
    Exit 2: a file is damaged and was not sealed; the others are.
    """
    if not files(root):
        raise ArchiveError(f"no WARC files under {root / 'warc'}: nothing to seal")
    done = sealing(root, overview.now(root) if (root / "archive.db").exists() else times.now())
    if as_json:
        click.echo(json.dumps(msgspec.to_builtins(done), ensure_ascii=False))
    else:
        for line in done.damaged:
            click.echo(f"DAMAGED {line}")
        for line in done.left_out:
            click.echo(f"left out: {line}")
        click.echo(f"{done.files} files sealed in {len(done.manifests)} manifests")
        for manifest in done.manifests:
            click.echo(f"{manifest.sha256}  manifest/{manifest.name}")
    return 2 if done.damaged else 0
