"""`sagwan seal`."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click
import msgspec

from archive import overview, times
from archive.errors import ArchiveError
from archive.runlog import printable
from archive.seal import seal as sealing
from archive.warc_reader import files
from crawler.commands.options import archive_option, json_option, tsa_ca_option


@click.command()
@archive_option
@click.option(
    "--tsa",
    "authorities",
    metavar="URL",
    multiple=True,
    help="Get a time-stamp of this authority (RFC 3161) for every manifest that has none of it. May be given again.",
)
@tsa_ca_option
@json_option
def seal(root: Path, authorities: tuple[str, ...], tsa_ca: tuple[Path, ...], as_json: bool) -> int:
    """List every complete WARC file in a manifest, which names the manifest before it and is never changed.

    A file that a run is writing is left for the next time. Write the last line down somewhere else: it proves all that was
    sealed until now.

    \b
    Examples:
      sagwan seal --archive /data/sagwan
      sagwan seal --tsa https://freetsa.org/tsr --tsa-ca freetsa-root.pem
    Exit 2: a file is damaged and was not sealed, or an authority gave no time-stamp that holds; the others are done.
    """
    from archive.stamps import trusted_of
    from crawler.contact import agent_of, contact_from
    from crawler.tsa import Stamped, check_url, on_loopback, stamp

    for url in authorities:
        check_url(url)
    if authorities:  # what is wrong with the command is said before anything is done
        trusted = trusted_of(tsa_ca)
        contact = contact_from(os.environ.get("SAGWAN_CONTACT"), local=all(map(on_loopback, authorities)))
    if not files(root):
        raise ArchiveError(f"no WARC files under {root / 'warc'}: nothing to seal")
    done = sealing(root, overview.now(root) if (root / "archive.db").exists() else times.now())
    stamped = stamp(root, authorities, trusted, agent_of(contact)) if authorities else Stamped()
    if as_json:
        click.echo(json.dumps(msgspec.to_builtins(done) | msgspec.to_builtins(stamped), ensure_ascii=False))
    else:
        for line in done.damaged:
            click.echo(f"DAMAGED {printable(line)}")
        for line in done.left_out:
            click.echo(f"left out: {printable(line)}")
        click.echo(f"{done.files} files sealed in {len(done.manifests)} manifests")
        for manifest in done.manifests:
            click.echo(f"{manifest.sha256}  manifest/{manifest.name}")
        for name in stamped.tokens:
            click.echo(f"time-stamp manifest/{name}")
        for line in stamped.failed:
            click.echo(f"NO TIME-STAMP {printable(line)}")
    return 2 if done.damaged or stamped.failed else 0
