"""From a row back to its bytes: capture, record, digests, chain, Merkle paths, manifest; and the document that shows it.

docs/check_proof.py checks such a document again, without this program.
"""

from __future__ import annotations

import re
import sqlite3
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from archive.capture import Parse
from archive.errors import Damaged
from archive.history import Line
from archive.lookup import uuid_text
from archive.manifest import Manifest, as_bytes, day_of, manifest_paths, read_manifest, tokens_of
from archive.merkle import Step, climb, path_of
from archive.proof_files import File, Voucher, read_file, vouchers_of, when_and_why
from archive.proof_links import Link, Row, event_links, links_of, redacted_links, row_of
from archive.support import Subject, Support
from archive.times import SEOUL, iso
from archive.tombstone import redaction_of
from archive.warc_reader import Group, files

if TYPE_CHECKING:
    from archive.timestamp import Trusted

FORMAT = "sagwan-proof/1"
_ROOT = re.compile("[0-9a-f]{64}")


class Sealed(Struct):
    """A manifest that lists a file: its path and bytes, what it says, the file's place in it."""

    path: Path
    data: bytes
    says: Manifest
    place: int


class Proof(Struct):
    """What one capture or redaction proves: the steps as far as they go, its part of the document, and the manifest."""

    support: Support
    links: list[Link] = field(default_factory=list)
    part: dict[str, Any] = field(default_factory=dict)
    sealed: Sealed | None = None
    event: bool = False  # it is that of a redaction


def prove(root: Path, db: sqlite3.Connection, about: Subject, supports: list[Support], parse: Parse) -> Iterator[Proof]:
    """A proof for each capture, in their order, then for each redaction that vouches for what remains of one, those that vouch
    for another redaction's event first. A step that cannot be taken is the last."""
    rows = {support.capture: row_of(db, support.capture) for support in supports}
    paths = {path.name.removesuffix(".open"): path for path in files(root)}

    @cache
    def opened(path: Path) -> File:
        name = path.name.removesuffix(".open")
        return read_file(path, {one.offset for one in rows.values() if one.name == name})

    redactions: dict[tuple[Path, int], Voucher] = {}
    for support in supports:
        proof, row = Proof(support), rows[support.capture]
        if row.name not in paths:
            proof.links.append(Link("record", f"{row.name} is missing", False))
        else:
            for one in _prove(root, proof, row, opened(paths[row.name]), about, parse, opened):
                redactions.setdefault((one.file.path, one.place), one)
        yield proof
    for one in redactions.values():
        yield _of_redaction(root, one)


def _prove(
    root: Path, proof: Proof, row: Row, file: File, about: Subject, parse: Parse, opened: Callable[[Path], File]
) -> list[Voucher]:
    """The steps of a capture; the redaction that vouches for it, where it was redacted."""
    place, group = file.groups.get(row.offset, (0, None))
    if group is None:
        why = file.damage or "it ends before"
        proof.links.append(Link("record", f"{row.name} has no record at {row.offset}: {why}", False))
        return []
    proof.links += links_of(row, group, file.entries, place, proof.support, about, parse)
    vouchers: list[Voucher] = []
    if redaction_of(group.records) is not None:
        found = vouchers_of(root, file.path, group, opened)
        vouchers = found or []
        proof.links += redacted_links(found)
    shown = {"why": proof.support.why, "shows": _shows(proof.support)}
    proof.part = shown | {"capture": uuid_text(row.record), "seen_at": iso(row.received_at)}
    _seal(root, proof, file, place, group)
    return vouchers


def _shows(support: Support) -> dict[str, Any] | None:
    """What a document says that a capture shows: without the counts that it must not show."""
    if support.shows is None or "counts" not in support.shows:
        return support.shows
    return support.shows | {"counts": {metric: n for metric, n in support.shows["counts"].items() if n is not None}}


def _of_redaction(root: Path, voucher: Voucher) -> Proof:
    """That the event of a redaction stands where it was written."""
    file, place, group = voucher.file, voucher.place, voucher.group
    proof = Proof(Support(0, [when_and_why(group.values)], {}), event=True)
    proof.links += event_links(file.path.name.removesuffix(".open"), group, file.entries, place)
    _seal(root, proof, file, place, group)
    return proof


def _seal(root: Path, proof: Proof, file: File, place: int, group: Group) -> None:
    """The steps from a group's entry to the manifest, as far as they go."""
    proof.part |= _part(root, file.path, group)
    try:
        proof.sealed = _sealed(root, file.path.name.removesuffix(".open"))
    except Damaged as error:
        proof.links.append(Link("manifest", str(error), False))
        return
    if proof.sealed is None:
        proof.links.append(Link("manifest", "not yet sealed: run sagwan seal", None))
        return
    proof.links += _up(proof.sealed, file, place, proof.part)


def _sealed(root: Path, name: str) -> Sealed | None:
    """The manifest that lists the file of that name. Raises Damaged for one of its day that cannot be read."""
    for path in manifest_paths(root):
        if path.name.startswith(day_of(name)):
            manifest, _ = read_manifest(path)
            if not all(_ROOT.fullmatch(one.root) for one in manifest.files):
                raise Damaged(f"{path.name}: a root in it is no sha256")
            place = next((n for n, file in enumerate(manifest.files) if file.name == name), None)
            if place is not None:
                return Sealed(path, path.read_bytes(), manifest, place)
    return None


def _up(sealed: Sealed, file: File, place: int, part: dict[str, Any]) -> Iterator[Link]:
    """From the entry to the file's root, and from there to the manifest's."""
    listed = sealed.says.files[sealed.place]
    path = path_of(file.entries, place)
    why = f" (damaged: {file.damage})" if file.damage else ""
    text = f"{_steps(path)} from the entry to the root of the file: {listed.root}{why}"
    yield Link("file", text, climb(file.entries[place], path).hex() == listed.root)
    # No step of the way up: the roots prove this row also where another record was redacted or damaged since.
    text = "is" if file.sha256 == listed.sha256 else "is no longer the one that was sealed, `sagwan verify` says why; it was"
    yield Link("bytes", f"the sha256 of the whole file {text} {listed.sha256}", True if file.sha256 == listed.sha256 else None)
    roots = [bytes.fromhex(one.root) for one in sealed.says.files]
    day = path_of(roots, sealed.place)
    text = f"{_steps(day)} from the root of the file to the root of the manifest: {sealed.says.root}"
    yield Link("day", text, climb(roots[sealed.place], day).hex() == sealed.says.root)
    text = f"manifest/{sealed.path.name}, sealed {sealed.says.sealed_at}, sha256 {sha256(sealed.data).hexdigest()}"
    yield Link("manifest", text, as_bytes(sealed.says) == sealed.data)
    part |= {
        "path": _pairs(path),
        "root": listed.root,
        "manifest": f"manifest/{sealed.path.name}",
        "manifest_path": _pairs(day),
    }


def _steps(path: list[Step]) -> str:
    return f"{len(path)} step{'' if len(path) == 1 else 's'}"


def _pairs(path: list[Step]) -> list[list[str]]:
    return [[step.side, step.digest.hex()] for step in path]


def _part(root: Path, path: Path, group: Group) -> dict[str, Any]:
    return {
        "file": path.relative_to(root).as_posix().removesuffix(".open"),
        "records": list(_members(path, group)),
        "before": group.records[-1].headers.get("sagwan-chain", "").removeprefix("sha256:"),
        "entry": group.records[-1].digest().hex(),
        "manifest": None,
    }


def _members(path: Path, group: Group) -> Iterator[dict[str, Any]]:
    """The records as they stand in the file, each in its gzip member."""
    with path.open("rb") as file:
        for record in group.records:
            file.seek(record.offset)
            yield {"offset": record.offset, **_held(file.read(record.length))}


def _held(data: bytes) -> dict[str, str]:
    return {"sha256": sha256(data).hexdigest(), "bytes": b64encode(data).decode()}


def stamps(proofs: Iterable[Proof], pinned: Trusted | None) -> Iterator[Link]:
    """What the time-stamps of each manifest say. Their roots must be among those of `pinned`, where it is given."""
    from archive.stamps import check_token  # only here: cryptography takes a tenth of a second to load
    from archive.timestamp import NoStamp, name_of

    for manifest in _manifests(proofs):
        tokens = tokens_of(manifest)
        for token in tokens:
            try:
                authority, stamp = check_token(manifest, token)
            except NoStamp as error:
                yield Link("token", f"manifest/{token.name}: {error}", False)
                continue
            text = f"manifest/{token.name} stamps {manifest.name}: {authority}, {stamp.at.astimezone(SEOUL).isoformat()}"
            held = pinned is None or stamp.chain[-1] in pinned.roots
            yield Link("token", f"{text}; its root: {name_of(stamp.chain[-1])}{'' if held else ', none of yours'}", held)
        if not tokens:
            yield Link("token", f"manifest/{manifest.name} has no time-stamp yet: `sagwan seal --tsa URL` gets one", None)


def _manifests(proofs: Iterable[Proof]) -> list[Path]:
    return sorted({proof.sealed.path for proof in proofs if proof.sealed is not None})


def document(line: Line, about: Subject, proofs: list[Proof]) -> dict[str, Any]:
    """All that somebody needs to check the proof without the archive: docs/proof.md names every field. `line` is that of as-of;
    people's pseudonyms are left out."""
    source = line["ref"].partition(":")[0]
    left_out = ("account", "rank", "sort", "age_s", "kind")
    manifests = _manifests(proofs)
    tokens = [token for path in manifests for token in tokens_of(path)]
    certificates = [path for token in tokens if (path := token.with_suffix(".pem")).exists()]
    told = {
        "format": FORMAT,
        "row": {name: value for name, value in line.items() if name not in left_out},
        "articles": sorted(f"{source}:{key}" for key in about.keys),
        "captures": [proof.part for proof in proofs if proof.part and not proof.event],
        "files": {f"manifest/{path.name}": _held(path.read_bytes()) for path in [*manifests, *tokens, *certificates]},
    }
    redactions = [proof.part for proof in proofs if proof.event]
    return told | ({"redactions": redactions} if redactions else {})
