"""Archives with a person in them, and whether anything of that person is left."""

from __future__ import annotations

import contextlib
import gzip
import json
from pathlib import Path
from typing import Any

from archive.archive import open_for_reading
from archive.capture import decode, split_head
from archive.history import as_of, series
from archive.lookup import find_article
from archive.pseudonym import Pseudonyms
from archive.warc_reader import files, read_records
from tests.conftest import Sagwan
from tests.maker import ARTICLE, KEY, Maker, row

PERSON = 529_348_150  # the key of the comment
ACCOUNT = -77_001_234
NAME = "사라질이름"
TEXT = "지워 달라고 한 말"
REPLY = 529_400_001  # of somebody else, to the person
FIRST = 529_348_101
REF = f"daum:{ARTICLE}#{PERSON}"


def pseudonym(value: object, key: bytes = KEY) -> bytes:
    """How rows name an account or a name of Daum."""
    return Pseudonyms(key).of("daum", str(value))


def persons(likes: int = 0, **more: Any) -> dict[str, Any]:
    """A comment of the person."""
    user = {"id": ACCOUNT, "status": "S", "providerId": "DAUM", "displayName": NAME}
    return row(PERSON, likes, 0, TEXT, userId=ACCOUNT, user=user) | more


def neighbours(n: int, count: int = 100) -> list[dict[str, Any]]:
    """A page of a hundred with the person at rank 50, as look number n sees it."""
    rows = [row(FIRST + k, likes=k * n, text=None if n < 2 else f"고침 {k}") for k in range(count)]
    return [persons(n) if one["id"] == PERSON else one for one in rows]


def crowd(root: Path, looks: int = 3, second: bool = True) -> Maker:
    """Some walks of a page of a hundred, the replies to the person, an error that names the comment; still open."""
    maker = Maker(root)
    for n in range(looks):
        rows = neighbours(n)
        maker.walk(rows if n % 2 else rows[::-1], sort="RECOMMEND" if n % 2 else "LATEST")
    base = "https://comment.daum.net/apis/v1/comments"
    rows = [row(REPLY, text="답글", parentId=PERSON)]
    url = f"{base}/{PERSON}/children?offset=0&limit=100&sort=CHRONOLOGICAL"
    maker.keep(maker.exchange(url, "daum.children", json.dumps(rows, ensure_ascii=False).encode(), why="walk"))
    maker.keep(maker.exchange(url.replace("offset=0", "offset=1"), "daum.children", b"[]"))
    maker.keep(maker.exchange("https://comment.daum.net/apis/v1/x", "daum.new", f"<b data-id='{PERSON}'>{TEXT}</b>".encode()))
    return maker


def redact(sagwan: Sagwan, *args: object, code: int = 0) -> str:
    """Runs `sagwan redact --yes`; what it printed."""
    ended = sagwan("redact", *args, "--reason", "요청 17/2026", "--yes")
    assert (ended.code, ended.err) == (code, ""), ended.err
    return ended.out


def ready(sagwan: Sagwan) -> None:
    """Gives the command the key of these archives."""
    (sagwan.folder / "pseudonym.key").write_bytes(KEY)


def everything(root: Path) -> bytes:
    """All bytes of an archive's folder: files as they lie there, WARC records uncompressed, bodies decoded."""
    parts = []
    for path in root.rglob("*"):
        if path.is_file():
            parts.append(path.name.encode() + path.read_bytes())
    for path in files(root):
        parts.append(gzip.decompress(path.read_bytes()))
        for record in read_records(path):
            head, _, body = record.block.partition(b"\r\n\r\n")
            with contextlib.suppress(ValueError):
                parts.append(decode(body, split_head(head)[1]))
    return b"\n".join(parts)


def traces(root: Path, *wanted: object) -> list[str]:
    """Which of some texts (also as JSON spells them) or bytes stand anywhere in an archive's folder."""
    data = everything(root)
    spelled: list[tuple[object, bytes]] = []
    for one in wanted:
        if isinstance(one, bytes):
            spelled += [(one, one), (one, one.hex().encode()), (one, one.hex().upper().encode())]
        else:
            spelled += [(one, str(one).encode()), (one, json.dumps(str(one))[1:-1].encode())]
    return [str(one) for one, text in spelled if text in data]


def history(root: Path, but: frozenset[int] = frozenset({PERSON, REPLY})) -> dict[int, list[dict[str, Any]]]:
    """Series and last state of every comment of the page but some."""
    with contextlib.closing(open_for_reading(root)) as db:
        article = find_article(db, "daum", ARTICLE)
        lines = {line["ref"]: line for line in as_of(db, article, 1 << 50)}
        return {
            key: [*series(db, article, str(key), 1 << 60), lines[f"daum:{ARTICLE}#{key}"]]
            for key in range(FIRST, FIRST + 100)
            if key not in but
        }


def stub_line(root: Path) -> list[dict[str, Any]]:
    """What as-of shows of redacted comments."""
    with contextlib.closing(open_for_reading(root)) as db:
        return [x for x in as_of(db, find_article(db, "daum", ARTICLE), 1 << 50) if x.get("state") == "redacted"]
