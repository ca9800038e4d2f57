"""One comment of Naver as JSON, and the counts of a list, with the fields of three eras.

`2021` and `2022` are as recorded; `now` has besides what public code of 2023 to 2026 shows (originalStatus among it).
What no recording has is marked U: the status of an operator's deletion, of a blinded comment, and stickers.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from .things import BLIND, CLEANBOT, Article, Comment, stamp

NOTHING = (
    *("replyPreviewNo", "replyList", "imageList", "imagePathList", "imageWidthList", "imageHeightList", "exposedUserIp"),
    *("mentions", "toUser", "categoryImage", "levelCode", "grades", "metaInfo", "extension", "translation", "report"),
    *("spamInfo", "userHomepageUrl", "serviceId", "profileUserId"),
)
NO = (
    *("hideReplyButton", "mine", "best", "sympathy", "antipathy", "middleBlindReport", "defamation", "managerLike"),
    *("manager", "userBlocked", "secret", "validateBanWords", "virtual", "anonymous"),
)
STATUS = {"": 0, "user": 1, "operator": 2, BLIND: 3}  # 0 and 1 recorded; 2 and 3: U


def compact(value: object) -> str:
    """JSON as the site sends it: no blanks, Hangul as it is."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def gmt(ms: int) -> str:
    """A moment in the second way the site writes it."""
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S%z")


def fate(written: Comment) -> str:
    """How a comment went, or nothing."""
    return written.by or "user" if written.deleted else BLIND if written.status == BLIND else ""


def state(written: Comment) -> tuple[Any, ...]:
    """All that can change in a comment: the same state gives the same JSON."""
    shown = len(written.shown_replies())
    counts = (written.likes, written.dislikes, shown, len(written.replies))
    return (written.text, written.status, written.deleted, written.by, written.gone_at, written.account.name, *counts)


def comment(article: Article, written: Comment, era: str) -> dict[str, Any]:
    """A comment, or the mark that a deleted one leaves: no words and no account key, but both times and the name."""
    assert article.naver is not None
    who, went = written.account, fate(written)
    number: int | str = written.id if era == "2021" else str(written.id)
    parent = written.parent or written.id
    changed = written.gone_at or written.created
    row: dict[str, Any] = {
        "ticket": "news",
        "objectId": article.naver.object_id,
        "categoryId": "*",
        "templateId": written.skin,
        "commentNo": number,
        "parentCommentNo": parent if era == "2021" else str(parent),
        "replyLevel": 2 if written.parent else 1,
        "replyCount": len(written.shown_replies()),
        "replyAllCount": len(written.replies),
        "imageCount": 0,
        "commentType": "sticker" if written.sticker else "txt",
        "stickerId": written.sticker,
        "sticker": _sticker(written.sticker),
        "sortValue": written.created,
        "contents": "" if went else written.text,
        "userIdNo": None if went else who.key,
        "idNo": None if went else who.key,
        "lang": "ko",
        "country": "KR",
        "idType": "naver",
        "idProvider": "naver",
        "userName": who.name,
        "userProfileImage": who.icon,
        "profileType": "naver",
        "modTime": stamp(changed),
        "modTimeGmt": gmt(changed),
        "regTime": stamp(written.created),
        "regTimeGmt": gmt(written.created),
        "sympathyCount": written.likes,
        "antipathyCount": written.dislikes,
        "status": STATUS[went],
        "userStatus": 0,
        "open": bool(who.status),
        "hiddenByCleanbot": written.status == CLEANBOT,
        "score": 0.0,
        "visible": not went,
        "deleted": written.deleted,
        "expose": not went,
        "exposeByCountry": written.id % 3 == 0,
        "blindReport": went == BLIND,
        "blind": went == BLIND,
        "containText": bool(written.text) and not went,
        "maskedUserId": who.name,
        "maskedUserName": f"{who.name[:2]}****",
    }
    row |= dict.fromkeys(NOTHING) | dict.fromkeys(NO, False)
    if era == "2021":
        return row | {"snsList": None, "audioInfoList": None}
    row |= {"ratings": None, "pick": False}
    if era == "now":
        row |= {"originalStatus": STATUS[went], "following": False, "chattingBridge": False, "serviceId": "news"}
        row |= {"attachmentList": [], "inspectionId": None, "reference": None}
    return row


def _sticker(name: str | None) -> dict[str, Any] | None:
    """U: no recording has one."""
    if name is None:
        return None
    return {"stickerId": name, "packName": name.rpartition("_")[0], "width": 185, "height": 160}


def count(article: Article, everything: bool, era: str) -> dict[str, Any]:
    """The `count` of a list: `comment` holds the marks of deleted ones only in a list of every status.

    Deletions by users are counted with those of replies: a recorded answer has 113 = 108 + 5 under 6 deletions.
    """
    tops = article.comments
    replies = [reply for top in tops for reply in top.replies]
    shown, answers = sum(c.shown for c in tops), sum(c.shown for c in replies)
    comments, under = (len(tops), len(replies)) if everything else (shown, answers)
    went = [fate(c) for c in [*tops, *replies]]
    made: dict[str, Any] = {
        "comment": comments,
        "reply": under,
        "exposeCount": shown,
        "delCommentByUser": went.count("user"),
        "delCommentByMon": went.count("operator"),
        "blindCommentByUser": sum(fate(c) == BLIND for c in tops),
        "blindReplyByUser": sum(fate(c) == BLIND for c in replies),
        "total": comments + under,
    }
    return made | {"fallback": False} if era == "now" else made


def graph(article: Article) -> dict[str, Any]:
    """Percentages by sex and age: only lists of at least a hundred comments have them."""
    weight = sum(map(ord, article.id))
    male = 40 + weight % 35
    ages = [2 + weight % 3, 9, 17 + weight % 5, 26, 29]
    shares = [*ages, 100 - sum(ages)]
    return {
        "gender": {"male": male, "female": 100 - male},
        "old": [{"age": f"{age}0" if age > 1 else "10", "value": share} for age, share in enumerate(shares, 1)],
    }
