"""Counts without lists: how many comments many articles have, and the reactions to an article."""

from __future__ import annotations

import itertools
import re
from typing import Any
from urllib.parse import parse_qs

from . import naver_rows
from .answers import JSON, Answer, Question, answer
from .naver_asked import SCRIPT
from .naver_rows import compact
from .things import Article
from .world import World

OBJECTS = itertools.count(0x407B2EE9)
ASKED = re.compile(r"([A-Z_]+(?:-[A-Z]+)?)\[([^\]]*)\]")
WORDS = {
    "useful": "쏠쏠정보",
    "wow": "흥미진진",
    "touched": "공감백배",
    "analytical": "분석탁월",
    "recommend": "후속강추",
    "like": "좋아요",
    "warm": "훈훈해요",
    "sad": "슬퍼요",
    "angry": "화나요",
    "want": "후속기사원해요",
    "cheer": "응원해요",
}


def list_count(world: World, question: Question) -> Answer:
    """The counts of all objects that the address names, each as `objectId=`; unknown ones have zeros."""
    names = parse_qs(question.target.partition("?")[2]).get("objectId", [])
    with world.lock:
        if "no_rows" in question.twists:
            names = []
        if "foreign" in question.twists:
            names = [_other(world, name).hash for name in names]
        result = {name: _counted(world, name) for name in names}
    body = {"success": True, "code": "1000", "message": "요청을 성공적으로 처리하였습니다.", "lang": "ko", "country": "KR"}
    return answer(compact(body | {"result": result, "date": naver_rows.gmt(world.now)}), JSON)


def _counted(world: World, name: str) -> dict[str, Any]:
    article = _find(world, name)
    on = article is not None and article.readable
    counts = naver_rows.count(article, False, "2022") if article is not None and on else None
    return {
        "comment": counts["comment"] if counts else 0,
        "reply": counts["reply"] if counts else 0,
        **dict.fromkeys(("delCommentByUser", "delCommentByMon", "blindCommentByUser", "blindReplyByUser")),
        "exposureConfig": {"reason": None, "status": "COMMENT_ON" if on or article is None else "COMMENT_OFF"},
        "count": counts["total"] if counts else 0,
    }


def _other(world: World, name: str) -> Article:
    """Another article than the one of this name."""
    return next(a for a in world.on("naver") if a is not _find(world, name))


def _find(world: World, name: str) -> Article | None:
    try:
        found = world.article(name)
    except KeyError:
        return None
    return found if found.naver else None


def reactions(world: World, question: Question) -> Answer:
    """What people felt: of every `SERVICE[id]` in `q`. A reaction that nobody chose is left out."""
    with world.lock:
        wanted = ASKED.findall(question.query.get("q", ""))
        if "foreign" in question.twists:
            others = [_other(world, "/".join(name.removeprefix("ne_").split("_"))) for _, name in wanted]
            wanted = [("NEWS", f"ne_{a.id.replace('/', '_')}") for a in others]
        contents = [_content(world, service, name) for service, name in wanted]
    body = compact({"contents": contents})
    callback = question.query.get("callback")
    return answer(f"/**/\n{callback}({body});\n", SCRIPT) if callback else answer(body, JSON)


def _content(world: World, service: str, name: str) -> dict[str, Any]:
    pieces = name.split("(")[0].removeprefix("ne_").split("_")
    article = _find(world, "/".join(pieces)) if len(pieces) == 2 else None
    counts = {"cheer": 12} if service == "JOURNALIST" else article.reactions if article else {}
    if service.endswith("_MAIN"):
        counts = {"like": counts.get("like", 0) + counts.get("recommend", 0)} if article else {}
    rows = [_reaction(kind, count) for kind, count in counts.items() if count]
    return {
        "serviceId": service,
        "contentsId": name.split("(")[0],
        "isDisplay": True,
        "categoryId": None,
        "countType": "PERIOD" if service == "JOURNALIST" else "DEFAULT",
        "reactions": rows,
        # The names of the map are those of Java objects: others in every answer.
        "reactionMap": {f"com.naver.react.core.nbasearc.common.ReactionType@{next(OBJECTS):x}": row for row in rows},
        "reactionTextMap": {"ko": {kind: WORDS[kind] for kind in counts}},
        "isLogin": False,
        "customized": False,
        "differentPlatform": False,
    }


def _reaction(kind: str, count: int) -> dict[str, Any]:
    code = {"name": kind, "messageCode": f"reaction.type.{kind}", "description": WORDS[kind]}
    return {"reactionType": kind, "count": count, "isReacted": False, "periodUser": None, "reactionTypeCode": code}
