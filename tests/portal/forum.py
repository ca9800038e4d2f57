"""What some boards of the portal share: which comments are listed in which order, what a search finds, how all is answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from .answers import HTML, JSON, TEXT, Answer, Question, answer
from .things import BLIND, KST, Article, Comment
from .world import World

HITS = 10  # posts on one page of a list


def site(page: Callable[[World, Question], str | None]) -> Callable[[World], Callable[[Question], Answer]]:
    """What answers for a world, of a function that makes the pages; None is no page."""

    def of(world: World) -> Callable[[Question], Answer]:
        def ask(question: Question) -> Answer:
            with world.lock:
                found = page(world, question)
            if found is None:
                return answer("Not Found", TEXT, 404)
            return answer(found, JSON if found.startswith("{") else HTML)

        return ask

    return of


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
    if comment.status == BLIND:
        return "신고로 블라인드 처리된 댓글입니다."
    return "작성자가 삭제한 댓글입니다." if comment.by == "user" else "관리자가 삭제한 댓글입니다."


def listed(
    world: World, home: str, question: Question, words: str, number: str = "page", among: slice = slice(None)
) -> tuple[list[Article], int, bool]:
    """A page of a list, or of what has all these words (`among` some of the posts, the newest first); its number, and whether
    one follows."""
    page = int(question.query.get(number) or "1")
    posts = sorted((each for each in world.on(home) if not each.removed), key=lambda each: -each.post)[among]
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
