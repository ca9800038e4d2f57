"""sagwan redact: one person goes, 99 neighbours keep everything."""

from __future__ import annotations

import json
from contextlib import closing

from archive.archive import open_for_reading
from archive.pseudonym import Pseudonyms
from archive.records import STUB
from archive.redacted import seen_again
from archive.tombstone import is_remains
from archive.warc_reader import files, read_groups
from tests import people
from tests.conftest import Sagwan
from tests.maker import ARTICLE, KEY, Maker, row
from tests.people import ACCOUNT, NAME, PERSON, REF, REPLY, TEXT, neighbours, pseudonym
from tests.test_rebuild import same
from tests.warcs import check, events, ids


def test_a_comment_goes_and_its_neighbours_keep_everything(sagwan: Sagwan) -> None:
    people.crowd(sagwan.archive).close()
    people.ready(sagwan)
    before = people.history(sagwan.archive)
    assert people.traces(sagwan.archive, PERSON, TEXT, NAME, ACCOUNT, pseudonym(ACCOUNT), pseudonym(NAME)) != []
    out = people.redact(sagwan, REF)
    assert "1 comments on 6 captures in 1 files" in out
    assert people.traces(sagwan.archive, PERSON, TEXT, NAME, ACCOUNT, pseudonym(ACCOUNT), pseudonym(NAME)) == []
    after = people.history(sagwan.archive)
    assert len(after) == 99
    assert after == before
    same(sagwan.archive)
    check(sagwan.archive)
    (line,) = people.stub_line(sagwan.archive)
    assert (line["text"], line["likes"], line["account"], line["created_from"]) == (None, None, None, None)
    (event,) = events(sagwan.archive, "redaction")
    assert (event["reason"], event["what"], event["captures"]) == ("요청 17/2026", "comment", 6)


def test_the_chain_is_what_it_was_and_files_go_on(sagwan: Sagwan) -> None:
    people.crowd(sagwan.archive).close()
    people.ready(sagwan)
    (path,) = files(sagwan.archive)
    before = [group.records[-1].digest() for group in read_groups(path)]
    ids_before = ids(sagwan.archive)
    people.redact(sagwan, REF)
    after = list(read_groups(path))
    assert [group.records[-1].digest() for group in after] == before
    (_, of_today) = files(sagwan.archive)
    assert [group.values["kind"] for group in read_groups(of_today)] == ["warcinfo", "redaction"]
    assert ids(sagwan.archive) == ids_before
    for group in after:
        covered = [record for record in group.records[:-1] if not is_remains(record.headers)]
        named = group.records[-1].headers.get("sagwan-chain-covers", "").split()
        assert named == [f"sha256:{record.digest().hex()}" for record in covered]
    assert path.stat().st_mode & 0o777 == 0o600
    maker = Maker(sagwan.archive)  # the next run goes on in the file, and the database fits it
    maker.walk(neighbours(3))
    maker.close()
    same(sagwan.archive)


def test_nothing_is_invented_of_the_site(sagwan: Sagwan) -> None:
    maker = people.crowd(sagwan.archive)
    newest = sorted(neighbours(3), key=lambda one: int(one["id"]), reverse=True)
    others = [one for one in newest if one["id"] not in (PERSON, PERSON + 9)]
    maker.walk(others, sort="LATEST")  # the person deleted it, and so did a neighbour
    maker.walk(others, sort="LATEST")
    maker.close()
    people.ready(sagwan)
    before = [line for line in sagwan("changes", "--json").lines if not line["ref"].endswith((str(PERSON), str(REPLY)))]
    people.redact(sagwan, REF)
    after = sagwan("changes", "--json").lines
    of_stub = [line for line in after if STUB in line["ref"]]
    assert [(line["change"], line["state"]) for line in of_stub] == [("appeared", "redacted")]
    assert [line for line in after if line not in of_stub and not line["ref"].endswith(str(REPLY))] == before
    assert {line["change"] for line in before} == {"appeared", "edited", "counts", "gone"}
    text = sagwan("as-of", "now", "--article", f"daum:{ARTICLE}").out
    assert text.count("[redacted]") == 1
    looks = sagwan("series", of_stub[0]["ref"], "--json").lines
    assert [line["rank"] for line in looks] == [51, 50, 51]
    assert {(line["likes"], line["state"]) for line in looks} == {(None, "redacted")}
    replayed = sagwan("replay").lines
    named = {line["kind"] for line in replayed if STUB in json.dumps(line)}
    assert named == {"listing", "comment", "observation", "capture"}
    assert [line["reason"] for line in replayed if line["kind"] == "redaction"] == ["요청 17/2026"]


def test_replies_keep_their_words_under_a_stub(sagwan: Sagwan) -> None:
    people.crowd(sagwan.archive).close()
    people.ready(sagwan)
    people.redact(sagwan, REF)
    lines = sagwan("as-of", "now", "--article", f"daum:{ARTICLE}", "--json").lines
    reply = next(line for line in lines if line["ref"].endswith(str(REPLY)))
    assert reply["text"] == "답글"
    assert reply["parent"] == next(line["ref"] for line in lines if line.get("state") == "redacted")
    urls = [url for (url,) in sagwan.rows("SELECT url FROM captures WHERE page = 'daum.children'")]
    assert len(urls) == 2
    assert all(f"/comments/{STUB}" in url for url in urls)


def test_an_account_goes_with_all_its_comments(sagwan: Sagwan) -> None:
    maker = people.crowd(sagwan.archive)
    other = "20260921090000999"
    more = [people.persons(id=PERSON + 1000 + n, content=f"{TEXT} {n}", likeCount=n) for n in range(3)]
    maker.page([row(PERSON + 2000), *more], article=other)
    maker.page([row(PERSON + 2000), more[0]], article=other)
    maker.close()
    people.ready(sagwan)
    ref = f"daum:@{pseudonym(ACCOUNT).hex()}"
    before = people.history(sagwan.archive)
    out = people.redact(sagwan, ref)
    assert "4 comments on 8 captures" in out
    wanted = [PERSON, TEXT, NAME, ACCOUNT, pseudonym(ACCOUNT), pseudonym(NAME), *(one["id"] for one in more)]
    assert people.traces(sagwan.archive, *wanted) == []
    assert people.history(sagwan.archive) == before
    same(sagwan.archive)
    stubs = sagwan.rows(f"SELECT count(*), count(DISTINCT key) FROM comments WHERE key LIKE '{STUB}%'")
    assert stubs == [(4, 4)]
    assert "redacted before" in people.redact(sagwan, ref)


def test_a_page_is_redacted_again_for_another_person(sagwan: Sagwan) -> None:
    people.crowd(sagwan.archive).close()
    people.ready(sagwan)
    people.redact(sagwan, REF)
    second = PERSON + 5
    before = people.history(sagwan.archive, frozenset({PERSON, second}))
    people.redact(sagwan, f"daum:{ARTICLE}#{second}")
    assert people.traces(sagwan.archive, PERSON, second, f"고침 {second - people.FIRST}") == []
    assert people.history(sagwan.archive, frozenset({PERSON, second})) == before
    assert len(people.stub_line(sagwan.archive)) == 2
    same(sagwan.archive)
    check(sagwan.archive)


def test_who_is_seen_again_is_redacted_again_under_the_same_stub(sagwan: Sagwan) -> None:
    people.crowd(sagwan.archive).close()
    people.ready(sagwan)
    people.redact(sagwan, REF)
    (stub,) = people.stub_line(sagwan.archive)
    assert "redacted before" in people.redact(sagwan, REF)
    maker = Maker(sagwan.archive)
    maker.walk(neighbours(3))
    maker.close()
    with closing(open_for_reading(sagwan.archive)) as db:
        assert list(seen_again(db, Pseudonyms(KEY))) == [REF]
    people.redact(sagwan, REF)
    (again,) = people.stub_line(sagwan.archive)
    assert again["ref"] == stub["ref"]
    assert people.traces(sagwan.archive, PERSON, TEXT, NAME) == []
    same(sagwan.archive)
    assert len(events(sagwan.archive, "redaction")) == 2
