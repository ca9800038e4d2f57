"""`sagwan verify --row REF@TIME`: one row back to its bytes, for a person or as a document."""

from __future__ import annotations

import contextlib
from functools import partial
from pathlib import Path
from typing import Any

import click

from archive.archive import open_for_reading
from archive.lookup import find_article, has_article
from archive.proof import Proof, document, prove, stamps
from archive.proof_links import Link
from archive.runlog import printable
from archive.support import subject, supports
from archive.times import iso
from crawler.commands.options import plain, print_json
from crawler.commands.times import Time
from crawler.errors import Misuse
from crawler.sources import reference

Asked = tuple[str, int]
_MARKS = {True: "yes ", False: "NO  ", None: "-   "}


class RowAt(click.ParamType[Asked]):
    """A reference and a time (UTC ms), split at the last @."""

    name = "row"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Asked:
        """Both. Fails with one line for what has no @, or whose time cannot be read."""
        ref, at, time = str(value).rpartition("@")
        if not at or not ref or not time:
            self.fail(f"{value!r} names no row: write REF@TIME, such as daum:20200522093902880#529348107@now", param, ctx)
        return ref, Time(end=True).convert(time, param, ctx)


def show_row(root: Path, asked: Asked, tsa_ca: tuple[Path, ...], as_json: bool) -> int:
    """Prints each step from the row to the manifest and its time-stamps; the exit code. Roots of time-stamps must be in the
    files `tsa_ca`, if there are any."""
    from archive.stamps import trusted_of
    from crawler import pages
    from crawler.sources import load_pages

    load_pages()
    ref, at = asked
    with contextlib.closing(open_for_reading(root)) as db:
        try:
            source, article, comment = reference(ref, partial(has_article, db))
        except ValueError as error:
            raise Misuse(str(error)) from None
        about = subject(db, find_article(db, source, article), comment)
        found = supports(db, about, at)
        if found is None:
            click.echo(f"nothing was known of {ref} at {iso(at)}", err=True)
            return 2
        line, rests_on = found
        proofs = list(prove(root, db, about, rests_on, pages.parse))
    tokens = list(stamps(proofs, trusted_of(tsa_ca) if tsa_ca else None))
    failed = [link for links in (*(proof.links for proof in proofs), tokens) for link in links if link.holds is False]
    if as_json:
        print_json([document(line, about, proofs)])
        for link in failed:
            click.echo(f"NO {link.name}: {printable(link.text)}", err=True)
        for text in sorted({link.text for proof in proofs for link in proof.links if link.name == "gone"}):
            click.echo(f"note: {printable(text)}", err=True)
    else:
        _page(line, at, proofs, tokens)
        captures = [proof for proof in proofs if not proof.event]
        gone = sum(link.name == "gone" for proof in captures for link in proof.links)
        redacted = f" ({gone} redacted since: the site's own bytes are gone)" if gone else ""
        click.echo(f"{len(captures)} captures{redacted}, {len(failed)} steps that do not hold")
    return 2 if failed else 0


def _page(line: dict[str, Any], at: int, proofs: list[Proof], tokens: list[Link]) -> None:
    click.echo(plain(f"{line['ref']} as of {iso(at)}: {line['state']}, last seen {line['seen_at']}"))
    for proof in proofs:
        if proof.support.shows is None and all(link.holds for link in proof.links):  # a walk has many such, all alike
            said = "; ".join(link.text for link in proof.links[:2])
            click.echo(plain(f"\n{', '.join(proof.support.why)}\n  {_MARKS[True]} {said}; all {len(proof.links)} steps hold"))
            continue
        click.echo(plain(f"\n{', '.join(proof.support.why)}"))
        _links(proof.links)
    click.echo()
    _links(tokens)


def _links(links: list[Link]) -> None:
    for link in links:
        click.echo(f"  {_MARKS[link.holds]} {link.name:<9} {printable(link.text)}")
