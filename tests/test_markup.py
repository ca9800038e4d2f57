"""Text out of mark-up: what a hostile writer puts there takes no time."""

from __future__ import annotations

import re
from time import thread_time

import lxml.etree
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import HtmlElement

from crawler.markup import first, lines, lines_of, running_text, tree, words
from crawler.pages import LayoutError
from spiders.clien import pages

IN_TIME = 5.0  # seconds of the processor; where time grows with the square it is a quarter of a minute and more
MANY = 100_000
BITS = [
    " ",
    "\t",
    "\r",
    "\n",
    "\f",
    "&#13;",
    "가",
    "<br>",
    "<p>",
    "<li>",
    "<script>x</script>",
    "<!-- -->",
    "<b>",
]
CLOSED = ["</b>", "</p>", "</li>", "<div>", "</div>", "<blockquote>", "</blockquote>", "<table>", "<tr>", "<td>", "</table>"]
CLIEN = ["<strong>1</strong>가", "<strong>1</strong>댓글", "<i>1</i>댓글"]


def as_it_was(element: HtmlElement) -> str:
    """The same lines by expressions that begin anew at each blank."""
    found = element.xpath(".//text()[not(parent::script or parent::style)] | .//br | .//p | .//div | .//li")
    pieces = (
        re.sub(r"[ \t]*[\r\n][ \t\r\n]*", "\r", str(each)) if isinstance(each, str) else "\n" if each.tag == "br" else "\f"
        for each in found
    )
    text = re.sub("\r*\n\r*", "\n", re.sub("[\r\f]*\f[\r\f]*", "\n", "".join(pieces)))
    return text.replace("\r", " ").strip()


@given(st.lists(st.sampled_from(BITS), max_size=30))
def test_text_is_what_slower_expressions_say(bits: list[str]) -> None:
    element = tree(f"<div>{''.join(bits)}</div>")
    assert lines_of(element) == as_it_was(element)
    found = element.xpath(".//text()[not(parent::script or parent::style)] | .//br")
    assert running_text(element) == "".join(str(each) if isinstance(each, str) else "\n" for each in found)


def words_by_line(element: HtmlElement) -> list[list[str]]:
    """The words of each line: one begins where a <br> stands, or a block begins or ends."""
    found = [""]
    for event, each in lxml.etree.iterwalk(element, events=("start", "end", "comment")):
        apart = event != "comment" and each.tag in ("br", "p", "li", "div", "blockquote", "table", "tr")
        found += [""] if apart else []
        found[-1] += " " if event == "start" and each.tag == "td" else ""
        found[-1] += (each.text or "") if event == "start" and each.tag != "script" else ""
        found[-1] += (each.tail or "") if event != "start" and each is not element else ""
    return [line.split() for line in found if line.split()]


@given(st.lists(st.sampled_from([bit for bit in BITS + CLOSED if bit != "\f"]), max_size=30))
def test_words_of_other_lines_are_not_one(bits: list[str]) -> None:
    element = tree(f"<div>{''.join(bits)}</div>")
    assert [line.split() for line in lines_of(element).split("\n") if line.split()] == words_by_line(element)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>앞</p>뒤", "앞\n뒤"),
        ("<p>앞</p> <b>뒤</b>", "앞 \n뒤"),
        ("<blockquote><p>남의 말</p></blockquote>내 말", "남의 말\n내 말"),
        ("내 말<blockquote>남의 말</blockquote>또 내 말", "내 말\n남의 말\n또 내 말"),
        ("<div><div>1</div>2</div>3", "1\n2\n3"),
        ("<ul><li>1</li><li>2</li></ul>3", "1\n2\n3"),
        ("글<h3>제목</h3>글", "글\n제목\n글"),
        ("위<hr>아래", "위\n아래"),
        ("<table><tr><th>찬성</th><td>1</td><td>2</td></tr><tr><td>반대</td><td>3</td></tr></table>끝", "찬성 1 2\n반대 3\n끝"),
        ("<table><tr><td> 1 </td> <td> 2</td></tr></table>", "1   2"),
        ("<p>앞</p><br>뒤", "앞\n뒤"),
        ("<p>앞</p> <p>뒤</p>", "앞 \n뒤"),
        ("<p>앞</p><!-- x --> 뒤", "앞\n뒤"),
        ("<b>굵게</b>이어서", "굵게이어서"),
    ],
)
def test_what_stands_on_lines_of_their_own_is_not_one_word(html: str, text: str) -> None:
    body = first(tree(f"<html><body><div id=a>{html}</div></body></html>"), "//*[@id='a']")
    assert body is not None
    assert lines_of(body) == text
    assert lines(body) == "\n".join(" ".join(line.split()) for line in text.split("\n"))


@pytest.mark.parametrize("piece", [" ", "\t", "<b>\n</b>", "<b>&#13;</b>", "<br>\n", "<p>"])
def test_a_row_of_blanks_takes_no_time(piece: str) -> None:
    element = tree(f"<div>가{piece * MANY}나</div>")
    begun = thread_time()
    for text in (lines_of, running_text, lines):
        assert "".join(text(element).split()) == "가나"
    assert thread_time() - begun < IN_TIME


@pytest.mark.parametrize("name", ["b", "div", "font"])
@pytest.mark.parametrize("wrong", [0, 300])  # of the errors of a page only the first are kept
def test_what_stands_deep_is_read_and_what_stands_behind_it(name: str, wrong: int) -> None:
    def nested(depth: int) -> HtmlElement:
        return tree(f"<div>{'</i>' * wrong}가{f'<{name}>' * depth}나{f'</{name}>' * depth}다</div><p>라</p>")

    for depth in (300, 2_000):
        for text in (lines_of, running_text, lines, words):
            assert "".join((text(nested(depth)) or "").split()) == "가나다라"
    for depth in (3_000, 100_000):  # where the library ends the page
        with pytest.raises(LayoutError, match="ends before its end") as found:
            nested(depth)
        assert found.value.alarm == "broken"  # no refusal, whatever words a writer puts there


@given(st.lists(st.sampled_from([*CLIEN, "<div class=post_article>", "<div>", "</div>", "<b>", "</b>"])))
def test_the_number_of_comments_at_clien_is_where_a_slower_expression_finds_it(bits: list[str]) -> None:
    root, place = tree(f"<p>{''.join(bits)}"), pages._POST.counts["comments"]
    slower = f"//strong[preceding-sibling::text()[contains(., '댓글')]]{pages._OUTSIDE}"
    assert root.xpath(place)[:1] == root.xpath(slower)[:1]


@pytest.mark.parametrize("piece", CLIEN)
def test_no_text_of_a_clien_post_makes_its_comments_long_to_count(piece: str) -> None:
    root = tree(f"<div class=post_article>{piece * 20_000}</div><div>댓글 [<strong>3</strong>]</div>")
    begun = thread_time()
    assert words(first(root, pages._POST.counts["comments"])) == "3"
    assert thread_time() - begun < IN_TIME
