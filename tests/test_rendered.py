"""What a browser rendered, in the archive: `resource` records that every reader knows, also when a person is taken out."""

from __future__ import annotations

import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

from archive.warc_reader import Record
from tests import people
from tests.conftest import ROOT, Sagwan
from tests.maker import ARTICLE, Maker
from tests.people import ACCOUNT, FIRST, NAME, PERSON, REF, TEXT, neighbours, pseudonym
from tests.test_rebuild import same
from tests.warcs import check, exchanges, groups, ids

URL = f"https://v.daum.net/v/{ARTICLE}"
LIST = "https://comment.daum.net/apis/v1/posts/5/comments?parentId=0&offset=0&limit=100&sort=LATEST"
PICTURE = b"\x89PNG\r\n\r\nWARC/1.1 \x00 as pictures are"


def render(maker: Maker, method: str, page: str, body: bytes, url: str = URL) -> None:
    """Keeps what a browser rendered."""
    made = maker.exchange(url, page, body, method=method, fidelity="rendered", why="part")
    made.request, made.head, made.ip = b"", None, None
    maker.keep(made)


def archive(root: Path) -> None:
    """An archive in which a page of comments stands as a response, as a DOM that a parser reads, and as a picture."""
    maker = people.crowd(root)
    render(maker, "DOM", "daum.comments", json.dumps(neighbours(7), ensure_ascii=False).encode(), LIST)
    render(maker, "DOM", "daum.dom", f"<p>{TEXT}</p>".encode())
    render(maker, "SCREENSHOT", "daum.screenshot", PICTURE)
    # What else the page loaded, and no parser reads: the words are there, and nothing that names the comment.
    part = json.dumps({"nick": NAME, "content": TEXT}, ensure_ascii=False).encode()
    maker.keep(maker.exchange("https://comment.daum.net/apis/v1/talks", "daum.part", part, why="part"))
    maker.close()


def resources(root: Path) -> list[Record]:
    """What was rendered, as it stands in the files."""
    found = [group.main() for group in groups(root)]
    return [record for record in found if record.type == "resource"]


def test_every_reader_knows_it(sagwan: Sagwan) -> None:
    archive(sagwan.archive)
    people.ready(sagwan)
    read, dom, picture = resources(sagwan.archive)
    assert (picture.block, picture.headers["content-type"]) == (PICTURE, "image/png")
    assert dom.headers["warc-target-uri"] == f"urn:dom:{URL}"
    assert exchanges(sagwan.archive, "daum.screenshot")[0].body == PICTURE
    sql = "SELECT method, status, outcome, lower(hex(digest)), article FROM captures WHERE method NOT IN ('GET') ORDER BY id"
    assert sagwan.rows(sql) == [
        ("DOM", None, "ok", sha256(read.block).hexdigest(), 1),
        ("DOM", None, "none", sha256(dom.block).hexdigest(), 1),
        ("SCREENSHOT", None, "none", sha256(PICTURE).hexdigest(), 1),
    ]
    check(sagwan.archive)
    same(sagwan.archive)
    assert sagwan("verify").code == 0
    (line,) = sagwan("series", f"daum:{ARTICLE}#{FIRST}", "--json").lines[-1:]
    assert line["likes"] == 0
    last = sagwan("series", f"daum:{ARTICLE}#{FIRST + 1}", "--json").lines[-1]
    assert (last["likes"], last["capture"].replace("-", "")) == (7, ids(sagwan.archive)[-4].replace("-", ""))


def test_a_row_that_was_read_in_a_dom_is_proven_from_it(sagwan: Sagwan) -> None:
    archive(sagwan.archive)
    people.ready(sagwan)
    assert sagwan("seal").code == 0
    proof = sagwan("verify", "--row", f"daum:{ARTICLE}#{FIRST + 1}@now", "--json")
    assert (proof.code, proof.err) == (0, "")
    path = sagwan.folder / "proof.json"
    path.write_text(proof.out)
    shown = subprocess.run(
        [sys.executable, str(ROOT / "docs/check_proof.py"), str(path), str(sagwan.archive)], capture_output=True, text=True
    )
    assert "the resource record fits the sha256" in shown.stdout
    assert "all of it stands in one object" in shown.stdout


def test_of_a_redacted_article_nothing_rendered_is_left(sagwan: Sagwan) -> None:
    archive(sagwan.archive)
    people.ready(sagwan)
    before = people.history(sagwan.archive)
    ids_before = ids(sagwan.archive)
    people.redact(sagwan, REF)
    assert (
        people.traces(sagwan.archive, PERSON, TEXT, NAME, ACCOUNT, pseudonym(ACCOUNT), pseudonym(NAME), "as pictures are") == []
    )
    assert [record.block for record in resources(sagwan.archive)] == [b"", b"", b""]
    assert people.history(sagwan.archive) == before  # of the 99 others, from the DOM too
    assert ids(sagwan.archive) == ids_before
    check(sagwan.archive)
    same(sagwan.archive)
    assert sagwan("verify").code == 0
    people.redact(sagwan, f"daum:{ARTICLE}#{FIRST}")  # somebody else of the same article, later
    check(sagwan.archive)
    same(sagwan.archive)
    assert sagwan("verify").code == 0
