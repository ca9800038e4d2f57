"""gnuboard's post, with all its comments below. R; C: the search's and older skins, from gnuboard's own code."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement
from msgspec import structs

from archive.capture import Capture
from archive.records import Article, Comment, Count, Listing, Moment, Record
from crawler import numbers, when
from crawler.markup import attribute, decoded, empty, every, first, has, lines_of, named_charset, still, tree, words
from crawler.pages import LayoutError, page
from crawler.places import order_of
from crawler.said import gone
from spiders.gnuboard import urls
from spiders.gnuboard.list_pages import PROOF
from spiders.gnuboard.site import Site, notice, unknown

# What an alert in a post's place says. What is neither this nor `gone` may be a passing trouble, and is no state.
_RESTRICTED = ("권한", "로그인", "회원", "비밀글", "비밀번호")
_NUMBERS = {"comments": re.compile("([0-9,]+)건"), "views": re.compile("([0-9,]+)회")}
_VOTES = {"likes": f"{has('bo_v_good')} or @id='good_button'", "dislikes": f"{has('bo_v_nogood')} or @id='nogood_button'"}
_DATE = re.compile("[0-9]{2,4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}(?::[0-9]{2})?")
_MARGIN = re.compile(r"margin-left\s*:\s*([0-9]{1,5})")
_SHOWN = f".//div[{has('cmt_contents')}]"
_MINUTE = 60_000


@page("gnuboard.post", version=4, proof=f"{PROOF}; secret comments, and posts not for all, unproven", statuses=(200, 404, 410))
def post(capture: Capture) -> Iterator[Record]:
    """A post, its counts (views, likes, dislikes, comments), and all its comments; `gone` and `restricted` where an alert says
    so, with status 200."""
    site = Site.of(capture)
    asked = site.key(capture.url) or capture.article
    if asked is None or capture.article not in (None, asked):
        raise LayoutError(f"the address names {asked or 'no post'}, not {capture.article}", "foreign" if asked else None)
    url = urls.post_url(site.base, asked)
    root = tree(decoded(capture, named_charset(capture.body))) if capture.status == 200 else None
    body, info = (first(root, f"//*[@id='{name}']") if root is not None else None for name in ("bo_v_con", "bo_v_info"))
    if root is None or body is None or info is None:
        yield _absent(asked, url, root)
        return
    written = lines_of(body)
    empty(body)
    comments = tuple(_comments(still(root, "//*[@id='bo_vc']//article[starts-with(@id, 'c_')]"), site, capture.received_at))
    number = attribute(first(root, "//input[@name='wr_id'][@value]"), "value")
    if number is not None and number != asked.rpartition("/")[2]:
        raise LayoutError(f"another post: asked {asked}, got {number}", "foreign")
    date = _DATE.search(" ".join((words(info) or "").split()))
    yield Article(
        key=asked,
        url=url,
        kind="post",
        title=words(first(root, f"//*[{has('bo_v_tit')}]")) or words(first(root, "//*[@id='bo_v_title']")),
        text=written,
        account=site.writer(info),
        section=words(first(root, "//*[@id='container_title']")),
        pane="gnuboard",
        published=when.read(date[0], capture.received_at) if date else None,
    )
    declared = None
    for metric, form in _NUMBERS.items():
        texts = ((words(each) or "").strip() for each in every(info, ".//strong"))
        found = next((match[1] for text in texts if (match := form.fullmatch(text))), None)
        if (value := numbers.read(found)) is not None:
            declared = value.value if metric == "comments" else declared
            yield Count(metric, value.value)
    for metric, condition in _VOTES.items():
        if (value := numbers.read(words(first(root, f"//*[@id='bo_v_act']//*[{condition}]//strong")))) is not None:
            yield Count(metric, value.value, value.raw if value.precision == "rounded" else None)
    if comments:  # of fewer than are declared nobody knows which they are
        more = declared is not None and declared > len(comments)
        yield Listing("LISTED", "votes" if more else order_of([each.key for each in comments]), 1, comments)
    elif declared and first(root, "//*[@id='bo_vc_empty']") is None:
        raise LayoutError(f"0 comments where {declared} are declared", "empty")


def _absent(key: str, url: str, root: HtmlElement | None) -> Article:
    """What is said of a post in its place. Raises LayoutError where it is no state that we know."""
    said = notice(root) if root is not None else None
    if root is None or gone(said):
        return Article(key=key, url=url, kind="post", state="gone", notice=said)
    if first(root, "//form[@name='fboardpassword']") is not None:
        said = words(first(root, "//*[@id='pw_confirm']//h1")) or "비밀글"
    if said is None or not any(word in said for word in _RESTRICTED):
        raise unknown(root, "#bo_v_con")
    return Article(key=key, url=url, kind="post", state="restricted", notice=said)


def _comments(items: Iterator[HtmlElement], site: Site, seen_at: int) -> Iterator[Comment]:
    """The comments in the page's order. A reply stands below what it answers, further to the right."""
    above = list[tuple[int, str]]()
    for item in items:
        key = item.get("id", "").removeprefix("c_")
        if not key.isascii() or not key.isdigit():
            raise LayoutError(f"a comment without a number: {key[:40]!r}")
        match = _MARGIN.search(item.get("style", ""))
        margin = int(match[1]) if match else 0
        while above and above[-1][0] >= margin:
            above.pop()
        parent = above[-1][1] if above else None
        above.append((margin, key))
        yield _comment(item, key, parent, site, seen_at)


def _comment(item: HtmlElement, key: str, parent: str | None, site: Site, seen_at: int) -> Comment:
    head, shown = item.find(".//header"), first(item, _SHOWN)
    shown = shown if shown is not None else item.find(".//p")
    raw = next((each for each in item.iter("textarea") if each.get("id") == f"save_comment_{key}"), None)
    if head is None or (shown is None and raw is None):
        raise LayoutError(f"comment {key} without header or text")
    secret = any(each.get("value") for each in item.iter("input") if each.get("id") == f"secret_comment_{key}")
    text = str(raw.text_content()) if raw is not None else lines_of(shown) if shown is not None else None
    picture = attribute(shown.find(".//img[@src]"), "src") if shown is not None and not secret else None
    time, account = head.find(".//time"), site.writer(head)
    created = _created(words(time), attribute(time, "datetime"), seen_at)
    if shown is not None:
        empty(shown)
    return Comment(
        key=key,
        text=None if secret else text,
        account=account,
        parent=parent,
        created=created,
        state="placeholder" if secret else "visible",
        attachment=picture,
    )


def _created(text: str | None, machine: str | None, seen_at: int) -> Moment | None:
    """A comment's time. gnuboard makes the one for machines from the one for people, and its seconds are always 00."""
    exact = when.iso(machine) if machine else None
    if exact is not None:
        return (
            structs.replace(exact, end=exact.start + _MINUTE - 1, precision="minute") if exact.start % _MINUTE == 0 else exact
        )
    return when.read(text, seen_at) if text else None
