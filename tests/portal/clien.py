"""Clien: a post whose text is a whole page of its own, with all comments below it; masked addresses, 공감 only."""

from __future__ import annotations

from html import escape

from .answers import Question
from .forum import count, find, listed, said, thread
from .nate import alert, lines, stamp
from .things import Article, Comment
from .world import World

HOST = "www.clien.net"
LINK = f"https://{HOST}/service/board/park/{{n}}"
SECOND = "%Y-%m-%d %H:%M:%S"


def page(world: World, question: Question) -> str | None:
    """What the site answers."""
    match question.method, question.path.strip("/").split("/"):
        case "GET", ["service", "board", "park"]:
            return _list(world, question)
        case "GET", ["service", "board", "park", number]:
            post = find(world, "clien", number)
            return _post(post, question) if post else alert("삭제되었거나 존재하지 않는 게시물입니다.")
    return None


def _list(world: World, question: Question) -> str:
    question.query["page"] = str(int(question.query.get("po", "0")) + 1)
    posts, here, more = listed(world, "clien", question, "")
    link = f'<a href="/service/board/park?&amp;od=T31&amp;po={here}">{here + 1}</a>' if more else ""
    return f'<html><body><div class="list_content">{"".join(map(_row, posts))}</div><div>{link}</div></body></html>'


def _row(post: Article) -> str:
    return f"""<div class="list_item" data-board-sn="{post.post}" data-author-id="w" data-comment-count="{len(thread(post))}">
<a class="list_subject" href="/service/board/park/{post.post}"><span>{escape(post.title)}</span></a>
<div class="list_symph"><span>{count(post, "likes")}</span></div>
<div class="list_hit"><span class="hit">{post.reactions["views"] / 1000:.1f} k</span></div>
<div class="list_time"><span class="timestamp">{stamp(post.published, SECOND)}</span></div></div>"""


def _post(post: Article, question: Question) -> str:
    rows = [] if "no_rows" in question.twists else thread(post)
    return f"""<!doctype html><html><head><meta charset="utf-8"></head><body>
<h3 class="post_subject"><span class="post_category">잡담</span><span>{escape(post.title)}</span></h3>
<span class="view_count"><strong>{count(post, "views")}</strong></span>
<span class="view_count date">{stamp(post.published, SECOND)}</span><span class="view_count ip">118.♡.24.92</span>
<div class="post_article"><html><body><p>{lines(post.text)}</p></body></html></div>
<a class="symph_count"><strong>{count(post, "likes")}</strong></a>
<div>댓글 • [<strong>{len(thread(post))}</strong>]</div>{"".join(map(_comment, rows))}</body></html>"""


def _comment(row: Comment) -> str:
    item = f'<div class="comment_row{" re" if row.parent else ""}" data-comment-sn="{row.id}"'
    if (gone := said(row)) is not None:
        return f'{item}><div class="comment_view">{gone}</div></div>'
    name = escape(row.account.name)
    return f"""{item} data-author-id="id{row.account.id}"><span class="nickname"><span title="{name}">{name}</span></span>
<div class="comment_ip"><span class="ip_address">118.♡.24.{row.account.id % 250}</span></div>
<div class="comment_time"><span class="timestamp">{stamp(row.created, SECOND)}</div>
<div class="comment_view">{lines(row.text)}</div><strong id="setLikeCount_{row.id}">{row.likes}</strong></div>"""
