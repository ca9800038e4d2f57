"""The portal's own addresses (`/__...`, on any host): for tests and demos that run in another process."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .answers import JSON, Answer, Question, answer

if TYPE_CHECKING:
    from .server import Portal

VERBS = frozenset(
    {
        *("vote", "edit", "mark", "rename", "delete", "restore", "add_comment", "edit_article", "react"),
        *("close_pane", "talk_only", "open_pane", "set_pane", "remove_article", "expire_tokens"),
    }
)


def serve(portal: Portal, asked: Question) -> Answer:
    """Answer one of the portal's own addresses."""
    try:
        if asked.path == "/__control":
            if asked.method != "POST":
                return _json({"error": "POST a JSON object with `op`"}, 405)
            return _json({"ok": True, "result": _do(portal, json.loads(asked.body))})
        if asked.path == "/__truth":
            return _json(_events(portal, asked.query) if "events" in asked.query else _truth(portal, asked.query))
        if asked.path == "/__articles":
            return _json(_articles(portal))
        if asked.path == "/__requests":
            return _json(portal.requests)
        if asked.path == "/__clock":
            return _json({"now": _clock(portal, json.loads(asked.body)) if asked.method == "POST" else portal.world.now})
    except (KeyError, TypeError, ValueError, StopIteration) as error:
        return _json({"error": f"{type(error).__name__}: {error}"}, 400)
    return _json({"error": "no such address"}, 404)


def _json(value: object, status: int = 200) -> Answer:
    return answer(json.dumps(value, ensure_ascii=False), JSON, status)


def _clock(portal: Portal, order: dict[str, int]) -> int:
    """Set the clock, or put it forward; what is due happens at once."""
    with portal.world.lock:
        portal.world.now = int(order["now"]) if "now" in order else portal.world.now + int(order["advance"])
        portal.catch_up()
        return portal.world.now


def _truth(portal: Portal, query: dict[str, str]) -> list[dict[str, Any]]:
    """What can be read under an article; with `gone=1` what no longer can."""
    return (portal.world.gone if "gone" in query else portal.world.truth)(query["article"])


def _events(portal: Portal, query: dict[str, str]) -> list[dict[str, Any]]:
    """What the scenario did so far, from number `since` on; `kind`, `by`, `article` and `comment` choose among it."""
    if portal.scenario is None:
        raise ValueError("no scenario is played")
    rows = [{"number": number} | event.row() for number, event in enumerate(portal.scenario.truth())]
    wanted = {key: query[key] for key in ("kind", "by", "article", "comment") if key in query}
    return [row for row in rows[int(query.get("since", 0)) :] if all(str(row[k]) == v for k, v in wanted.items())]


def _articles(portal: Portal) -> list[dict[str, Any]]:
    with portal.world.lock:
        return [
            {
                "id": article.id,
                "hash": article.hash,
                "post": article.post,
                "site": article.site,
                "url": article.url,
                "title": article.title,
                "press": article.press,
                "pane": article.pane,
                "removed": article.removed,
                "comments": len(portal.world.truth(article)),
            }
            for article in portal.world.articles
        ]


def _do(portal: Portal, order: dict[str, Any]) -> object:
    """Carry out an order: a verb of the world with its arguments by name, or one of the portal."""
    verb = order.pop("op")
    if verb in VERBS:
        return getattr(portal.world, verb)(**order)
    if verb == "set_now":  # null means real time again
        portal.world.now = order["now"]
    elif verb == "fault":
        portal.faults.set(order.pop("path"), order.pop("fault"), **order)
    elif verb == "clear_faults":
        portal.faults.clear()
    elif verb == "robots":
        portal.robots[order["host"]] = (order.get("status", 200), order.get("body", ""))
    elif verb == "close_robots":
        portal.close_robots(*order.get("hosts", ()))
    elif verb == "forget_requests":
        portal.forget_requests()
    else:
        raise ValueError(f"no such op: {verb}")
    return None
