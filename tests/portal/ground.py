"""The ground truth of one article: what a reader can see, and what went."""

from __future__ import annotations

from typing import Any

from .things import Article, stamp


def truth(article: Article) -> list[dict[str, Any]]:
    """What a reader can see now, by comment id."""
    if not article.readable:
        return []
    # Under a deleted comment its replies can still be read, under one of Daum not.
    tops = [c for c in article.comments if c.shown or article.site != "daum"]
    seen = [c for c in tops if c.shown] + [reply for top in tops for reply in top.shown_replies()]
    return [
        {
            "id": c.id,
            "parent": c.parent,
            "text": c.text,
            "likes": c.likes,
            "dislikes": c.dislikes,
            "replies": len(c.shown_replies()),
            "status": c.status,
            "account": c.account.ref,
            "name": c.account.name,
            "created": stamp(c.created),
            "created_ms": c.created // 1000 * 1000,
        }
        for c in sorted(seen, key=lambda c: c.id)
    ]


def gone(article: Article) -> list[dict[str, Any]]:
    """What can no longer be read, by comment id: how it went (user, operator, blind), when, and its last text."""
    lost = [c for c in article.comments + [r for top in article.comments for r in top.replies] if not c.shown]
    return [
        {"id": c.id, "parent": c.parent, "by": c.by or c.status, "at_ms": c.gone_at or None, "text": c.text}
        for c in sorted(lost, key=lambda c: c.id)
    ]
