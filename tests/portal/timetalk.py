"""Daum's talk pane: a frame that a script fills. C: the names of its elements. The rest (host, request, order) is invented."""

from __future__ import annotations

from datetime import datetime
from html import escape
from typing import Any

from .things import KST, Article

HOST = "talk-of-news.daum.net"  # nobody knows it, so nothing may depend on it
OPEN = 48 * 3_600_000  # ms after publication
NOTICE = "세이프봇이 악성글을 감지합니다."
OVER = "타임톡이 종료되었습니다."

FRAME = """<!doctype html>
<html lang="ko"><head><meta charset="utf-8"><title>타임톡</title></head>
<body><div class="wrap_timetalk"><strong class="tit_timetalk">{title}</strong><div class="body_timetalk"><ul></ul></div></div>
<script>
function part(tag, name, text) {{
  const made = document.createElement(tag); made.className = name;
  text.split("\\n").forEach((line, place) => made.append(...(place ? [document.createElement("br"), line] : [line])));
  return made;
}}
fetch("/api/talks/{id}").then(answer => answer.json()).then(said => {{
  const list = document.querySelector(".body_timetalk ul");
  if (said.over) {{ list.replaceWith(part("p", "desc_over", said.over)); return; }}
  list.append(part("li", "safebot", said.notice));
  for (const talk of said.talks) {{
    const item = part("li", "", "");
    item.append(part("em", "chat_nick", talk.nick), part("span", "txt_time", talk.time), part("p", "txt_message", talk.text));
    list.append(item);
  }}
}});
</script></body></html>
"""


def frame(article: Article) -> str:
    """The frame of an article's pane, before its script has filled it."""
    return FRAME.format(id=article.id, title=escape(article.title))


def said(article: Article, now: int, *, none: bool = False) -> dict[str, Any]:
    """What fills it at a moment: the newest first; a notice where its time is over."""
    if now >= article.published + OPEN:
        return {"over": OVER}
    shown = [] if none else sorted((c for c in article.comments if c.shown and c.created <= now), key=lambda c: -c.created)
    talks = [{"nick": c.account.name, "time": age(c.created, now), "text": c.text} for c in shown]
    return {"notice": NOTICE, "talks": talks}


def age(created: int, now: int) -> str:
    """How the pane says when something was written."""
    minutes = (now - created) // 60_000
    if minutes < 1:
        return "방금 전"
    if minutes < 60:
        return f"{minutes}분 전"
    if minutes < 1440:
        return f"{minutes // 60}시간 전"
    return datetime.fromtimestamp(created / 1000, KST).strftime("%Y. %m. %d. %H:%M")
