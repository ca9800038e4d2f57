"""Checks a proof that `sagwan verify --row REF@TIME --json` wrote. It needs Python 3.9 or later, and nothing of Sagwan.

    python3 check_proof.py PROOF.json            checks the bytes that the proof itself holds
    python3 check_proof.py PROOF.json ARCHIVE    checks also that the archive's own files hold these bytes

It prints a line for each step and ends with PROVEN (exit 0), or with NOT PROVEN and the step (exit 1). PROVEN, BUT FOR (exit 0)
is followed by what it takes on trust, and a person has to look at: REDACTED PAGES, for which stands the operator's word; WHAT A
PAGE MEANS, of an article, and where a comment was read in HTML, or under names that are not known here; WHAT THE PAGE DOES NOT
SHOW AS SUCH of an article; WHOSE COMMENT IT IS, where the bytes name another article; ITS STATE, where it is not visible; WHAT
ITS ABSENCE SHOWS, where it is missing or gone. It changes nothing and contacts nobody. proof.md says more.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import datetime, timezone
from hashlib import sha256
from html import unescape
from html.parser import HTMLParser
from math import prod
from pathlib import Path
from typing import Any

# Of a row: what a page shows as it is, and the names that the sites' lists have for it.
FIELDS: dict[str, tuple[str, ...]] = {
    "likes": ("likeCount", "sympathyCount", "good", "likes"),  # at Daum and Zum, Naver, LiveRe, in what had been read of a page
    "dislikes": ("dislikeCount", "hateCount", "antipathyCount", "bad", "dislikes"),
    "replies": ("childCount", "replyCount", "subCount", "replies"),
    "text": ("content", "contents", "text"),
    "title": (),
}
CHARSET = re.compile(rb"charset=[\"']?([a-z0-9_-]+)")
KOREAN = (b"euc-kr", b"cp949", b"ms949", b"ks_c_5601-1987")
UNITS = {"십": 10, "백": 100, "천": 1000, "K": 1000, "k": 1000, "만": 10**4, "M": 10**6, "억": 10**8, "B": 10**9, "조": 10**12}
USAGE = "Write: python3 check_proof.py PROOF.json [ARCHIVE]"
KEYS = ("id", "commentNo", "replySeq", "key")


def say(text: str) -> None:
    print("".join(c if c.isprintable() else "?" for c in text))  # what others wrote steers no terminal


def need(holds: bool, step: str) -> None:
    if not holds:
        raise ValueError(step)
    say(f"  yes   {step}")


def unpack(text: str, base: int = 64) -> bytes:
    """The bytes that base64 or hex stands for, in the one way that it can be written."""
    data = b64decode(text, validate=True) if base == 64 else bytes.fromhex(text)
    if text != (b64encode(data).decode() if base == 64 else data.hex()):
        raise ValueError(f"{text[:40]}... is not written as it should be")
    return data


def bytes_of(name: str, part: dict[str, Any], archive: Path | None) -> bytes:
    """A whole file, or the part of one from an offset on; with an archive, the same bytes must stand there."""
    if not name.startswith(("warc/", "manifest/")) or ".." in name:
        raise ValueError(f"{name} is no file of an archive")
    data, offset = unpack(part["bytes"]), part.get("offset")
    need(sha256(data).hexdigest() == part["sha256"], f"{name} at {offset or 0}: sha256 {part['sha256']}")
    if archive is not None:
        with (archive / name).open("rb") as file:
            file.seek(offset or 0)
            need(file.read(len(data) if offset is not None else -1) == data, "and so it stands in the archive")
    return data


def inflate(data: bytes, bits: int) -> bytes:
    """Gzip (one member or several) or deflate, uncompressed."""
    out = b""
    while data and (not out or data[:2] == b"\x1f\x8b"):
        inflater = zlib.decompressobj(bits)
        out += inflater.decompress(data, (128 << 20) - len(out) + 1)
        if not inflater.eof or len(out) > 128 << 20:
            raise ValueError("compressed bytes that are not whole, or too many")
        data = inflater.unused_data
    return out


def headers_of(head: bytes) -> dict[str, str]:
    pairs = [line.decode("utf-8", "replace").partition(":") for line in head.split(b"\r\n")[1:]]
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def check_records(part: dict[str, Any], archive: Path | None, events: dict[str, str]) -> tuple[list[Any], str]:
    """WARC headers and block of each record, and the redaction that wrote some of them, if one did. The last, metadata, closes
    the others. A tombstone keeps the sha256 of the record that it names; a resource, what remains of a page, came later."""
    digests, now, found, event = [], b"", [], ""
    for record in part["records"]:
        raw = inflate(bytes_of(part["file"], record, archive), 31)
        head, _, rest = raw.partition(b"\r\n\r\n")
        headers, block = headers_of(head), rest[:-4]
        payload = block.partition(b"\r\n\r\n")[2] if headers["content-type"].startswith("application/http") else block
        whole, *sums = ["sha256:" + sha256(data).hexdigest() for data in (raw, block, payload)]
        fits = sums == [headers["warc-block-digest"], headers["warc-payload-digest"]]
        need(fits, f"the {headers['warc-type']} record fits the sha256 of its block and of its payload")
        kept, remains = headers.get("sagwan-redacted-record"), headers.get("warc-target-uri", "").startswith("urn:redacted:")
        digests += [] if remains else [kept or whole]
        now += sha256(raw).digest()
        found.append((headers, block))
    if len(digests) < len(found) or any("sagwan-redacted-record" in headers for headers, _ in found):
        event = events.get(sha256(now).hexdigest(), "")
        need(bool(event), f"these records were redacted, and a redaction lists them as they are now{event and ': ' + event}")
    named = found[-1][0].get("sagwan-chain-covers", "").split()
    kept = ", which the tombstones keep" if event else ""
    need(named == digests[:-1], f"metadata names the sha256 of each of the other records{kept}")
    before = found[-1][0]["sagwan-chain"]
    need(before == "sha256:" + part["before"], f"it names the entry before it in the chain of the file: {before}")
    need(digests[-1] == "sha256:" + part["entry"], f"its own sha256 is its entry: {part['entry']}")
    return found, event


def climb(entry: str, path: list[list[str]]) -> str:
    """The root of the Merkle tree (RFC 6962) to which an entry and its neighbours on the way up lead."""
    digest = sha256(b"\0" + unpack(entry, 16)).digest()
    for side, text in path:
        other = unpack(text, 16)
        digest = sha256(b"\1" + {"left": other + digest, "right": digest + other}[side]).digest()
    return digest.hex()


def check_seal(capture: dict[str, Any], listed: dict[str, Any]) -> None:
    """The entry is one of the file's, and the file one of the manifest's."""
    name, root = capture["file"].rpartition("/")[2], capture["root"]
    need(climb(capture["entry"], capture["path"]) == root, f"the entry leads to the root of the file: {root}")
    need([root] == [one["root"] for one in listed["files"] if one["name"] == name], f"{capture['manifest']} lists {name} so")
    need(climb(root, capture["manifest_path"]) == listed["root"], f"which leads to the manifest's root: {listed['root']}")


def check_redactions(proof: dict[str, Any], files: dict[str, bytes], archive: Path | None) -> dict[str, str]:
    """The redactions by what they list: the digest of each exchange or event that they wrote, as it is now."""
    events: dict[str, str] = {}
    for part in proof.get("redactions", []):
        say(f"a redaction: {part['file']}")
        facts = json.loads(check_records(part, archive, events)[0][-1][1])
        at = datetime.fromtimestamp(facts["at"] / 1000, timezone.utc).isoformat(timespec="seconds")
        name = f"the {facts['kind']} of {at} ({facts['reason']}{'' if part['manifest'] else '; not sealed yet'})"
        need(facts["kind"] == "redaction", name)
        if part["manifest"] is not None:
            check_seal(part, json.loads(files[part["manifest"]]))
        events.update(dict.fromkeys(facts["covers"], name))
    return events


def der(data: bytes) -> Iterator[bytes]:
    """The contents of the elements that stand in DER one after the other."""
    while data:
        size, start = data[1], 2
        if size & 128:
            start += size & 127
            size = int.from_bytes(data[2:start], "big")
        if len(data) < start + size:
            raise ValueError("a token that is cut short")
        yield data[start : start + size]
        data = data[start + size :]


def stamped(answer: bytes) -> tuple[str, datetime]:
    """What an authority's answer (RFC 3161) says: the sha256 that it stamps, and when. Not whether it is signed."""
    _, token = der(next(der(answer)))  # TimeStampResp: status, token
    _, content = der(token)  # ContentInfo: its type, the signed data
    _, _, signed, *_ = der(next(der(content)))  # SignedData: version, algorithms, what is signed
    _, info = der(signed)
    _, _, imprint, _, time, *_ = der(next(der(next(der(info)))))  # TSTInfo: version, policy, imprint, number, time
    algorithm, digest = der(imprint)
    if not algorithm.startswith(bytes.fromhex("0609608648016503040201")):
        raise ValueError("a token over another digest than sha256")
    return digest.hex(), datetime.strptime(time[:14].decode() + "+0000", "%Y%m%d%H%M%S%z")


def check_files(proof: dict[str, Any], archive: Path | None) -> dict[str, bytes]:
    """Manifests and tokens by name. Each token stamps its manifest; whether it is signed is for openssl to say."""
    files = {name: bytes_of(name, part, archive) for name, part in proof["files"].items()}
    tokens = [name for name in files if name.endswith(".tsr")]
    for token in tokens:
        manifest, certificates = token.rsplit(".", 2)[0], token[:-3] + "pem"
        imprint, at = stamped(files[token])
        need(imprint == sha256(files[manifest]).hexdigest(), f"{token} stamps the sha256 of {manifest}, at {at.isoformat()}")
        words = ["openssl", "ts", "-verify", "-attime", str(int(at.timestamp())), "-data", manifest, "-in", token]
        words += ["-CAfile", certificates]
        if archive is not None and shutil.which("openssl"):
            ended = subprocess.run(words, cwd=archive, capture_output=True, check=False)
            need(ended.returncode == 0 and certificates in files, f"its signature is good: {' '.join(words)}")
        else:
            say(f"  note  its signature is not checked here; in the archive: {' '.join(words)}")
    for name in files:
        if name.endswith(".json") and not any(token.rsplit(".", 2)[0] == name for token in tokens):
            say(f"  note  {name} has no time-stamp token: nobody outside says since when it has been there")
    return files


def body_of(block: bytes) -> str:
    """The text of an HTTP answer. It was stored without chunks, and compressed as it came."""
    head, _, body = block.partition(b"\r\n\r\n")
    lines = [line.replace(b" ", b"").partition(b":") for line in head.lower().split(b"\r\n")]
    words = [word for name, _, said in lines if name == b"content-encoding" for word in said.decode("latin-1").split(",")]
    for coding in reversed(words):
        if coding not in ("gzip", "x-gzip", "deflate"):
            continue
        body = inflate(body, 31 if coding != "deflate" else 15 if body[:1] == b"\x78" else -15)
    named = CHARSET.search(head.lower())
    if named is None and body.lstrip()[:1] == b"<":
        named = CHARSET.search(body[:2048].lower())  # a page may say it itself, or nowhere
    korean = named[1] in KOREAN if named else body.decode("utf-8", "replace").count("\ufffd") * 100 > len(body)
    return body.decode("cp949" if korean else "utf-8", "replace")


def forms(value: str) -> list[str]:
    """What a reader may see of a part of an answer: it may be text or HTML, written as such in turn, or not."""
    found = [Page(value).words() if "<" in value else value]
    while len(found) < 3:
        form = Page(found[-1]).words() if "<" in found[-1] and len(found) > 1 else unescape(found[-1])
        if form == found[-1]:
            break
        found.append(form)
    return found


class Element:
    """Where an element of a page begins and ends among its pieces, and in which other it stands."""

    def __init__(self, name: str, start: int, parent: Element | None) -> None:
        self.name, self.start, self.end, self.parent = name, start, start, parent
        self.inside: list[Element] = []

    def has(self, place: int) -> bool:
        return self.start <= place < self.end


class Page(HTMLParser):
    """A page as a row of pieces, texts and the values of attributes, and its elements, each by its tag and first class; or what
    a JSON answer holds, each part by its name."""

    def __init__(self, text: str, value: Any = None) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[tuple[str, bool]] = []  # and whether a reader sees it
        self.elements: list[Element] = []
        self._open: list[Element] = []
        if value is not None:
            self._put("answer", value)
        self.feed(text)
        self.close()
        while self._open:
            self._open.pop().end = len(self.pieces)

    def _put(self, name: str, value: Any) -> None:
        """A part of an answer; what is HTML in it stands there as a reader sees it."""
        element = Element(name, len(self.pieces), self._open[-1] if self._open else None)
        self.elements.append(element)
        if self._open:
            self._open[-1].inside.append(element)
        self._open.append(element)
        if isinstance(value, (dict, list)):
            for key, part in value.items() if isinstance(value, dict) else [("item", one) for one in value]:
                self._put(key, part)
        elif value is not None:
            self.pieces += [(form, True) for form in forms(str(value))]
        self._open.pop().end = len(self.pieces)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, Any]]) -> None:
        inside = self._open[-1].name.split()[0] if self._open else ""
        if {tag, inside} <= {"dt", "dd"} or (tag == inside and tag in ("li", "p", "tr", "td", "option")):
            self.handle_endtag(inside)  # which need not be written
        name = " ".join([tag, *(dict(attrs).get("class") or "").split()[:1]])
        element = Element(name, len(self.pieces), self._open[-1] if self._open else None)
        self.pieces += [(value or "", False) for _, value in attrs]
        if tag not in ("br", "img", "input", "link", "meta", "hr", "col", "source", "wbr"):  # which have no end
            self.elements.append(element)
            if self._open:
                self._open[-1].inside.append(element)
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        while any(tag == one.name.split()[0] for one in self._open):
            element = self._open.pop()
            element.end = len(self.pieces)
            if tag == element.name.split()[0]:
                return

    def handle_data(self, data: str) -> None:
        if not self._open or self._open[-1].name.split()[0] not in ("script", "style"):
            self.pieces.append((data, True))

    def words(self, element: Element | None = None) -> str:
        pieces = self.pieces if element is None else self.pieces[element.start : element.end]
        return " ".join(piece for piece, seen in pieces if seen)

    def around(self, place: int) -> Element | None:
        """The innermost element that has a piece."""
        return min((one for one in self.elements if one.has(place)), key=lambda one: one.end - one.start, default=None)

    def with_words(self, text: str) -> list[Element]:
        """The innermost elements that have these words."""
        found = [one for one in self.elements if text in bare(self.words(one))]
        return [one for one in found if not any(inner in found for inner in one.inside)]

    def places(self, key: str) -> list[int]:
        """The pieces in which a number stands, not as a part of a longer one."""
        number = re.compile(f"(?<![0-9]){re.escape(key)}(?![0-9])")
        return [place for place, (piece, _) in enumerate(self.pieces) if number.search(piece)]


def bare(text: str) -> str:
    """A text without white space: how lines are broken is the page's own."""
    return "".join(text.split())


def numbers(text: str) -> set[str]:
    """The numbers that a page shows, 1,234, 1.2만, 3백만 and 1.2k too."""
    found, unit = set(), "[십백천]?[만억조]|[십백천]|[KkMB](?![A-Za-z])"
    for sign, whole, part, units in re.findall(rf"(-?)([0-9][0-9,]{{0,24}})(?:\.([0-9]{{1,9}}))?\s?({unit}|)", text):
        plain = whole.replace(",", "")
        found |= {plain, sign + plain, sign + str(int(plain + part) * prod(UNITS[one] for one in units) // 10 ** len(part))}
    return found


def check_page(page: Page, key: str, said: dict[str, str] | None) -> None:
    """What a row says of a comment stands in one entry of the page; or, where it says nothing, the comment is not there."""
    places = page.places(key)
    own = not key.isdecimal()
    if own:
        say(f"  note  {key} is Sagwan's own name for a comment without a number: it is not looked for")
    if said is None:
        need(not own, f"{key} has a number at its site, by which it could be missed")
        need(not places, f"the number {key} is nowhere in the page")
        return
    where = "one entry of the page" + ("" if own else f" with the number {key}")
    counts = {value for name, value in said.items() if name != "text"}
    text = bare(said.get("text", ""))
    for element in page.with_words(text) if own else [page.around(place) for place in places]:
        entry = entry_of(page, element, text, counts, places)
        if entry is not None:
            say(f"  yes   all of it stands in {where}; read it:")
            say(f"        {' '.join(page.words(entry).split())[:1000]}")
            say("  note  which of its numbers are likes, and which say something else, is not checked here: compare")
            return
    need(False, f"all of it stands in {where}")


def entry_of(page: Page, element: Element | None, text: str, counts: set[str], places: list[int]) -> Element | None:
    """The element itself, or one around it, that has these words and numbers. Of one that stands among others of its kind,
    which have not its number, it is not asked what is around it: that is a list, and what else is there is somebody else's."""
    while element is not None:
        if text in bare(page.words(element)) and counts <= numbers(page.words(element)):
            return element
        alike = [one for one in (element.parent.inside if element.parent else []) if one.name == element.name]
        if any(one is not element and not any(one.has(place) for place in places) for one in alike):
            return None
        element = element.parent
    return None


def answer_of(text: str) -> Any:
    """What a JSON body holds, also in a script's call; None for another page."""
    start = re.search(r"[\[{]", text)
    try:
        return json.JSONDecoder().raw_decode(text, start.start() if start else 0)[0]
    except ValueError:
        return None


def objects_of(answer: Any, key: str | None, read: bool) -> list[dict[str, Any]]:
    """The comments of that key in an answer (None: of any); of what had been read of one, all objects."""
    waiting, found = [answer], []
    while waiting:
        one = waiting.pop()
        inside = list(one.values()) if isinstance(one, dict) else one if isinstance(one, list) else []
        waiting += [each for each in inside if isinstance(each, (dict, list))]
        named = any(name in one and key in (None, str(one[name])) for name in KEYS) if isinstance(one, dict) else False
        whole = read and not key and isinstance(one, dict)
        # A comment has its votes, or at least its words; its author, say, may have the same number.
        if whole or (named and (read or any(name in one for name in (*FIELDS["likes"], *FIELDS["text"])))):
            found.append(one)
    return found


def has(one: dict[str, Any], name: str, value: str) -> bool:
    """Whether a comment of a list says this of itself."""
    return value in [re.sub("[\ud800-\udfff]", "\ufffd", str(one[field])) for field in FIELDS[name] if field in one]


def check_words(text: str, html: Page | None, wanted: dict[str, Any]) -> list[str]:
    """Says of an article's words and counts whether they stand in a page; those that do not."""
    answer = answer_of(text) if html is None else None
    page = html or Page("", answer)
    pieces = [" ".join(piece for piece, _ in page.pieces), page.words()] if html or answer is not None else [text]
    shown = [bare(form) for piece in pieces for form in (piece, unescape(piece))]
    absent = []
    for name, value in wanted.items():
        if isinstance(value, str):
            stands = any(bare(value) in words for words in shown)
        else:
            alone = rf"(?<![0-9]){re.escape(str(value))}(?![0-9])"
            stands = bool(re.search(alone, text)) or str(value) in numbers(page.words())
        say(f"  read  {name} {value}: {'stands' if stands else 'does not stand as such'} in the page")
        absent += [] if stands else [name]
    return absent


def made_for(article: str, facts: dict[str, Any], articles: list[str]) -> str:
    """Of which article the records say that they are; what is to be believed, where it is not the row's."""
    named = facts["source"] + ":" + facts.get("article", article.partition(":")[2])
    need({article, named} <= set(articles), f"made for {named}")
    if "article" not in facts:
        say("  note  the record itself names no article: compare the address")
        return f"that {facts['url']} is about {article}"
    if named != article:
        say(f"  note  that {named} and {article} are one article is not checked here")
        return f"that {named} and {article} are one article"
    return ""


def check_row(proof: dict[str, Any], capture: dict[str, Any], records: list[Any], event: str) -> tuple[bool, list[str]]:
    """The capture is the one that the proof names, and what the row says stands in its bytes, or in what remains of them.
    Whether a person has to read there what belongs to what; and what of an article does not stand there as such."""
    row, shows, facts = proof["row"], capture["shows"], json.loads(records[-1][1])
    remains = [one for one in records if one[0].get("warc-target-uri", "").startswith("urn:redacted:")]
    main = (one for one in records if one[0]["warc-type"] in ("response", "resource") and one not in remains)
    headers, block = next(main, records[-1])  # what came, or what a browser made of it
    need(headers["warc-record-id"] == f"<urn:uuid:{capture['capture']}>", f"this is the capture {capture['capture']}")
    at = round(datetime.fromisoformat(capture["seen_at"]).timestamp() * 1000)
    need(facts["received_at"] == at, f"of {facts['url']}, received {capture['seen_at']}")
    key = row["ref"].partition("#")[2]
    said = {name: str(shows[name]) for name in FIELDS if shows and shows.get(name) not in (None, "")}
    need(all(str(row[name]) == value for name, value in said.items()), f"what the row says: {said or capture['why']}")
    rendered = headers["warc-type"] == "resource"
    text = remains[0][1].decode() if event else block.decode("utf-8", "replace") if rendered else body_of(block)
    page = "what had been read of the page; the site's own bytes are gone" if event else "the page"
    if event and shows:
        wanted = {**shows, **({"key": key} if key else {})}  # what had been read has the names that a row has
        counts = [{"metric": metric, "value": value} for metric, value in wanted.pop("counts", {}).items()]
        found = objects_of(answer_of(text), "", read=True)
        need(all(any(part.items() <= one.items() for one in found) for part in (wanted, *counts)), "and so it had been read")
    html = Page(text) if not event and text.lstrip("\ufeff \t\r\n")[:1] == "<" else None
    if not key:
        claimed = {**said, **shows.get("counts", {})}
        return bool(claimed) and not event, [] if event else check_words(text, html, claimed)
    if shows is None:
        came = json.loads(text)["outcome"] in ("ok", "empty") if event else rendered or re.match(rb"HTTP/\S+ +200\b", block)
        need(bool(came), "a page came (status 200): what was refused or failed shows nobody's absence")
    answer = None if html else answer_of(text)
    if html is None and not event and answer is not None and not objects_of(answer, None, read=False):
        html = Page("", answer)  # its parts have names that are not known here
    if html is not None:
        check_page(html, key, said if shows is not None else None)
        return True, []
    found = objects_of(answer, key, read=bool(event))
    if shows is None:
        need(answer is not None, f"{page} can be read")
        need(not found, f"no comment {key} is in {page}")
        return False, []
    found = [one for one in found if all(has(one, name, value) for name, value in said.items())]
    need(bool(found), f"all of it stands in one object with the key {key} in {page}; read it:")
    say(f"        {json.dumps(found[0], ensure_ascii=False)}")
    if "state" in shows:
        say(f"  note  that this is a comment in the state {shows['state']} is not checked here: compare what you read")
    return False, []


def check(proof: dict[str, Any], archive: Path | None) -> str:  # the verdict
    files = check_files(proof, archive)
    events, redacted, read, unseen = check_redactions(proof, files, archive), [], 0, set()
    row, first, whose = proof["row"], proof["captures"][0], set()
    article, comment, _ = row["ref"].partition("#")
    for capture in proof["captures"]:
        say(f"{row['ref']}: {', '.join(capture['why'])}: {capture['file']}")
        records, event = check_records(capture, archive, events)
        redacted += [event] if event else []
        whose.add(made_for(article, json.loads(records[-1][1]), proof["articles"]))
        to_read, missing = check_row(proof, capture, records, event)
        read += to_read
        unseen.update(missing)
        need(capture["manifest"] is not None, "its file is sealed (if not: run `sagwan seal`, and make the proof again)")
        check_seal(capture, json.loads(files[capture["manifest"]]))
        tokens = [name for name in files if name.endswith(".tsr") and name.startswith(f"{capture['manifest']}.")]
        stamps = [stamped(files[name])[1] for name in tokens]
        if stamps and datetime.fromisoformat(capture["seen_at"]) > min(stamps):
            say(f"  note  {capture['seen_at']} is later than a time-stamp over it, {min(stamps)}: the clock was ahead")
    need((row["capture"], row["seen_at"]) == (first["capture"], first["seen_at"]), "the row names the first of these captures")
    state, absent = row.get("last_state") or row["state"], [one for one in proof["captures"] if one["shows"] is None]
    if comment:
        wanted = {**row, "state": state}
        shown = all(wanted.get(name) in (None, "", first["shows"].get(name)) for name in (*FIELDS, "state"))
        need(shown, "and that capture shows all that the row says")
        need(bool(absent) == (row["state"] in ("missing", "gone")), f"its state is {row['state']}")
        if absent:
            seen, *later = [datetime.fromisoformat(one["seen_at"]) for one in (first, *absent)]
            need(min(later) > seen, f"{len(absent)} lists without it were read after it was last seen")
    else:
        counts = {name: value for one in proof["captures"] for name, value in one["shows"].get("counts", {}).items()}
        need(counts == row["counts"], f"the captures show its counts: {counts}")
        words = [(name, row[name]) for name in FIELDS if row.get(name) not in (None, "")]
        shown = all(any(word in one["shows"].items() for one in proof["captures"]) for word in words)
        need(shown, "and its words")
    checked = (*FIELDS, "ref", "capture", "seen_at", *(("state", "last_state") if "#" in row["ref"] else ("counts",)))
    others = ", ".join(name for name in row if row[name] is not None and name not in checked)
    say(f"  note  of what the row says these are not checked here: {others}" if others else "")
    all_of_them, trusted = len(proof["captures"]), []
    if redacted:
        word = f"for {len(redacted)} of {all_of_them} captures stands the operator's word, since"
        trusted.append(f"REDACTED PAGES: {word} {'; '.join(sorted(set(redacted)))}")
    if read:
        where = "one entry of a page; read above" if comment else "the page; compare with it"
        word = f"in {read} of {all_of_them} captures its words and numbers stand in {where}"
        trusted.append(f"WHAT A PAGE MEANS: {word} what belongs to what")
    if unseen:
        trusted.append(f"WHAT THE PAGE DOES NOT SHOW AS SUCH: {', '.join(sorted(unseen))}: compare it with the page")
    if whose - {""} and comment:
        trusted.append(f"WHOSE COMMENT IT IS: {'; '.join(sorted(whose - {''}))}")
    if state not in ("visible", "unknown"):
        trusted.append(f"ITS STATE: that it is {state} is not checked here; read above")
    if comment and absent:
        word = f"in {len(absent)} lists it was looked for and not found; that it would stand there if it were still to be seen"
        trusted.append(f"WHAT ITS ABSENCE SHOWS: {word} is what their addresses and the lists before them say")
    return f"PROVEN, BUT FOR {', AND FOR '.join(trusted)}" if trusted else "PROVEN"


def main(path: str, archive: str | None = None) -> int:
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    for given, there in ((path, Path(path).is_file()), (archive, archive is None or Path(archive).is_dir())):
        if not there:  # a typing error is no verdict
            print(f"cannot be read: {given}. {USAGE}", file=sys.stderr)
            return 2
    try:
        say(check(json.loads(Path(path).read_bytes()), Path(archive) if archive else None))
        return 0
    except FileNotFoundError as error:
        say(f"NOT PROVEN: {error.filename} is not there. ARCHIVE is the folder in which warc/ and manifest/ are")
        return 1
    except Exception as error:  # the proof is anybody's: what cannot be read proves nothing
        say(f"NOT PROVEN: {error if type(error) is ValueError else f'no proof as `sagwan verify` writes it: {error!r}'}")
        return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) in (2, 3) else USAGE)
