"""One capture as evidence: where it lies, its digests, its bytes as text; and the check of a row."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from archive.errors import ArchiveError, Damaged
from archive.evidence import Checked, Evidence, check, evidence, records
from archive.web.frame import Ask, NotThere, Page, Words


@dataclass(frozen=True)
class Capture:
    """What the page shows."""

    capture: Evidence


@dataclass(frozen=True)
class Check:
    """What the check of a row found, or why it could not be made."""

    ref: str
    at: int
    found: Checked | None
    problem: str | None = None

    def known(self, name: str) -> bool:
        """Whether there is a word for a step, or for why a capture matters."""
        return f"why_{name}" in WORDS


def answer(db: sqlite3.Connection, ask: Ask) -> Capture:
    """The capture that `id` names (its uuid)."""
    return Capture(_capture(db, ask))


def raw(db: sqlite3.Connection, ask: Ask) -> str:
    """The records of the capture that `id` names, as text."""
    found = _capture(db, ask)
    try:
        shown = records(ask.root, found)
    except (Damaged, OSError) as error:
        raise NotThere(f"the bytes of {found.capture} cannot be read: {error}") from None
    parts = []
    for record in shown:
        headers = "\n".join(f"{name}: {value}" for name, value in record.headers)
        rest = f"\n\n[{record.cut} letters more]" if record.cut else ""
        place = f"{found.warc}, {record.length} bytes at {record.offset}"
        parts.append(f"===== {record.type} ===== {place}\n{headers}\n\n{record.text}{rest}\n")
    return "\n".join(parts)


def checked(db: sqlite3.Connection, ask: Ask) -> Check:
    """The check of the row that `ref` and `at` name (now where nobody says when), as `sagwan verify --row` makes it."""
    _, ref, comment = ask.reference(db)
    source, _, key = ref.partition(":")
    at = ask.moment("at")
    if at is None:
        (at,) = db.execute("SELECT coalesce(max(received_at), 0) FROM capture_rows").fetchone()
    name = f"{ref}#{comment}" if comment else ref
    try:
        return Check(name, at, check(ask.root, db, source, key, comment, at, ask.parse))
    except ArchiveError as error:
        raise NotThere(str(error)) from None
    except (Damaged, OSError) as error:
        return Check(name, at, None, str(error))


def _capture(db: sqlite3.Connection, ask: Ask) -> Evidence:
    try:
        return evidence(db, ask.args.get("id", "").strip())
    except ArchiveError as error:
        raise NotThere(str(error)) from None


WORDS: Words = {
    "capture_what": ("무엇을 물었나", "What was asked"),
    "capture_when": ("언제", "When"),
    "capture_where": ("어디에 있나", "Where it lies"),
    "capture_url": ("주소", "address"),
    "capture_sent": ("요청을 보냄", "request sent"),
    "capture_received": ("응답을 받음", "answer received"),
    "capture_server": ("서버의 시각", "the server’s own time"),
    "capture_status": ("상태 코드", "status"),
    "capture_outcome": ("읽은 결과", "as read"),
    "capture_parser": ("해석기", "parser"),
    "capture_page": ("종류", "page"),
    "capture_why": ("왜", "why"),
    "capture_walk": ("순회", "walk"),
    "capture_run": ("실행", "run"),
    "capture_file": ("WARC 파일", "WARC file"),
    "capture_offset": ("위치", "offset"),
    "capture_length": ("길이", "length"),
    "capture_digest": ("본문의 SHA-256", "SHA-256 of the body"),
    "capture_chain": ("사슬의 항목", "entry in the chain"),
    "capture_raw": ("원본 바이트를 글로 보기", "The bytes, as text"),
    "capture_raw_note": (
        "원본에는 사이트가 준 그대로 계정 번호, 이름, IP 일부가 들어 있습니다. 가명이 아닙니다. 필요한 사람만 "
        "여십시오. 글로만 보이며, "
        "화면에서 실행되거나 그려지지 않습니다.",
        "The bytes have account numbers, names and partial addresses as the site gave them: no pseudonyms. Open them "
        "only if you "
        "need to. They are shown as text and never rendered.",
    ),
    "check_title": ("검증", "Check"),
    "check_holds": ("모든 단계가 맞습니다", "Every step holds"),
    "check_fails": ("맞지 않는 단계: {}", "Steps that do not hold: {}"),
    "check_damaged": ("검증할 수 없습니다", "It cannot be checked"),
    "check_as_of": ("기준:", "as of"),
    "check_stamps": ("시점 확인", "Time-stamps"),
    "check_same": ("명령줄에서 같은 검증", "The same on the command line"),
    "check_yes": ("맞음", "holds"),
    "check_no": ("틀림", "does not hold"),
    "check_open": ("아직", "not yet"),
    "check_no_stamps": ("봉인이 없어 시점 확인도 없습니다", "Nothing is sealed yet, so there are none"),
    "why_last seen": ("마지막으로 본 수집", "Last seen"),
    "why_first seen with these counts": ("이 수를 처음 본 수집", "First seen with these counts"),
    "why_first seen with this text": ("이 글을 처음 본 수집", "First seen with this text"),
    "why_looked for and not there": ("찾았으나 없던 수집", "Looked for and not there"),
    "why_first seen so": ("이 모습을 처음 본 수집", "First seen so"),
    "why_row": ("행", "row"),
    "why_capture": ("수집", "capture"),
    "why_record": ("기록", "record"),
    "why_digests": ("해시", "digests"),
    "why_chain": ("사슬", "chain"),
    "why_file": ("파일", "file"),
    "why_bytes": ("바이트", "bytes"),
    "why_day": ("그날", "day"),
    "why_manifest": ("봉인", "manifest"),
    "why_token": ("시점 확인", "time-stamp"),
}
PAGE = Page("capture", answer, WORDS)
RAW = Page("raw", raw, plain=True)
CHECK = Page("check", checked, slow=True)
