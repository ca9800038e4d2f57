"""The stand-alone check of a proof that rests on redacted pages: it says of how many, and finds what was changed."""

from __future__ import annotations

import gzip
import json
import shutil
from base64 import b64decode, b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests import people
from tests.conftest import Sagwan
from tests.maker import ARTICLE, row
from tests.people import FIRST, PERSON, REF
from tests.test_check_proof import alone, changed, script, values
from tests.test_proof_redacted import NEIGHBOUR, OTHER, document, made, redacted

__all__ = ["made", "script"]  # fixtures
VERDICT = "PROVEN, BUT FOR REDACTED PAGES"


@pytest.fixture
def holds(script: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """What the script finds: the verdict without its reasons, which fits the exit code."""

    def run(told: object, root: Path | None = None) -> str:
        path = tmp_path / "proof.json"
        path.write_text(json.dumps(told), encoding="utf-8")
        code = script.main(str(path), *([str(root)] if root else []))
        verdict = capsys.readouterr().out.splitlines()[-1].partition(":")[0]
        assert (code, verdict) in ((0, "PROVEN"), (0, VERDICT), (1, "NOT PROVEN"))
        return verdict

    return run


def test_the_script_proves_it_without_anything_of_ours_and_says_what_is_gone(made: Sagwan) -> None:
    proof = made.folder / "proof.json"
    proof.write_text(json.dumps(document(made), ensure_ascii=False), encoding="utf-8")
    for args in ((), (made.archive,)):
        code, out = alone(proof, *args)
        last = out.splitlines()[-1]
        assert code == 0, out
        assert last.startswith(f"{VERDICT}: for 1 of 1 captures stands the operator's word, since the redaction of 20")
        assert last.endswith("(요청 17/2026)")
        assert "yes   and so it had been read" in out
        assert "in what had been read of the page; the site's own bytes are gone; read it:" in out


def test_a_redaction_that_is_not_sealed_is_said(sagwan: Sagwan, holds: Callable[..., str]) -> None:
    redacted(sagwan, seal=False)
    assert "not yet sealed: run sagwan seal" in sagwan("verify", "--row", NEIGHBOUR).out
    told = document(sagwan)
    assert holds(told, sagwan.archive) == VERDICT
    (sagwan.folder / "proof.json").write_text(json.dumps(told), encoding="utf-8")
    code, out = alone(sagwan.folder / "proof.json")
    assert (code, out.splitlines()[-1].endswith("(요청 17/2026; not sealed yet)")) == (0, True), out


def test_a_page_redacted_twice_rests_on_the_last_redaction(sagwan: Sagwan, holds: Callable[..., str]) -> None:
    redacted(sagwan)
    people.redact(sagwan, f"daum:{ARTICLE}#{PERSON + 5}")
    assert sagwan("seal").code == 0
    told = document(sagwan)
    assert len(told["redactions"]) == 1
    assert holds(told, sagwan.archive) == VERDICT


def test_a_redaction_that_was_redacted_itself_rests_on_the_later_one(sagwan: Sagwan, holds: Callable[..., str]) -> None:
    maker = people.crowd(sagwan.archive)
    maker.page([people.persons(3), row(900_900_901, 7)])  # without the second person
    maker.close()
    people.ready(sagwan)
    reason = f"as {PERSON + 5} had asked"
    assert sagwan("redact", REF, "--reason", reason, "--yes").code == 0
    people.redact(sagwan, f"daum:{ARTICLE}#{PERSON + 5}")
    assert sagwan("seal").code == 0
    asked = f"daum:{ARTICLE}#900900901@now"
    ended = sagwan("verify", "--row", asked)
    assert (ended.code, "NO  " in ended.out, str(PERSON + 5) in ended.out) == (0, False, False), ended.out
    told = document(sagwan, asked)
    assert len(told["redactions"]) == 2
    assert holds(told, sagwan.archive) == VERDICT
    told["redactions"].reverse()
    assert holds(told) == "NOT PROVEN"


def test_every_value_of_the_proof_counts(made: Sagwan, holds: Callable[..., str]) -> None:
    told = document(made)
    assert holds(told) == VERDICT
    found = list(values(told))
    assert {path[0] for path, _ in found} == {"row", "captures", "redactions", "files"}
    for path, value in found:
        for n in range(0, len(value), 7 if len(value) < 100 else 331):
            letter = "A" if value[n] != "A" else "B"
            assert holds(changed(told, path, value[:n] + letter + value[n + 1 :])) == "NOT PROVEN", (path, n)
        for text in ("", value[:-1], value + "=", value + "\n", value * 2):
            assert holds(changed(told, path, text)) == "NOT PROVEN", path


def test_every_flipped_byte_counts(sagwan: Sagwan, made: Sagwan, holds: Callable[..., str]) -> None:
    root = shutil.copytree(made.archive, sagwan.archive)
    told = document(made)
    for part in (told["captures"][0], told["redactions"][0]):
        file, records = root / part["file"], part["records"]
        start, end = records[0]["offset"], records[-1]["offset"] + len(b64decode(records[-1]["bytes"]))
        data = file.read_bytes()
        for place in range(start, end, 5):
            file.write_bytes(data[:place] + bytes([data[place] ^ 1 << place % 8]) + data[place + 1 :])
            assert holds(told, root) == "NOT PROVEN", (file.name, place)
        file.write_bytes(data)
    assert holds(told, root) == VERDICT


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("row", "likes"), 11),
        (("row", "text"), "다른 말"),
        (("row", "ref"), f"daum:{ARTICLE}#{FIRST + 4}"),
        (("row", "state"), "gone"),
        (("captures", 0, "shows", "likes"), 12),
        (("captures", 0, "shows", "state"), "blinded"),
        (("captures", 0, "shows"), None),
        (("captures", 0, "manifest"), None),
        (("captures", 0, "records"), []),
        (("redactions",), []),
        (("redactions",), None),
        (("redactions", 0, "records"), []),
        (("redactions", 0, "path"), []),
        (("redactions", 0, "manifest"), "other.json"),
        (("redactions", 0, "file"), "warc/2026/09/21/sagwan-daum-20260921-00001-vm.warc.gz"),
    ],
)
def test_what_the_record_of_what_was_read_does_not_show_is_not_proven(
    made: Sagwan, holds: Callable[..., str], path: tuple[Any, ...], value: object
) -> None:
    assert holds(changed(document(made), path, value)) == "NOT PROVEN"


def test_a_digest_that_is_only_claimed_is_no_tombstone(made: Sagwan, holds: Callable[..., str]) -> None:
    """Bytes altered, digests made anew, and a header that says what stood there: no redaction lists them."""
    told = document(made, f"daum:{OTHER}#900900900@now")
    part = told["captures"][0]["records"][1]
    raw = gzip.decompress(b64decode(part["bytes"]))
    head, blank, block = raw.partition(b"\r\n\r\n")
    body = block[:-4].replace(b'"likeCount": 7', b'"likeCount": 8')
    for old, new in ((block[:-4], body), (block[:-4].partition(b"\r\n\r\n")[2], body.partition(b"\r\n\r\n")[2])):
        head = head.replace(sha256(old).hexdigest().encode(), sha256(new).hexdigest().encode())
    head += b"\r\nSagwan-Redacted-Record: sha256:" + sha256(raw).hexdigest().encode()
    member = gzip.compress(head + blank + body + b"\r\n\r\n")
    part |= {"bytes": b64encode(member).decode(), "sha256": sha256(member).hexdigest()}
    for node in (told["row"], *(one["shows"] for one in told["captures"])):
        node["likes"] = 8
    assert holds(told) == "NOT PROVEN"
    assert holds({**told, "redactions": document(made)["redactions"]}) == "NOT PROVEN"


def test_an_absence_and_a_reply_rest_on_redacted_pages(sagwan: Sagwan, holds: Callable[..., str]) -> None:
    maker = people.crowd(sagwan.archive)
    rows = [one for one in people.neighbours(3) if one["id"] != FIRST + 3]
    maker.walk(rows, sort="LATEST")
    maker.walk(rows, sort="LATEST")
    maker.close()
    people.ready(sagwan)
    people.redact(sagwan, REF)
    assert sagwan("seal").code == 0
    ended = sagwan("verify", "--row", NEIGHBOUR)
    assert (ended.code, "NO  " in ended.out) == (0, False), ended.out
    assert f"had found no #{FIRST + 3} in the bytes that stood there" in ended.out
    told = document(sagwan)
    assert told["row"]["state"] == "gone"
    assert holds(told, sagwan.archive) == VERDICT
    told["captures"].append(told["captures"][0] | {"shows": None})
    assert holds(told) == "NOT PROVEN"
    reply = document(sagwan, f"daum:{ARTICLE}#{people.REPLY}@now")  # its closing record is a tombstone, too
    assert holds(reply, sagwan.archive) == VERDICT
