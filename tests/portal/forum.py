"""What the forums of the portal share: where a post stands, which comments are listed in which order, what a search finds."""

from __future__ import annotations

from datetime import datetime

from .answers import Question
from .things import BLIND, KST, Article, Comment
from .world import World

# The key of a post by its place and number, and its address by that key and number.
ADDRESSES = {
    "82cook": ("{1}", "https://www.82cook.com/entiz/read.php?bn=15&num={number}"),
    "bobaedream": ("freeb/{1}", "https://www.bobaedream.co.kr/view?code=freeb&No={number}&bm=1"),
    "ilbe": ("{1}", "https://www.ilbe.com/view/{number}?page=1&listStyle=list"),
    "inven": ("webzine/2097/{1}", "https://www.inven.co.kr/board/webzine/2097/{number}?my=chu"),
}
HOMES = tuple(ADDRESSES)
REACTIONS = {"likes": 1_042, "dislikes": 5, "views": 12_345}
HITS = 10  # posts on one page of a list


def find(world: World, home: str, number: str) -> Article | None:
    """The post with that number."""
    found = next((each for each in world.on(home) if str(each.post) == number), None)
    return None if found is None or found.removed else found


def thread(article: Article, marks: bool = True) -> list[Comment]:
    """The comments that a list shows, the oldest first, each followed by its replies; one that went is a mark, where the site
    leaves any."""
    rows = [row for top in article.comments for row in (top, *top.replies)]
    return [row for row in rows if row.shown or marks]


def said(comment: Comment) -> str | None:
    """The words in the place of a comment that went."""
    if comment.shown:
        return None
    return "신고로 블라인드 처리된 댓글입니다." if comment.status == BLIND else "삭제된 댓글입니다."


def listed(world: World, home: str, question: Question, words: str, number: str = "page") -> tuple[list[Article], int, bool]:
    """A page of a list, or of what has all these words; its number, and whether one follows."""
    page = int(question.query.get(number) or "1")
    posts = sorted((each for each in world.on(home) if not each.removed), key=lambda each: -each.post)
    found = [a for a in posts if all(word in a.title + a.text for word in words.split()) or "ignore_query" in question.twists]
    return found[(page - 1) * HITS : page * HITS], page, len(found) > page * HITS


def paging(page: int, more: bool, address: str) -> str:
    """Links to the pages up to the next one."""
    numbers = range(1, page + 1 + more)
    return "<div class='pagination'>" + "".join(f"<a href='{address.format(n)}'>{n}</a>" for n in numbers) + "</div>"


def count(article: Article, what: str) -> str:
    """A counter as sites print it."""
    return f"{article.reactions.get(what, 0):,}"


def clock(ms: int, form: str) -> str:
    """A moment in Korean time, also with the parts that strftime pads: {m}, {d}, {h} and {ap}."""
    at = datetime.fromtimestamp(ms / 1000, KST)
    plain = at.strftime(form)
    return plain.format(m=at.month, d=at.day, h=at.hour % 12 or 12, ap="PM" if at.hour >= 12 else "AM")
