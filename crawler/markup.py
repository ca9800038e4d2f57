"""HTML as Korean sites serve it: decoded with a charset that the code names, then asked by class name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

import lxml.etree
import lxml.html
from lxml.html import HtmlElement

from archive.capture import Capture
from crawler.addresses import absolute
from crawler.pages import LayoutError
from crawler.stray import is_in_another, stray

# What Content-Type may say; nothing is ever guessed from the bytes. cp949 is what Korean sites mean by EUC-KR (C).
_CHARSETS = {"utf-8": "utf-8", "euc-kr": "cp949", "ms949": "cp949", "cp949": "cp949"}
_NAMED = re.compile(rb"""<(?:meta|\?xml)\s[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([a-z0-9_-]{1,20})""", re.I)
_REMARK = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_NAMED_WITHIN = 1_024  # bytes, as HTML has it
# One step each: to unite two sets, each of one is compared with each of the other.
_TEXT = "descendant::node()[self::text()[not(parent::script or parent::style)] or self::br]"
_SOURCE_ENDS = re.compile(r"(?<![ \t])[ \t]*[\r\n][ \t\r\n]*")  # else it begins anew at each of a row of blanks
_STRAY = 100  # bytes of which one may be no text: one comment with half a letter must not hide its page

# Browsers end nothing there; our library puts what stands behind it into another page.
_ENDS = re.compile(r"</(?:body|html)\b[^<>]*>", re.IGNORECASE)
_BEGINS = re.compile(r"<body\b", re.IGNORECASE)
_UNREAD = re.compile(
    r"[\s\ufeff\0]+|<!--.*?-->|<(script|noscript|style|iframe)\b.*?</\1\s*>|<(?:img|link|meta)\b[^<>]*>",
    re.IGNORECASE | re.DOTALL,
)
_MARK_NAME = "page-end"
_MARK = f"<{_MARK_NAME}></{_MARK_NAME}>"
_RAW = "</script></style></textarea></title></iframe></xmp></noembed></noframes>"
_CLOSERS = ("", _RAW, f"-->{_RAW}", f'">{_RAW}', f"'>{_RAW}")  # an end of what is not open says nothing
_OPEN = "{page}open"  # no page has such an attribute: its names have no namespace

# What browsers put on lines of its own, as it begins and as it ends; and the cells of a row, whose numbers are several.
_BLOCK = re.compile(
    "/?(?:article|blockquote|caption|d[dlt]|div|fig(?:ure|caption)|form|h[1-6r]|li|[ou]l|p|pre|section|table|tr)"
)
_CELLS = frozenset({"td", "th"})


def charset_of(capture: Capture, default: str) -> str:
    """The charset that an answer declares in its head, where we know it; else that one."""
    declared = (capture.header("content-type") or "").lower().partition("charset=")[2].strip(" \"';")
    return _CHARSETS.get(declared, default)


def decoded(capture: Capture, default: str) -> str:
    """The body as text: in the charset that the answer declares in its head, else in the page kind's own. A stray byte is
    U+FFFD. Raises LayoutError where so many are no text that the page is in another charset."""
    charset = charset_of(capture, default)
    text = capture.body.decode(charset, "replace")
    found = stray(capture.body, text)
    if found * _STRAY > max(len(capture.body), 10 * _STRAY) or is_in_another(capture.body, found):
        raise LayoutError(f"not {charset}")
    return text


def named_charset(body: bytes) -> str:
    """The charset that a page of no one site names itself, in its <meta> or XML declaration; UTF-8 where it names none that we
    know. For the `default` of `decoded`: what the head declares goes first."""
    found = _NAMED.search(_REMARK.sub(b"", body[:_NAMED_WITHIN]))
    return _CHARSETS.get(found[1].decode().lower(), "utf-8") if found else "utf-8"


def tree(text: str) -> HtmlElement:
    """The page as a tree. Raises LayoutError when there is none, or not all of it: below 2,048 elements the page ends. Where it
    was cut off, what is open at its end is no text, and no comment: reading it raises LayoutError."""
    end = _ENDS.search(text)
    behind = text[end.start() :] if end else ""
    if end is not None and _is_nothing(_ENDS.sub("", behind)):
        return _tree(text)
    if end is not None:  # as browsers do: what stands behind such an end is read
        text = text[: end.start()] + _ENDS.sub("", behind)
        if _is_nothing(_ENDS.split(behind)[-1]):
            return _tree(text)
    return _with_open_ends(text)


def piece(html: str) -> HtmlElement:
    """A piece of HTML that stands in an answer of another kind, which would not be read if it were cut off."""
    return _tree(_ENDS.sub("", f"<div>{html}</div>"))


def _is_nothing(text: str) -> bool:
    """Whether there is nothing to read: remarks, scripts and pictures at most."""
    at = 0
    while found := _UNREAD.match(text, at):  # a search would look for the end of each that has none
        at = found.end()
    return at == len(text)


def _with_open_ends(text: str) -> HtmlElement:
    """The tree of a page that does not say that it ends; what is open there is marked."""
    if not text.strip():
        return _tree(text)
    for closer in _CLOSERS:  # it may end within a tag, a remark or a script
        root = _tree(text + closer + _MARK)
        mark = _last(root)
        if mark.tag == _MARK_NAME:
            break
    else:  # nothing closes <plaintext>: at most the last element and what it stands in are open
        root = _tree(text)
        last = _last(root)
        mark = lxml.etree.SubElement(last if isinstance(last.tag, str) else last.getparent(), _MARK_NAME)
    for around in mark.iterancestors():
        if around.tag not in ("html", "body"):
            around.set(_OPEN, "")
    around = mark.getparent()
    around.remove(mark)
    if len(root) == 1 and around.tag == "body" and not len(around) and not around.text:
        raise LayoutError("no HTML: nothing in it")
    return root


def _tree(text: str) -> HtmlElement:
    # The charset: else a <meta charset> in the page would decide. Huge: else the page ends below 256 elements.
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        root = lxml.html.document_fromstring(text.encode("utf-8", "replace") or b" ", parser=parser)
    except (lxml.etree.LxmlError, ValueError) as error:
        raise LayoutError(f"no HTML: {error}") from None
    last = parser.error_log.last_error  # the log holds only the first hundred besides
    if last is not None and last.type == lxml.etree.ErrorTypes.ERR_RESOURCE_LIMIT:
        raise LayoutError(f"HTML that ends before its end: {last.message}", "broken")
    return root


def _last(root: HtmlElement) -> HtmlElement:
    """The last element of a page."""
    while len(root):
        root = root[-1]
    return root


def need_whole(element: HtmlElement) -> None:
    """Raises LayoutError for what was still open where the page was cut off."""
    if element.get(_OPEN) is not None:
        name = element.get("id") or element.get("class") or ""
        raise LayoutError(f"HTML that ends before its end: within {element.tag} {name}"[:200].rstrip(), "broken")


def need_whole_around(element: HtmlElement) -> None:
    """The same for what it stands in: a list that goes on behind it, or what else is said of it."""
    need_whole(element)
    if (around := element.getparent()) is not None:
        need_whole(around)


def need_end(text: str) -> None:
    """Raises LayoutError for a page that begins and does not end: of what stands at the end of a site's pages, such as its
    comments or a list's paging, it would seem to have none. R: all 40 recorded pages end."""
    if _BEGINS.search(text) and not _ENDS.search(text):
        raise LayoutError("HTML that ends before its end: no </body>", "broken")


def has(name: str) -> str:
    """The XPath condition for an element that has this class."""
    return f'contains(concat(" ", normalize-space(@class), " "), " {name} ")'


def every(element: HtmlElement, path: str) -> list[HtmlElement]:
    """The elements at an XPath, in the page's order."""
    return cast("list[HtmlElement]", element.xpath(path))


def first(element: HtmlElement, path: str) -> HtmlElement | None:
    """The first element at an XPath."""
    return next(iter(every(element, path)), None)


def empty(element: HtmlElement) -> None:
    """Takes out of a page what stands in an element, once a text that a person wrote was read there: it may look like the
    page's own counts, comments and links, and is none of them."""
    element.text = None
    del element[:]


def still(page: HtmlElement, path: str) -> Iterator[HtmlElement]:
    """The elements at an XPath, one by one, without those that stood in what is taken out of the page meanwhile. Raises
    LayoutError for one that the page does not hold to its end."""
    for each in every(page, path):
        if page in each.iterancestors():
            need_whole_around(each)
            yield each


def rows(page: HtmlElement, path: str, known: str = ".") -> list[HtmlElement]:
    """The rows of a list at an XPath; `known` is also there without any. Raises LayoutError where the page ends within it."""
    found, lists = every(page, path), every(page, known)
    for each in lists:
        need_whole(each)
    for each in found[-1:] or lists[-1:]:
        need_whole_around(each)
    return found


def scripts(page: HtmlElement) -> str:
    """The text of a page's scripts: what a person wrote is not in it."""
    return "\n".join(cast("list[str]", page.xpath("//script/text()")))


def words(element: HtmlElement | str | None) -> str | None:
    """The text of an element, or of a piece of it, without the white space around it; None when there is none."""
    if element is None:
        return None
    if not isinstance(element, str):
        need_whole(element)
    return str(element if isinstance(element, str) else element.text_content()).strip() or None


def attribute(element: HtmlElement | None, name: str) -> str | None:
    """An attribute; None when it is missing or empty."""
    return (element.get(name) or None) if element is not None else None


def meta(page: HtmlElement, name: str) -> str | None:
    """What a <meta property> or <meta name> says."""
    return attribute(first(page, f'//meta[@property="{name}" or @name="{name}"]'), "content")


def target(element: HtmlElement | None, base: str) -> str:
    """Where a link on the page at `base` leads; "" where it is none."""
    return absolute(base, element.get("href") or "") if element is not None else ""


def running_text(element: HtmlElement) -> str:
    """All text of an article's body as it stands there, without scripts; a <br> is a new line."""
    need_whole_around(element)
    found = cast("list[HtmlElement | str]", element.xpath(_TEXT))
    return "".join(str(each) if isinstance(each, str) else "\n" for each in found)


def _pieces(element: HtmlElement) -> Iterator[tuple[str, str]]:
    """The texts of an element in their order, each behind the name of the element that begins there, or `/` and that of one
    that ended."""
    for event, each in lxml.etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        if event == "start":
            yield each.tag, (each.text or "") if each.tag not in ("script", "style") else ""
        elif each is not element:
            yield f"/{each.tag}", each.tail or ""


def lines(element: HtmlElement) -> str:
    """The text of an editor's page as a reader sees it, a block on a line of its own: the indentation of its mark-up would be
    an edit at each change of the editor."""
    need_whole_around(element)
    apart = re.compile(f"br|{_BLOCK.pattern}").fullmatch
    text = "".join(("\n" if apart(name) else " " if name in _CELLS else "") + text for name, text in _pieces(element))
    plain = (re.sub("[ \t\r\f]+", " ", line).strip(" ") for line in text.split("\n"))
    return "\n".join(line for line in plain if line)


def lines_of(element: HtmlElement) -> str:
    """The lines that a reader sees, without the white space around: a <br> ends one, a block (a paragraph, a quote, a row of a
    table) begins and ends one, and where the source ends a line says nothing."""
    need_whole_around(element)
    found, before = [""], ""  # what divides the next words from those that were found
    for name, text in _pieces(element):
        if begins := name in ("br", "p", "div", "li"):
            found.append("\n" if name == "br" else "\f")
        before = "" if begins else "\f" if _BLOCK.fullmatch(name) else before or "\r" * (name in _CELLS)
        if before and text and not text.isspace():
            found.append(before if before == "\f" or not found[-1][-1:].isspace() else "")
            before, text = "", text.lstrip(" \t") if before == "\f" else text
        if text:
            found.append(_SOURCE_ENDS.sub("\r", text))
    text = "\n".join(block for each in "".join(found).split("\f") if (block := each.strip("\r")))
    return "\n".join(line.strip("\r") for line in text.split("\n")).replace("\r", " ").strip()
