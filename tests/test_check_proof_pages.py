"""The stand-alone check of rows that were read in HTML, where nothing has a name: they are proven as far as a page can say."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from archive.seal import seal
from tests.conftest import ROOT
from tests.maker import DAY, Maker
from tests.test_check_proof import Document, alone, document, script

__all__ = ["script"]  # a fixture
MORE = "".join(
    f'<dl class="cmt_item" id="cmt_item_9000000{n}"><dd class="usertxt">삭제된 댓글입니다.</dd></dl>' for n in (8, 7)
)
LIST = (
    (ROOT / "tests/fixtures/nate/comments.html")
    .read_text(encoding="utf-8")
    .replace('</div><div class="pag', f'{MORE}</div><div class="pag')
)
GONE = re.sub('<dl class="cmt_item" id="cmt_[a-z]+_90000011">.*?</dl>', "", LIST, flags=re.DOTALL)
URL = "https://comm.news.nate.com/Comment/ArticleComment/List?artc_sq=20251230n00123&order=&page=1"
TALK = (ROOT / "tests/fixtures/daum/talk.html").read_bytes()
BELOW = "PROVEN, BUT FOR WHAT A PAGE MEANS: in {} of {} captures its words and numbers stand in one entry of a page"
Verdict = Callable[[Document], tuple[int, list[str]]]


def nate(root: Path, *lists: str, charset: bytes = b"") -> Path:
    """An archive with these pages of comments, in EUC-KR, which the answer says or not."""
    maker = Maker(root, "nate")
    for text in lists:
        made = maker.exchange(URL, "nate.comments", text.encode("cp949", "xmlcharrefreplace"), article="20251230n00123")
        made.head = (made.head or b"").replace(b"application/json", b"text/html" + charset)
        maker.keep(made)
    maker.close()
    seal(root, DAY)
    return root


@pytest.fixture
def verdict(tmp_path: Path) -> Verdict:
    """What the script says of a document, from a process of its own."""

    def run(told: Document) -> tuple[int, list[str]]:
        (tmp_path / "proof.json").write_text(json.dumps(told), encoding="utf-8")
        code, out = alone(tmp_path / "proof.json")
        return code, out.splitlines()

    return run


@pytest.mark.parametrize("charset", [b"", b"; charset=euc-kr"])
def test_a_comment_of_a_page_is_proven_and_what_is_not_is_said(tmp_path: Path, verdict: Verdict, charset: bytes) -> None:
    root = nate(tmp_path / "archive", LIST, charset=charset)
    code, lines = verdict(document(root, "90000013"))
    assert (code, lines[-1][: len(BELOW)]) == (0, f"{BELOW.format(1, 1)}; read above what belongs to what"[: len(BELOW)])
    place = lines.index("  yes   all of it stands in one entry of the page with the number 90000013; read it:")
    assert lines[place + 1].strip().startswith("둘째 | 01.01 00:10 새해 <b> 👍 둘째 줄 0 1.2만")  # and nobody else's
    assert "is not checked here: compare" in lines[place + 2]
    for key in ("90000011", "90000012", "90000010"):
        assert verdict(document(root, key))[0] == 0


@pytest.mark.parametrize(
    "claimed",
    [{"likes": 7}, {"likes": 1234}, {"text": "아주 좋은 글"}, {"text": "새해"}, {"replies": 5}],
)
def test_what_the_page_says_of_another_comment_or_not_at_all_is_not_proven(
    tmp_path: Path, verdict: Verdict, claimed: Document
) -> None:
    told = document(nate(tmp_path / "archive", LIST), "90000013")
    told["row"] |= claimed
    for capture in told["captures"]:
        capture["shows"] |= claimed
    code, lines = verdict(told)
    if claimed != {"text": "새해"}:  # a part of what it says: that is all of it only who reads sees
        assert (code, lines[-1]) == (1, "NOT PROVEN: all of it stands in one entry of the page with the number 90000013")


def test_a_comment_that_is_gone_has_its_number_nowhere_in_the_page(tmp_path: Path, verdict: Verdict) -> None:
    told = document(nate(tmp_path / "archive", LIST, GONE), "90000011")
    assert told["row"]["state"] == "gone"
    code, lines = verdict(told)
    assert (code, "  yes   the number 90000011 is nowhere in the page" in lines) == (0, True)
    assert lines[-1].startswith(BELOW.format(2, 2))
    there = next(capture for capture in told["captures"] if capture["shows"] is not None)
    told["captures"] = [there, there | {"shows": None}]
    code, lines = verdict(told)
    assert (code, lines[-1]) == (1, "NOT PROVEN: the number 90000011 is nowhere in the page")


def test_words_of_a_rendered_pane_are_proven_without_a_number(tmp_path: Path, verdict: Verdict) -> None:
    maker = Maker(tmp_path / "archive")
    made = maker.exchange("https://talk.daum.net/x", "daum.talk", TALK, method="DOM", fidelity="rendered")
    made.request, made.head, made.ip = b"", None, None
    maker.keep(made)
    (key,) = maker.db.execute(
        "SELECT c.key FROM comments c JOIN comment_versions v ON v.comment = c.id WHERE v.text LIKE '줄%'"
    ).fetchone()
    maker.close()
    seal(tmp_path / "archive", DAY)
    told = document(tmp_path / "archive", key)
    code, lines = verdict(told)
    assert (code, lines[-1].startswith(BELOW.format(1, 1))) == (0, True)
    assert f"  note  {key} is Sagwan's own name for a comment without a number: it is not looked for" in lines
    absent = told | {"row": told["row"] | {"state": "missing", "last_state": "visible"}}
    absent["captures"] = [*told["captures"], told["captures"][0] | {"shows": None}]
    code, lines = verdict(absent)
    assert (code, lines[-1]) == (1, f"NOT PROVEN: {key} has a number at its site, by which it could be missed")
    told["row"]["text"] = told["captures"][0]["shows"]["text"] = "줄 바꾼 <b>😀</b>"
    assert verdict(told)[1][-1] == "NOT PROVEN: all of it stands in one entry of the page"


def test_a_page_without_end_tags_is_no_nest(script: ModuleType) -> None:
    shown = f"1,234 1.2만 3백만 1.4 k 2km {'9' * 5000}"
    page = script.Page(f"<ul><li id=c1001>하나<b>-5</b><li id=c1002>둘<b>7</b></ul><dl><dt>셋<dd>넷<dt>다섯</dl><p>{shown}</p>")
    (first,), (second,) = page.places("1001"), page.places("1002")
    assert page.words(page.around(first)) == "하나 -5"
    assert page.words(page.around(second)) == "둘 7"
    assert script.entry_of(page, page.around(first), "하나", {"-5"}, [first]) is not None
    assert script.entry_of(page, page.around(first), "하나", {"7"}, [first]) is None
    assert [page.words(one) for one in page.elements if one.name in ("dt", "dd")] == ["셋", "넷", "다섯"]
    assert {"1234", "12000", "3000000", "1400"} <= script.numbers(page.words())
    assert "2000" not in script.numbers(page.words())
