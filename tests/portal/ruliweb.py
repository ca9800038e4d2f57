"""Ruliweb: a post with its last comments and the best ones; the others come by a form, as JSON around HTML."""

from __future__ import annotations

import json
from html import escape
from urllib.parse import parse_qsl

from .answers import Question
from .forum import count, find, listed, paging, said, thread
from .nate import alert, lines, stamp
from .things import Article, Comment
from .world import World

HOSTS = ("bbs.ruliweb.com", "api.ruliweb.com")
SIZE = 20  # comments on one page
HERE = "https://bbs.ruliweb.com/community/board/300143"
LINK = HERE + "/read/{n}"


def page(world: World, question: Question) -> str | None:
    """What the site and its API answer."""
    match question.method, question.host, question.path.strip("/").split("/"):
        case "POST", "api.ruliweb.com", ["commentView"]:
            return _older(world, question)
        case "GET", "bbs.ruliweb.com", ["community" | "best", "board", "300143", "read", number]:
            post = find(world, "ruliweb", number)
            return _post(post) if post else alert("삭제되었거나 존재하지 않는 게시물입니다.")
        case "GET", "bbs.ruliweb.com", ["community", "board", "300143"] | ["best", *_]:
            posts, here, more = listed(world, "ruliweb", question, "")
            rows = "".join(map(_row, posts))
            return f'<table class="board_list_table"><tbody>{rows}</tbody></table>{paging(here, more, "?page={}")}'
        case "GET", "bbs.ruliweb.com", ["search"]:
            posts, here, more = listed(world, "ruliweb", question, question.query["q"])
            return f'<ul class="search_result">{"".join(map(_hit, posts))}</ul>{paging(here, more, "?q=x&amp;page={}")}'
    return None


def _older(world: World, question: Question) -> str:
    form = dict(parse_qsl(question.body.decode()))
    post, here = find(world, "ruliweb", form["article_id"]), int(form["page"])
    good = post is not None and question.headers.get("referer") == f"{HERE}/read/{post.post}"
    rows = thread(post)[(here - 1) * SIZE : here * SIZE] if post and good and "no_rows" not in question.twists else []
    return json.dumps({"success": good, "view": _table(rows, "normal") if rows else ""})


def _post(post: Article) -> str:
    rows = thread(post)
    best = sorted((row for row in rows if row.shown), key=lambda row: -row.likes)[:3]
    last = rows[(len(rows) - 1) // SIZE * SIZE :]
    return f"""<!doctype html><html><head><meta charset="utf-8">
<meta property="og:url" content="{HERE}/read/{post.post}"></head><body>
<span class="subject_text"><span class="subject_inner_text">{escape(post.title)}</span></span>
<div class="user_info"><strong class="nick">글쓴이</strong><p>조회 {count(post, "views")}</p>
<span class="regdate">{stamp(post.published, "%Y.%m.%d (%H:%M:%S)")}</span></div>
<div class="view_content"><p>{lines(post.text)}</p></div><span class="like_value">{count(post, "likes")}</span>
<span class="dislike_value">{count(post, "dislikes")}</span><strong class="reply_count">{len(rows)}</strong>
{_table(best, "best")}{_table(last, "normal")}</body></html>"""


def _table(rows: list[Comment], kind: str) -> str:
    items = "".join(_comment(row, kind) for row in rows)
    return f'<div class="comment_view {kind}"><table><tbody>{items}</tbody></table></div>'


def _comment(row: Comment, kind: str) -> str:
    item = f'<tr class="comment_element {kind} {"child" if row.parent else "parent"}" id="ct_{row.id}">'
    if (gone := said(row)) is not None:
        return f"{item}<td>{gone}</td></tr>"
    return f"""{item}<td><strong class="nick">{escape(row.account.name)}</strong></td>
<td><div class="text_wrapper"><span class="text">{lines(row.text)}</span></div>
<span class="time">{stamp(row.created, "%y.%m.%d %H:%M")}</span>
<button class="btn_like"><span class="num">{row.likes}</span></button>
<button class="btn_dislike"><span class="num">{row.dislikes}</span></button></td></tr>"""


def _row(post: Article) -> str:
    link = f"https://bbs.ruliweb.com/best/board/300143/read/{post.post}"
    return f"""<tr class="table_body"><td class="subject"><a class="subject_link" href="{link}">
<span class="text_over">{escape(post.title)}</span><span class="num_reply">({len(thread(post))})</span></a></td>
<td class="recomd">{count(post, "likes")}</td><td class="hit">{count(post, "views")}</td>
<td class="time">{stamp(post.published, "%Y.%m.%d")}</td></tr>"""


def _hit(post: Article) -> str:
    return f"""<li><a class="subject_link" href="{HERE}/read/{post.post}">{escape(post.title)}</a>
<p>{escape(post.text[:300])}</p><span class="time">{stamp(post.published, "%Y.%m.%d")}</span></li>"""
