"""The time-stamps of an archive: beside manifest/DAY.json its tokens DAY.json.1.tsr, DAY.json.2.tsr ..., as they came (DER),
and beside each token DAY.json.1.pem: where it is from, and the certificates from its signer's up to the root.

Every byte of both is accounted for: the .pem can be written in one way only, and it names the sha256 of the token.
"""

from __future__ import annotations

import contextlib
import re
import ssl
import warnings
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate, load_der_x509_certificate
from msgspec import Struct, field

from archive.errors import ArchiveError
from archive.manifest import STAMP, manifest_paths, tokens_of, unstamped_days
from archive.seal import alone, put
from archive.times import SEOUL
from archive.timestamp import NoStamp, Stamp, Trusted, certificates, check_answer, name_of, sort_out

_AUTHORITY = re.compile(rb"^Authority: (.*)$", re.MULTILINE)


class Checked(Struct):
    """What a look at every token found: problems, and what a person should know. One line each."""

    findings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def unstamped(root: Path, authority: str) -> list[Path]:
    """The manifests without a token of that authority."""
    return [path for path in manifest_paths(root) if authority not in map(_authority, tokens_of(path))]


def keep(root: Path, manifest: Path, authority: str, answer: bytes, stamp: Stamp) -> Path:
    """Puts a token that was checked, and its certificates, beside the manifest. Raises WriteFailed."""
    with alone(root):
        number = 1 + max((int(path.suffixes[-2][1:]) for path in tokens_of(manifest)), default=0)
        token = manifest.with_name(f"{manifest.name}.{number}.tsr")
        put(token.with_suffix(".pem"), _pem(manifest.name, authority, answer, stamp))
        put(token, answer)
    return token


def check(root: Path, pinned: Trusted | None) -> Checked:
    """Checks every token against its manifest with the certificates kept, at the token's time; the root against `pinned`."""
    found = Checked()
    groups: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    names = {match[0]: match for path in (root / "manifest").glob("*") if (match := STAMP.fullmatch(path.name))}
    for name, match in sorted(names.items()):
        stem = name.removesuffix(match["kind"])
        if match["kind"] == "pem":
            if stem + "tsr" not in names:
                found.findings.append(f"manifest/{name}: its token {stem}tsr is missing")
            continue
        if not (root / "manifest" / match["manifest"]).exists():
            found.findings.append(f"manifest/{match['manifest']}: is missing: its time stamp {name} is there")
            continue
        try:
            authority, stamp = check_token(root / "manifest" / match["manifest"], root / "manifest" / name)
            if pinned is not None and stamp.chain[-1] not in pinned.roots:
                raise NoStamp(f"its root is not one of yours: {_root(stamp)}")
        except NoStamp as error:
            found.findings.append(f"manifest/{name}: {error}")
        else:
            groups[authority, _root(stamp)].append(stamp.at)
    for (authority, anchor), times in groups.items():
        held = "its root is one of yours" if pinned is not None else "self-consistent: compare its root with the authority's"
        first, last = (at.astimezone(SEOUL).isoformat(timespec="seconds") for at in (min(times), max(times)))
        found.notes.append(f"{len(times)} time-stamps of {authority}, {first} to {last}; {held}: {anchor}")
    if days := unstamped_days(root):
        found.notes.append(
            f"{len(days)} sealed days have no time-stamp yet, from {days[0]} on: `sagwan seal --tsa URL` gets one"
        )
    return found


def check_token(manifest: Path, token: Path) -> tuple[str, Stamp]:
    """The authority's address and what its token says, checked with the certificates kept beside it. Raises NoStamp."""
    for path in (token, token.with_suffix(".pem")):
        if path.exists() and not path.is_file():
            raise NoStamp(f"what belongs to it cannot be read: {path.name}: not a file")
    try:
        data, answer, pem = manifest.read_bytes(), token.read_bytes(), token.with_suffix(".pem").read_bytes()
    except OSError as error:
        raise NoStamp(f"what belongs to it cannot be read: {Path(error.filename).name}: {error.strerror}") from None
    try:
        kept = certificates(pem)
    except Exception:  # as for the token: any failure of the decoder
        raise NoStamp(f"the certificates in {token.stem}.pem cannot be read") from None
    stamp = check_answer(answer, data, kept)
    authority = _authority(token) or ""
    if pem != _pem(manifest.name, authority, answer, stamp):
        raise NoStamp(f"it fits the manifest, but {token.stem}.pem does not fit it: one of the two was altered")
    return authority, stamp


def trusted_of(files: Sequence[Path]) -> Trusted:
    """The certificates of PEM files; without any, those that the system trusts. Raises ArchiveError."""
    found: list[Certificate] = []
    for file in files:
        try:
            held = certificates(file.read_bytes())
        except OSError as error:
            why = f"{file}: cannot be read: {error.strerror}. Name a PEM file with the authority's root, which its site has"
            raise ArchiveError(why) from None
        except ValueError as error:
            raise ArchiveError(f"{file}: no certificates in PEM that can be read ({error})") from None
        if not held.roots:
            raise ArchiveError(f"{file}: holds no root (a certificate signed by itself): ask the authority for it")
        found += held.roots + held.between
    trusted = sort_out(found if files else _of_the_system())
    if not trusted.roots:
        raise ArchiveError("this system has no root certificates: name the authority's with --tsa-ca")
    return trusted


def _of_the_system() -> Iterator[Certificate]:
    paths = ssl.get_default_verify_paths()
    files = [Path(paths.cafile)] if paths.cafile else sorted(Path(paths.capath or "/").glob("*.[0-9]"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for file in files:
        with contextlib.suppress(OSError):
            context.load_verify_locations(file)
    for der in context.get_ca_certs(binary_form=True):
        with warnings.catch_warnings(), contextlib.suppress(ValueError):
            warnings.simplefilter("ignore")  # a few break today's rules: what the library will not read vouches for nothing
            yield load_der_x509_certificate(der)


def _authority(token: Path) -> str | None:
    try:
        match = _AUTHORITY.search(token.with_suffix(".pem").read_bytes())
    except OSError:
        return None
    return match[1].decode("ascii", "replace") if match else None


def _pem(manifest: str, authority: str, answer: bytes, stamp: Stamp) -> bytes:
    """The one way to write a .pem: lines for people, which readers of PEM skip, and the certificates."""
    head = (
        f"Manifest: {manifest}\nAuthority: {authority}\nTime: {stamp.at:%Y-%m-%dT%H:%M:%SZ}\n"
        f"Root: sha256 {_fingerprint(stamp)}\nToken: sha256 {sha256(answer).hexdigest()}\n"
    ).encode()
    head += f"Lines above: sha256 {sha256(head).hexdigest()}\n".encode()
    return head + b"".join(one.public_bytes(Encoding.PEM) for one in stamp.chain)


def _root(stamp: Stamp) -> str:
    return f"{name_of(stamp.chain[-1])}, sha256 {_fingerprint(stamp)}"


def _fingerprint(stamp: Stamp) -> str:
    return stamp.chain[-1].fingerprint(SHA256()).hex(":").upper()
