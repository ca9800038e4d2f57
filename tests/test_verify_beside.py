"""verify beside runs that begin files, end and are sealed while it reads: none of that is damage."""

from __future__ import annotations

from pathlib import Path

from archive.pseudonym import Pseudonyms
from archive.seal import seal
from archive.verify import verify
from archive.warc_reader import files
from crawler import pages
from tests.maker import DAY, KEY, Maker, row


def run(root: Path, n: int) -> None:
    """A run in a file of its own, as those before are sealed; at last its own is."""
    maker = Maker(root)
    maker.walk([row(k, likes=n) for k in range(1, 30)])
    maker.close()
    seal(root, DAY + n)


def test_what_runs_and_seals_add_meanwhile_is_no_damage(tmp_path: Path) -> None:
    run(tmp_path, 0)
    Maker(tmp_path).close()  # and a file that is not sealed when verify begins
    begun = list[str]()

    def told(what: str, done: int, size: int) -> None:
        """Called when the files are listed, after each, and while rows are made."""
        if len(begun) < 6:
            begun.append(what)
            run(tmp_path, len(begun))

    result = verify(tmp_path, Pseudonyms(KEY), pages.parse, told)
    assert set(begun) == {"bytes", "rows"}
    assert result.findings == []
    assert len(files(tmp_path)) > result.files >= 2
    assert verify(tmp_path, Pseudonyms(KEY), pages.parse).findings == []
