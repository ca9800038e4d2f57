"""The chain of a WARC file and the Merkle trees over it."""

from __future__ import annotations

import gzip
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.archive import open_for_reading
from archive.errors import Damaged
from archive.merkle import climb, path_of, root_of
from archive.warc_reader import NOTHING_BEFORE, files, last_entry, read_groups
from tests.maker import Maker, row


def collected(root: Path, times: int = 2) -> Path:
    """The one file of an archive with a run for each time."""
    for n in range(times):
        maker = Maker(root)
        maker.walk([row(k, likes=k + n) for k in range(1, 20)])
        maker.close()
    (path,) = files(root)
    return path


def test_every_closing_record_names_the_one_before_it_and_what_it_covers(tmp_path: Path) -> None:
    before = NOTHING_BEFORE
    for group in read_groups(collected(tmp_path)):
        last = group.records[-1]
        assert last.headers["sagwan-chain"] == "sha256:" + before.hex()
        covered = [sha256(record.raw).hexdigest() for record in group.records[:-1]]
        assert last.headers.get("sagwan-chain-covers", "").split() == ["sha256:" + digest for digest in covered]
        before = sha256(last.raw).digest()
    assert last_entry(files(tmp_path)[0]) == before


def test_a_second_run_goes_on_in_the_chain_without_the_database(tmp_path: Path) -> None:
    path = collected(tmp_path, 1)
    entry = last_entry(path)
    for name in ("archive.db", "archive.db-wal", "archive.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    collected(tmp_path, 1)
    begun = [group for group in read_groups(path) if group.values["kind"] == "warcinfo"]
    assert begun[1].records[0].headers["sagwan-chain"] == "sha256:" + entry.hex()


def test_captures_hold_their_entry(tmp_path: Path) -> None:
    path = collected(tmp_path)
    entries = [group.records[-1].digest() for group in read_groups(path) if group.values["kind"] == "exchange"]
    with closing(open_for_reading(tmp_path)) as db:
        assert [chain for (chain,) in db.execute("SELECT chain FROM captures ORDER BY id")] == entries


def test_a_file_that_is_damaged_at_its_end_is_left_as_it_is_and_the_run_goes_on_in_the_next(tmp_path: Path) -> None:
    path = collected(tmp_path, 1)
    data = path.read_bytes()
    path.write_bytes(data[:-9] + bytes([data[-9] ^ 1]) + data[-8:])
    with pytest.raises(Damaged, match="does not end with"):
        last_entry(path)
    maker = Maker(tmp_path)
    maker.page([row(1)])
    maker.close()
    assert [len(list(read_groups(files(tmp_path)[1])))] == [4]
    assert gzip.decompress(files(tmp_path)[1].read_bytes()).count(b"Sagwan-Chain: sha256:" + b"0" * 64) == 1


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=70), st.data())
def test_a_path_leads_to_the_root_and_no_other_entry_does(entries: list[bytes], data: st.DataObject) -> None:
    n = data.draw(st.integers(0, len(entries) - 1))
    path = path_of(entries, n)
    assert climb(entries[n], path) == root_of(entries)
    assert climb(entries[n] + b"x", path) != root_of(entries)
    assert len(path) <= (len(entries) - 1).bit_length()


def test_roots_are_those_of_rfc_6962() -> None:
    # The reference tree of the certificate transparency project: 8 entries, root known.
    entries = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
    entries.append(bytes.fromhex("606162636465666768696a6b6c6d6e6f"))
    assert root_of(entries).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    assert root_of(entries[:7]).hex() == "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"
    assert root_of([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
