"""Archives that were copied, lived on apart and were put together again; and files whose first record says nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from archive.errors import ArchiveError
from archive.pseudonym import Pseudonyms
from archive.rebuild import rebuild
from archive.verify import verify
from archive.warc_reader import files
from crawler import pages
from tests.maker import KEY, Maker, row


def test_files_of_two_lives_are_out_of_their_order(tmp_path: Path) -> None:
    """Each file is whole and the database is made of them; only their times say that one source cannot have written both."""
    one, other, both = (tmp_path / name for name in ("one", "other", "both"))
    maker = Maker(one)
    maker.walk([row(1)])
    maker.close()
    shutil.copytree(one, other)
    for root, days in ((one, 2), (other, 1)):
        maker = Maker(root)
        maker.now += days * 86_400_000
        maker.writer.close()
        maker.walk([row(1, likes=days)])
        maker.close()
    shutil.copytree(one / "warc", both / "warc")
    mine, theirs = files(one)[-1], files(other)[-1]
    # The other life began its file a day before; here its name makes it the later one.
    later = theirs.name.replace("-00001-", "-00002-").replace(theirs.name.split("-")[2], mine.name.split("-")[2])
    shutil.copy(theirs, both / mine.parent.relative_to(one) / later)
    rebuild(both, both / "archive.db", Pseudonyms(KEY), pages.parse)
    assert [line for line in verify(both, Pseudonyms(KEY), pages.parse).findings if line.endswith(": time goes back")]


def test_a_first_file_of_no_bytes_does_not_hide_whose_key_it_is(tmp_path: Path) -> None:
    """A killed run leaves one: the rows of a lost database would come back under other pseudonyms."""
    Maker(tmp_path).close()
    (path,) = files(tmp_path)
    empty = path.with_name(path.name.replace("-daum-", "-clien-"))
    empty.write_bytes(b"")
    for before in (b"", b"no record"):
        empty.write_bytes(before)
        (tmp_path / "archive.db").unlink(missing_ok=True)
        with pytest.raises(ArchiveError, match="wrong pseudonym key"):
            rebuild(tmp_path, tmp_path / "archive.db", Pseudonyms(b"x" * 32), pages.parse)
        assert not (tmp_path / "archive.db").exists()
