"""sagwan redact at a site without numbers: people are their nicknames, and a reply is called by its time and its words."""

from __future__ import annotations

from archive.pseudonym import Pseudonyms
from spiders.pann import urls
from tests import people
from tests.conftest import Sagwan
from tests.maker import KEY, Maker
from tests.test_rebuild import same
from tests.warcs import check, exchanges

POST, OTHER, PARENT = "370001111", "370002222", "920000003"
NICK, TEXT = "홍길동님이여", "사라질 말"


def reply(name: str, text: str) -> str:
    """One reply as a phone shows it."""
    said = f'<dd class="userText"><em>{text}</em></dd>'
    return f'<dl class="r-reply"><dt><span>{name}</span><em>2026.07.31 20:00</em></dt>{said}</dl>'


def thread(sagwan: Sagwan) -> str:
    """Two replies, a page of no known layout that names their writers, and one that quotes them; the key of the first reply."""
    people.ready(sagwan)
    maker = Maker(sagwan.archive, "pann")
    body = f'<div id="listDiv">{reply(NICK, TEXT)}{reply("아무개라는사람", "남의 말")}</div>'
    assert maker.keep(
        maker.exchange(urls.replies_url(POST, PARENT, 1), "pann.replies", body.encode(), article=POST)
    ).new_comments
    unknown = f"<ul><li>{NICK}<li>아무개라는사람</ul>"
    maker.keep(maker.exchange(urls.article_url(OTHER), "pann.new", unknown.encode("cp949"), article=OTHER))
    quoting = f"<p>저는 {NICK} 말이 맞다고 봅니다"
    maker.keep(maker.exchange(urls.article_url(OTHER), "pann.new", quoting.encode(), article=OTHER))
    maker.close()
    ((key,),) = sagwan.rows("SELECT c.key FROM comments c JOIN comment_versions v ON v.comment = c.id ORDER BY c.id LIMIT 1")
    return str(key)


def bodies(sagwan: Sagwan) -> list[bool]:
    """Which pages still have theirs."""
    return [bool(one.body) for one in exchanges(sagwan.archive)]


def test_a_reply_whose_name_stands_nowhere_in_its_page_goes(sagwan: Sagwan) -> None:
    key = thread(sagwan)
    assert key.encode() not in exchanges(sagwan.archive)[0].body
    assert "1 comments on 1 captures in 1 files\n" in people.redact(sagwan, f"pann:{POST}#{key}")
    assert people.traces(sagwan.archive, TEXT, key) == []
    assert bodies(sagwan) == [False, True, True]
    same(sagwan.archive)
    check(sagwan.archive)


def test_a_nickname_goes_from_all_pages_that_say_it_alone(sagwan: Sagwan) -> None:
    key = thread(sagwan)
    out = people.redact(sagwan, f"pann:@{Pseudonyms(KEY).of('pann', NICK).hex()}")
    assert "1 comments on 2 captures in 1 files; 1 of the captures only by an id in bytes that no parser reads" in out
    assert people.traces(sagwan.archive, TEXT, key) == []
    assert bodies(sagwan) == [False, False, True]
    assert sagwan.rows("SELECT text FROM comment_versions WHERE text NOT NULL") == [("남의 말",)]
    same(sagwan.archive)
    check(sagwan.archive)
