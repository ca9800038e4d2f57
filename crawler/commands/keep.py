"""Keeping the archive: rebuild and verify."""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path

import click

from archive import rebuild as rebuilding
from archive import swap
from archive.errors import ArchiveError
from archive.pseudonym import Pseudonyms, default_key_file
from archive.redacted import AGAIN, UNDER_WAY, keep_rows
from archive.runlog import printable
from archive.verify import verify as verifying
from archive.warc_reader import files, source_of
from crawler.commands.options import archive_option, json_option, tsa_ca_option
from crawler.commands.row import Asked, RowAt, show_row
from crawler.errors import Misuse


@click.command()
@archive_option
@click.option("--into", type=click.Path(path_type=Path, dir_okay=False), help="Write the new database here and leave it.")
@click.option("--accept", is_flag=True, help="Put the new database in the place of the present one (which is kept beside it).")
@json_option
def rebuild(root: Path, into: Path | None, accept: bool, as_json: bool) -> int:
    """Make the database anew from the WARC files alone, and compare it with the present one.

    Differences that a newer parser explains are counted apart; --accept takes them over, but never from damaged files. With
    no archive.db there, the new one takes its place at once.

    \b
    Examples:
      sagwan rebuild --archive /data/sagwan
      sagwan rebuild --archive /data/sagwan --into /tmp/new.db --json
    Exit 2: differences that no newer parser explains, or damaged files; a database of another version that stays.
    """
    from crawler import pages
    from crawler.sources import load_pages

    if into and accept:
        raise Misuse("--into leaves the new database where you say, --accept swaps it in: choose one")
    if not root.is_dir():
        raise ArchiveError(f"no archive at {root}: name it with --archive")
    if accept:
        keep_rows(root)
    load_pages()
    pseudonyms = Pseudonyms.load(default_key_file(), make=False)
    first = not (root / "archive.db").exists() and into is None
    target = root / "archive.rebuilding.db" if into is None else into.with_name(f"{into.name}.rebuilding")
    for path in (into, target) if into is not None else ():
        if path.exists():
            raise ArchiveError(f"{path} exists: name a new file, or remove it")
    sources = sorted({source_of(path) for path in files(root)})
    with contextlib.ExitStack() as held:
        if accept or first:
            held.enter_context(swap.no_runs(root, sources))
        if into is None:
            held.enter_context(swap.alone_rebuilding(root))
            rebuilding.remove(target)
        try:
            done = rebuilding.rebuild(root, target, pseudonyms, pages.parse)
            # Present rows of what is damaged now would be lost, unless they cannot be read either.
            swapped = first or (accept and (not done.damage or done.comparison is None))
            kept = swap.swap_in(root, target) if swapped else None
            if into is not None:
                target.rename(into)  # whole: what was cut short has another name
        finally:
            rebuilding.remove(target)
    if swapped and (root / UNDER_WAY).exists():
        what = "It may miss other comments of the account: these rows are those of files that it has changed"
        click.echo(f"note: {AGAIN}. {what}", err=True)
    differences = done.comparison.differences if done.comparison else 0
    explained = done.comparison.explained if done.comparison else 0
    if as_json:
        report = {
            "rows": done.rows,
            "groups": done.groups,
            "differences": differences,
            "explained": explained,
            "damage": done.damage,
            "older": done.older,
        }
        click.echo(json.dumps(report | {"kept": str(kept) if kept else None}, ensure_ascii=False))
    else:
        click.echo(
            f"{done.rows} rows from {done.groups} exchanges and events; "
            f"{differences} differences, {explained} explained by newer parsers"
        )
        for difference in done.comparison.examples if done.comparison else ():
            click.echo(f"  {'DIFFERENT' if difference.unexplained else 'explained'} {printable(difference.text)}")
        for line in done.damage:
            click.echo(f"  damaged: {printable(line)}")
        if done.older:
            click.echo(f"  note: {printable(done.older)}, and it was not compared")
        if kept:
            click.echo(f"swapped in; the database before is {kept}")
        elif accept and not first:
            click.echo("not swapped in: the rows of what is damaged would be lost. Restore the files from a backup")
        elif done.comparison is None and (done.damage or done.older) and not into:
            click.echo("`sagwan rebuild --accept` puts the new database in the place of the present one")
        elif explained and not into:
            click.echo("`sagwan rebuild --accept` takes the newer parsers' rows over")
    return 2 if differences or done.damage or (done.older and not kept) else 0


@click.command()
@archive_option
@click.option("--bytes", "only_bytes", is_flag=True, help="Only the WARC files, without the rows.")
@click.option(
    "--row", "asked", type=RowAt(), metavar="REF@TIME", help="Only this comment or article as of TIME: each step of its proof."
)
@tsa_ca_option
@json_option
def verify(root: Path, only_bytes: bool, asked: Asked | None, tsa_ca: tuple[Path, ...], as_json: bool) -> int:
    """Check every record, digest, pair, offset and chain, the manifests, and every row against its bytes; or one row.

    With --bytes no key is needed, and no database. Time-stamps are checked at their own time; their root is compared with those
    of --tsa-ca, without it with nothing: then its fingerprint is printed, for you to compare.

    \b
    Examples:
      sagwan verify --archive /data/sagwan
      sagwan verify --bytes --json
      sagwan verify --row "daum:20200522093902880#529348107@2026-11-22 14:00"
      sagwan verify --row "daum:20200522093902880#529348107@now" --json > proof.json
    The last one writes what docs/check_proof.py checks without Sagwan. Exit 2: something is damaged; each finding is one line:
    the file, the offset, what is wrong. Or nothing was known of the row at that time.
    """
    from archive.stamps import trusted_of
    from crawler import pages
    from crawler.sources import load_pages

    if asked is not None:
        if only_bytes:
            raise Misuse("--row checks bytes and row of one thing, --bytes the files: choose one")
        return show_row(root, asked, tsa_ca, as_json)
    pseudonyms = None
    if not only_bytes:
        load_pages()
        pseudonyms = Pseudonyms.load(default_key_file(), make=False)
    pinned = trusted_of(tsa_ca) if tsa_ca else None
    with _watched() as told:
        found = verifying(root, pseudonyms, pages.parse, told, pinned)
    if as_json:
        report = {"files": found.files, "records": found.records, "rows": found.rows}
        click.echo(json.dumps(report | {"findings": found.findings, "notes": found.notes}, ensure_ascii=False))
    else:
        for line in found.findings:
            click.echo(f"DAMAGED {printable(line)}")
        for line in found.notes:
            click.echo(f"note: {printable(line)}")
        click.echo(f"{found.files} files, {found.records} records, {found.rows} rows checked: {len(found.findings)} findings")
    return 2 if found.findings else 0


def _watched() -> contextlib.AbstractContextManager[rebuilding.Told]:
    if not sys.stderr.isatty():
        return contextlib.nullcontext(rebuilding.nobody)
    from crawler.progress import checking  # rich is only loaded for a person's terminal

    return checking()
