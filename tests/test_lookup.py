"""Uuids are 16 bytes in rows and text everywhere else; what a WARC file names so and is none stays what it is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from archive.lookup import uuid_bytes, uuid_text


@given(st.uuids())
def test_a_uuid_comes_back(one: object) -> None:
    assert len(uuid_bytes(str(one))) == 16
    assert uuid_text(uuid_bytes(str(one))) == str(one)


@given(st.text(), st.text())
def test_different_texts_are_different_bytes(one: str, other: str) -> None:
    assert (uuid_bytes(one) == uuid_bytes(other)) == (one == other)
