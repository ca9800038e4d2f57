"""Time-stamp tokens (RFC 3161): an authority's signature over a sha256 and the time at which it saw it.

Everything is checked at the token's own time: what was signed while the certificates were valid stays proof
when they have expired.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate, load_der_x509_certificate, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

# What the library says, for people.
_SAID = {
    "Mismatch between messages": "it is a token over other bytes: one of the two was altered",
    "Nonce mismatch": "its nonce is not ours: it answers another request",
}


class NoStamp(Exception):
    """Raised for bytes that are no time-stamp of the data; the message says why."""


class Stamp(NamedTuple):
    """A token that fits: its time (UTC), and the certificates from the signer's up to a self-signed root."""

    at: datetime
    chain: list[Certificate]


class Trusted(NamedTuple):
    """Certificates that a person or the system vouches for: self-signed roots, and others that may stand in between."""

    roots: list[Certificate]
    between: list[Certificate]


def request_for(data: bytes) -> tuple[bytes, int]:
    """The request to an authority (DER) for a token over the sha256 of the data, and the nonce that its answer must hold."""
    asked = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256).build()
    assert asked.nonce is not None
    return asked.as_bytes(), asked.nonce


def check_answer(answer: bytes, data: bytes, trusted: Trusted, nonce: int | None = None) -> Stamp:
    """Checks an authority's answer (DER TimeStampResp): granted, over these data, signed by a time-stamping certificate
    that leads to one of the roots at the token's time. Raises NoStamp."""
    try:
        return _checked(_decoded(answer), data, trusted, nonce)
    except NoStamp:
        raise
    except Exception as error:  # the bytes are anybody's: whatever the decoders raise means the same
        raise NoStamp(f"not a time-stamp token ({_brief(error)})") from None


def _checked(response: TimeStampResponse, data: bytes, trusted: Trusted, nonce: int | None) -> Stamp:
    if response.status != PKIStatus.GRANTED:
        names = {status.value: f" ({status.name.lower()})" for status in PKIStatus}
        said = "".join(f": {_brief(text)}" for text in response.status_string)
        raise NoStamp(f"no token: status {response.status}{names.get(response.status, '')}{said}")
    at = response.tst_info.gen_time
    signer, others = _certificates(response)
    chain = _chain(signer, others, trusted, at)
    verifier = VerifierBuilder(tsa_certificate=chain[0], intermediates=chain[1:-1], roots=chain[-1:], nonce=nonce).build()
    try:
        verifier.verify_message(response, data)
    except VerificationError as error:
        reasons = ", ".join(re.findall(r'reason: "([^"]+)"', str(error)))  # OpenSSL's own words, without its file names
        raise NoStamp(_SAID.get(str(error)) or _brief(f"its signature does not hold: {reasons or error}")) from None
    return Stamp(at, chain)


def certificates(pem: bytes) -> Trusted:
    """The certificates of a PEM file. Raises ValueError where one cannot be read or there is none."""
    return sort_out(load_pem_x509_certificates(pem))


def sort_out(found: Iterable[Certificate]) -> Trusted:
    """Which certificates are roots and which are not. A root's own signature is not looked at: many are of times of SHA-1."""
    trusted = Trusted([], [])
    for one in found:
        (trusted.roots if one.issuer == one.subject else trusted.between).append(one)
    return trusted


def _certificates(response: TimeStampResponse) -> tuple[Certificate, list[Certificate]]:
    """The signer's certificate and the others that the token holds, always in the same order."""
    found = [load_der_x509_certificate(der) for der in sorted(response.signed_data.certificates)]
    (info,) = response.signed_data.signer_infos
    for one in found:
        if (one.issuer, one.serial_number) == (info.issuer, info.serial_number):
            return one, found
    raise ValueError("it lacks the certificate of its signer")


def _chain(signer: Certificate, others: list[Certificate], trusted: Trusted, at: datetime) -> list[Certificate]:
    known = [*trusted.roots, *sorted({*others, *trusted.between}, key=_der)]
    valid = [one for one in known if one.not_valid_before_utc <= at <= one.not_valid_after_utc]
    chain = _climb([signer], valid, trusted.roots, set())
    if chain is None or not signer.not_valid_before_utc <= at <= signer.not_valid_after_utc:
        for one in _climb([signer], known, trusted.roots, set()) or ():
            if not one.not_valid_before_utc <= at <= one.not_valid_after_utc:
                raise NoStamp(
                    f"the certificate of {name_of(one)} was valid from {one.not_valid_before_utc:%Y-%m-%d %H:%M} to "
                    f"{one.not_valid_after_utc:%Y-%m-%d %H:%M} UTC, not at the token's time {at:%Y-%m-%d %H:%M}"
                )
        raise NoStamp(f"the certificate of {name_of(signer)} leads to no root that is trusted here")
    return chain


def _climb(
    path: list[Certificate], known: list[Certificate], roots: list[Certificate], seen: set[Certificate]
) -> list[Certificate] | None:
    """The first way from the end of the path to a root; a certificate that led nowhere is not tried again."""
    if path[-1] in roots:
        return path
    for issuer in known:
        if issuer not in seen and _issued(path[-1], issuer):
            seen.add(issuer)
            if (found := _climb([*path, issuer], known, roots, seen)) is not None:
                return found
    return None


def _issued(one: Certificate, issuer: Certificate) -> bool:
    if one.issuer != issuer.subject:
        return False
    try:
        one.verify_directly_issued_by(issuer)
    except Exception:  # a key or a signature that the library does not take vouches for nothing
        return False
    return True


def _decoded(answer: bytes) -> TimeStampResponse:
    try:
        return decode_timestamp_response(answer)
    except ValueError as error:
        with contextlib.suppress(IndexError, ValueError):
            return decode_timestamp_response(_in_order(answer))
        raise error from None


def _in_order(answer: bytes) -> bytes:
    """The answer with the token's certificates sorted as DER wants a set: OpenSSL's authority does not, our decoder insists.

    They stand outside what is signed.
    """
    body = _elements(answer, 0, len(answer))[0]
    token = _elements(answer, *body[1:])[1]
    content = _elements(answer, *token[1:])[1]
    signed = _elements(answer, *content[1:])[0]
    for start, inside, end in _elements(answer, *signed[1:]):
        if answer[start] == 0xA0:  # [0] certificates
            ordered = sorted(answer[one:stop] for one, _, stop in _elements(answer, inside, end))
            return answer[:inside] + b"".join(ordered) + answer[end:]
    return answer


def _elements(der: bytes, start: int, end: int) -> list[tuple[int, int, int]]:
    """Where the elements between two places of DER begin, where their content begins, and where it ends."""
    found = []
    while start < end:
        size = der[start + 1] & 0x7F if der[start + 1] & 0x80 else 0
        inside = start + 2 + size
        length = int.from_bytes(der[start + 2 : inside]) if size else der[start + 1]
        found.append((start, inside, inside + length))
        start = inside + length
    return found


def name_of(one: Certificate) -> str:
    """A certificate's subject on one line."""
    return _brief(one.subject.rfc4514_string())


def _der(one: Certificate) -> bytes:
    return one.public_bytes(Encoding.DER)


def _brief(what: object) -> str:
    """What others wrote, on one line of a bounded length."""
    return " ".join(str(what).split())[:200]
