"""Faults: what can go wrong with an answer, and when.

Three families: `TWISTS` change which comments are listed, `CHANGES` change the finished answer, and those in
wire.py change how it goes over the socket. Several may meet one request: twists and changes are made in the
order they were set, the waits add up, and the last of the wire faults has its way.
"""

from __future__ import annotations

import gzip
import json
import re
import threading
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from .answers import HTML, JSON, TEXT, Answer, Question, answer
from .wire import WIRES

# repeat_page: the first page again, its cursor too; ignore_cursor: the first page's rows, but the cursor goes on;
# ignore_sort: another order, and the answer says which; false_sort: another order under the name of the one asked for;
# foreign: another article, its comments, counts or reactions; no_rows: none, while the counts say that there are some;
# few_rows: one, of a section; no_list: none, and none declared, beside a post that declares some;
# no_script: a post that does not say whose comments it shows;
# ignore_query: a search that finds everything; ignore_minus: one that finds what it should leave out; ignore_days: one that
# finds it on any day.
TWISTS = frozenset(
    {
        "no_list",
        "repeat_page",
        "ignore_cursor",
        "ignore_sort",
        "false_sort",
        "no_script",
        "foreign",
        "no_rows",
        "few_rows",
        "ignore_query",
        "ignore_minus",
        "ignore_days",
    }
)
SLOW = "slow"  # the server waits `seconds` before it answers at all
BLOCK_PAGE = """<!doctype html><html lang="ko">
<head><meta charset="utf-8"><title>접근 제한</title></head><body>
<div class="wrap_captcha"><h1>비정상적인 접근이 감지되었습니다.</h1>
<p>아래 자동입력방지 문자를 입력해 주세요.</p>
<form action="/captcha" method="post"><img src="/captcha.png" alt="captcha">
<input name="captcha" type="text"></form></div></body></html>
"""
LOGIN_PAGE = """<!doctype html><html lang="ko">
<head><meta charset="utf-8"><title>로그인</title></head><body>
<form action="https://nid.naver.com/nidlogin.login" method="post"><label>아이디 <input name="id" type="text"></label>
<label>비밀번호 <input name="pw" type="password"></label><button>로그인</button></form></body></html>
"""
JUNK = "<!doctype html><html><head><title>점검 중</title></head><body><p>점검 중입니다.</p></body></html>\n"


@lru_cache(maxsize=64)
def squeezed(body: bytes) -> bytes:
    """A body in gzip; the same body always gives the same bytes."""
    return gzip.compress(body, 6, mtime=0)


@lru_cache(maxsize=2)
def zeros(megabytes: int) -> bytes:
    """So many million zero bytes in gzip."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = bytes(1_000_000)
    return b"".join([*(packer.compress(block) for _ in range(megabytes)), packer.flush()])


def _status(_: Question, __: Answer, status: int, retry_after: str | int | None = None, body: str = "") -> Answer:
    more = [] if retry_after is None else [("Retry-After", str(retry_after))]
    return answer(body or f"status {status}", TEXT, int(status), *more)


def _encoded(was: Answer, coding: str, body: bytes) -> Answer:
    return replace(was, body=body, headers=was.replaced("Content-Encoding", coding))


def _deflate(_: Question, was: Answer, raw: bool = False) -> Answer:
    packer = zlib.compressobj(6, zlib.DEFLATED, -15 if raw else 15)
    return _encoded(was, "deflate", packer.compress(was.body) + packer.flush())


def _euc_kr(_: Question, was: Answer) -> Answer:
    """The text in the Korean code page, declared as euc-kr: in truth cp949, as on Korean sites."""
    kind = (was.header("Content-Type") or TEXT).partition(";")[0]
    text = was.body.decode()
    if "json" in kind:  # what the code page lacks is written as \\u escapes
        body = "".join(c if _in_code_page(c) else json.dumps(c)[1:-1] for c in text).encode("cp949")
    else:
        body = text.replace('charset="utf-8"', 'charset="euc-kr"').encode("cp949", "xmlcharrefreplace")
    return replace(was, body=body, headers=was.replaced("Content-Type", f"{kind};charset=EUC-KR"))


def _in_code_page(letter: str) -> bool:
    try:
        letter.encode("cp949")
    except UnicodeEncodeError:
        return False
    return True


def _redirect(asked: Question, _: Answer, to: str = "loop", status: int = 302) -> Answer:
    """To another address; `loop` is the address that was asked for."""
    return answer(b"", HTML, status, ("Location", f"https://{asked.host}{asked.target}" if to == "loop" else to))


def _empty(asked: Question, was: Answer, body: str | None = None) -> Answer:
    listing = asked.path.endswith(("/comments", "/children"))
    return replace(was, status=200, body=(("[]" if listing else "") if body is None else body).encode())


def _big_header(_: Question, was: Answer, size: int = 70_000, lines: int = 1) -> Answer:
    return replace(was, headers=[*was.headers, *[("X-Padding", "x" * size)] * lines])


def _cookie_bomb(_: Question, was: Answer, number: int = 500, size: int = 2000, path: str = "/") -> Answer:
    bombs = [("Set-Cookie", f"bomb{n}={'x' * size}; Path={path}; Domain=.daum.net") for n in range(number)]
    return replace(was, headers=[*was.headers, *bombs])


def _two_cookies(_: Question, was: Answer, reason: str = "Very Well Then") -> Answer:
    kind = was.header("Content-Type") or TEXT
    rest = [(key, value) for key, value in was.headers if key.lower() != "content-type"]
    odd = [
        ("cONTENT-tYPE", kind),
        ("Set-Cookie", "first=1; Path=/"),
        ("sEt-cOOkiE", "second=2; Path=/; HttpOnly"),
    ]
    return replace(was, headers=[*odd, *rest], reason=reason)


CHANGES: dict[str, Callable[..., Answer]] = {
    "gzip": lambda _, was: _encoded(was, "gzip", squeezed(was.body)),
    "deflate": _deflate,
    "euc-kr": _euc_kr,
    "block_page": lambda _, __: answer(BLOCK_PAGE, HTML),
    "login_page": lambda _, __: answer(LOGIN_PAGE, HTML),
    "redirect": _redirect,
    "bomb": lambda _, was, megabytes=200: _encoded(was, "gzip", zeros(megabytes)),
    "junk": lambda _, __: answer(JUNK, HTML),
    "empty": _empty,
    "body": lambda _, was, body, kind=JSON: answer(body, kind),
    "big_header": _big_header,
    "cookie_bomb": _cookie_bomb,
    "rename": lambda _, was, old, new: replace(was, body=was.body.replace(old.encode(), new.encode())),
    "two_cookies": _two_cookies,
}


@dataclass
class Fault:
    """One switch. `seen` counts the requests that matched, `hits` those that were spoilt."""

    pattern: re.Pattern[str]
    name: str
    times: int | None
    after: int
    options: dict[str, Any] = field(default_factory=dict)
    seen: int = 0
    hits: int = 0

    def change(self, asked: Question, was: Answer) -> Answer:
        """The answer with this fault in it."""
        if self.name.isdigit():
            return _status(asked, was, int(self.name), **self.options)
        made = CHANGES.get(self.name)
        return was if made is None else made(asked, was, **self.options)


class Faults:
    """The switches of one portal."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._set: list[Fault] = []

    def set(self, path_regex: str, fault: str | int, times: int | None = None, after: int = 0, **options: Any) -> Fault:
        """Spoil `times` answers whose `/path?query` or `host/path?query` matches, after `after` good ones.

        `fault` is a status code or a name; options belong to the fault (`retry_after`, `seconds`, `to`, ...).
        """
        name = str(fault)
        known = sorted({SLOW, *TWISTS, *CHANGES, *WIRES})
        if not (name.isdigit() or name in known):
            raise ValueError(f"no such fault: {name}; known: a status code, {', '.join(known)}")
        made = Fault(re.compile(path_regex), name, times, after, options)
        with self._lock:
            self._set.append(made)
        return made

    def clear(self) -> None:
        """Take back every fault."""
        with self._lock:
            self._set.clear()

    def take(self, host: str, target: str) -> list[Fault]:
        """The faults that meet this request; each counts it."""
        if not self._set:
            return []
        met = []
        with self._lock:
            for fault in self._set:
                if not (fault.pattern.search(target) or fault.pattern.search(host + target)):
                    continue
                fault.seen += 1
                if fault.seen > fault.after and (fault.times is None or fault.hits < fault.times):
                    fault.hits += 1
                    met.append(fault)
        return met
