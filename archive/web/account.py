"""One account, by its pseudonym: what it wrote when, what became of it, who wrote under the same articles."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from archive import account as accounts
from archive.errors import ArchiveError
from archive.search_index import Reach, followed
from archive.web.chart import Bars, bars
from archive.web.frame import Ask, NotThere, Page, Words

SECONDS = 0.1  # that an answer waits for the index


@dataclass(frozen=True)
class Account:
    """What the page shows; `reach` is how far the index that it is read from reaches."""

    account: accounts.Account
    chart: Bars
    reach: Reach


def answer(db: sqlite3.Connection, ask: Ask) -> Account:
    """The account that `key` names (its pseudonym), its comments from `before` on."""
    before = ask.number("before", 0, 1 << 36)
    reach = None
    try:
        with followed(ask.root, SECONDS) as (index, reach):
            found = accounts.account(db, index, ask.args.get("key", "").strip(), before or None)
    except ArchiveError as error:
        so_far = "" if reach is None or reach.whole else f" so far: {100 * reach.capture // reach.last} % of it is read"
        raise NotThere(f"{error}{so_far}") from None
    place = 0 if ask.lang == "ko" else 1
    title, unit = WORDS["account_over_time"][place], WORDS["account_unit"][place]
    return Account(found, Bars(title, unit, bars(found.times)), reach)


WORDS: Words = {
    "account_pseudonym": (
        "가명입니다. 사이트의 계정 번호를 열쇠로 섞은 값이라, 열쇠 없이는 되돌릴 수 없습니다. 같은 사이트의 같은 "
        "계정은 언제나 같은 가명입니다.",
        "A pseudonym: the site’s account number mixed with a key, which nobody can turn back without it. The same "
        "account of a "
        "site always has the same one.",
    ),
    "account_names": ("쓴 이름의 수", "name[s] used"),
    "account_articles": ("댓글을 단 기사", "article[s]"),
    "account_over_time": ("시간에 따른 댓글", "Comments over time"),
    "account_unit": ("댓글", "comments"),
    "account_states": ("마지막으로 본 상태", "As last seen"),
    "account_deleted": ("삭제·사라짐", "Deleted or gone"),
    "account_comments": ("댓글, 최근에 처음 본 것부터", "Comments, the latest first"),
    "account_shared": ("같은 기사들에 댓글을 단 계정", "Accounts under the same articles"),
    "account_shared_note": (
        "두 기사 이상을 함께한 계정입니다. 많이 읽힌 기사에는 많은 사람이 쓰므로, 겹침만으로는 아무것도 말해 주지 않습니다.",
        "Those that share two articles and more. Many people write under what many read: that they meet says nothing "
        "by itself.",
    ),
    "account_shared_none": ("두 기사 이상을 함께한 계정이 없습니다", "No account shares two articles with it"),
    "account_in_common": ("함께한 기사", "articles in common"),
    "account_of": ("그 계정의 기사", "of all its articles"),
    "account_missing_since": ("보이지 않음:", "not there since"),
    "older": ("더 오래된 것", "Older"),
}
PAGE = Page("account", answer, WORDS)
