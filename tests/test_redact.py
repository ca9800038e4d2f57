"""sagwan redact: one person goes, 99 neighbours keep everything."""

from __future__ import annotations

from tests import people
from tests.conftest import Sagwan
from tests.people import ACCOUNT, NAME, PERSON, REF, TEXT, pseudonym
from tests.test_rebuild import same
from tests.warcs import check, events


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
