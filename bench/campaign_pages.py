"""The pages of the synthetic campaign as Naver's and Daum's servers give them: invented words, votes that move between looks.

Every page is another one: texts, times and accounts are each comment's own, and some 13 % of the votes move from look to look.
"""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from bench.campaign import HOUR, MINUTE, PAGE, VANISH, Planned
from spiders.naver.urls import object_id

CHANGED = 0.13  # of the sightings show other votes than the one before (measured in a simulation: 13.4 %)
ATTACKED = 40  # one in so many articles of 100 comments and more is attacked: a macro votes for some of its comments
KST = timezone(timedelta(hours=9))
CLIENT = "bench-client-id"
_OUTLETS = (
    "001",
    "003",
    "009",
    "015",
    "018",
    "020",
    "022",
    "023",
    "025",
    "028",
    "032",
    "056",
    "079",
    "081",
    "214",
    "277",
    "421",
)
_NULL = (
    *("replyPreviewNo", "replyList", "imageList", "imagePathList", "imageWidthList", "imageHeightList", "exposedUserIp"),
    *("mentions", "toUser", "categoryImage", "levelCode", "grades", "metaInfo", "extension", "translation", "report"),
    *("spamInfo", "userHomepageUrl", "serviceId", "profileUserId", "snsList", "audioInfoList", "stickerId", "sticker"),
)
_FALSE = (
    *("hideReplyButton", "mine", "best", "sympathy", "antipathy", "middleBlindReport", "defamation", "managerLike"),
    *("manager", "userBlocked", "secret", "validateBanWords", "virtual", "anonymous", "hiddenByCleanbot", "deleted"),
    *("blindReport", "blind", "exposeByCountry"),
)


class Words:
    """Invented Korean: 3,000 words, texts as long as real comments of 2018 (median 40 characters, mean 59)."""

    def __init__(self, seed: int) -> None:
        chance = random.Random(seed)
        syllables = [chr(0xAC00 + chance.randrange(11_172)) for _ in range(400)]
        self._words = ["".join(chance.choices(syllables, k=chance.choice((2, 2, 3, 4)))) for _ in range(3_000)]
        self._words += ["ㅋㅋㅋ", "\\n", "ㅠㅠ", '\\"', "1", "2018", "MB", "...", "!!"] * 12  # as they stand in JSON
        self._chance = chance

    def text(self) -> str:
        """One comment, escaped for JSON."""
        length = min(300, int(self._chance.lognormvariate(3.69, 0.88)) + 2)
        return " ".join(self._chance.choices(self._words, k=length // 4 + 1))

    def title(self) -> str:
        """A headline."""
        return " ".join(self._chance.choices(self._words[:3000], k=7))


class Comments:
    """The comments of one article as they stand: votes, and each row's JSON."""

    def __init__(self, article: Planned, words: Words) -> None:
        self.article, self._words = article, words
        self._chance = random.Random(article.number)
        self.likes: list[int] = []
        self.dislikes: list[int] = []
        self._shown: list[int] = []  # the comments that are not taken away, in the order of time
        self._heads: list[bytes] = []
        self._rows: list[bytes] = []
        self.key = _key(article)
        self._attacked = article.size >= PAGE and article.number % ATTACKED == 0
        self._targets: list[int] = []

    def until(self, at: int) -> None:
        """Lets come, vote and vanish what does by then."""
        age, size = at - self.article.born, len(self._heads)
        for n in range(size, self.article.come(age)):
            self._heads.append((_naver_head if self.article.source == "naver" else _daum_head)(self, n, self._words.text()))
            self.likes.append(int(self._chance.paretovariate(1.1)) - 1 if n % 3 else 0)
            self.dislikes.append(0)
            self._rows.append(b"")
            self._shown.append(n)
            self._render(n)
        if self._attacked and HOUR < age < 4 * HOUR and self._shown:
            self._targets = self._targets or self._chance.sample(self._shown, min(8, len(self._shown)))
            for n in self._targets:
                self.likes[n] += self._chance.randrange(5, 60)
                self._render(n)

    def vote(self, page: list[int]) -> None:
        """Moves some votes of the comments on a page that is looked at."""
        for n in page:
            if self._chance.random() < CHANGED:
                if self._chance.random() < 0.7:
                    self.likes[n] += int(self._chance.paretovariate(1.3))
                else:
                    self.dislikes[n] += 1
                self._render(n)

    def vanish(self) -> None:
        """Takes some away for good."""
        gone = {n for n in self._shown if n % VANISH == VANISH // 2 and self._chance.random() < 0.05}
        self._shown = [n for n in self._shown if n not in gone] if gone else self._shown

    def order(self, sort: str) -> list[int]:
        """The comments in the order of a sort."""
        if sort in ("NEW", "LATEST"):
            return self._shown[::-1]
        net = [a - b for a, b in zip(self.likes, self.dislikes, strict=True)]
        return sorted(self._shown, key=net.__getitem__, reverse=True)

    def _render(self, n: int) -> None:
        likes, dislikes = self.likes[n], self.dislikes[n]
        if self.article.source == "naver":
            self._rows[n] = self._heads[n] + b'"sympathyCount":%d,"antipathyCount":%d}' % (likes, dislikes)
        else:
            votes = b'"likeCount":%d,"dislikeCount":%d,"recommendCount":%d}' % (likes, dislikes, likes - dislikes)
            self._rows[n] = self._heads[n] + votes

    def body(self, page: list[int], sort: str, first: int) -> bytes:
        """The JSON of one page that begins at that place (from 0)."""
        rows = b",".join([self._rows[n] for n in page])
        if self.article.source == "daum":
            return b"[" + rows + b"]"
        total = len(self._shown)
        pages = -(-total // PAGE)
        number = first // PAGE + 1
        counts = (
            f'"count":{{"comment":{total},"reply":0,"exposeCount":{total},"delCommentByUser":{len(self._heads) - total},'
            f'"delCommentByMon":0,"blindCommentByUser":0,"blindReplyByUser":0,"total":{total}}}'
        )
        model = (
            f'"pageModel":{{"page":{number},"pageSize":100,"indexSize":10,"startRow":{first + 1},"endRow":{first + len(page)},'
            f'"totalRows":{total},"startIndex":0,"totalPages":{pages},"firstPage":1,"prevPage":{number - 1},'
            f'"nextPage":{number + 1 if number < pages else 0},"lastPage":{pages}}}'
        )
        return (
            b'{"success":true,"code":"1000","message":"ok","lang":"ko","country":"KR","result":{"commentList":['
            + rows
            + f'],{model},"exposureConfig":{{"reason":null,"status":"COMMENT_ON"}},{counts},"listStatus":"all","sort":"{sort}",'
            f'"bestList":[]}},"date":"2018-01-01T00:00:00+0000"}}'.encode()
        )


def _key(article: Planned) -> str:
    if article.source == "daum":
        return f"{datetime.fromtimestamp(article.born / 1000, KST):%Y%m%d%H%M%S}{article.number % 1000:03}"
    return f"{_OUTLETS[article.number % len(_OUTLETS)]}/{9_000_000 + article.number:010}"


def _stamp(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms / 1000, KST):%Y-%m-%dT%H:%M:%S+0900}"


def _written(comments: Comments, n: int) -> tuple[int, str, int]:
    """Number, time and writer of a comment: one in two people writes again."""
    article = comments.article
    age = int(n / max(1, article.size) * 4 * HOUR) + n % 60 * 1000 + MINUTE
    identity = 1_100_000_000 + article.number * 16_384 + n
    return identity, _stamp(article.born + age), identity * 2_654_435_761 % 700_001


_REST = json.dumps(dict.fromkeys(_NULL) | dict.fromkeys(_FALSE, False), separators=(",", ":"))[1:-1]


def _naver_head(comments: Comments, n: int, text: str) -> bytes:
    identity, when, who = _written(comments, n)
    gmt = when.replace("+0900", "+0000")
    return (
        f'{{"ticket":"news","objectId":"{object_id(comments.key)}","categoryId":"*","templateId":"view_politics",'
        f'"commentNo":{identity},"parentCommentNo":{identity},"replyLevel":1,"replyCount":{n % 17 // 15},'
        f'"replyAllCount":{n % 17 // 15},"imageCount":0,"commentType":"txt","sortValue":{identity},"contents":"{text}",'
        f'"userIdNo":"{who:05x}{who % 977:03x}","idNo":"{who:05x}{who % 977:03x}","lang":"ko","country":"KR","idType":"naver",'
        f'"idProvider":"naver","userName":"us{who % 1296:03x}****","userProfileImage":"https://profile.example/{who:x}.png",'
        f'"profileType":"naver","modTime":"{when}","modTimeGmt":"{gmt}","regTime":"{when}","regTimeGmt":"{gmt}","status":0,'
        f'"userStatus":0,"open":true,"score":0.0,"visible":true,"expose":true,"containText":true,'
        f'"maskedUserId":"us{who % 1296:03x}****","maskedUserName":"us****",{_REST},'
    ).encode()


def _daum_head(comments: Comments, n: int, text: str) -> bytes:
    identity, when, who = _written(comments, n)
    article = comments.article
    return (
        f'{{"id":{identity},"userId":-{who},"postId":{post_id(article)},"forumId":-99,"parentId":0,"type":"COMMENT","status":"S",'
        f'"flags":0,"rating":0,"content":"{text}","createdAt":"{when}","updatedAt":"{when}","childCount":{n % 17 // 15},'
        f'"screenedByKeeper":false,"user":{{"id":-{who},"status":"S","icon":"https://profile.example/{who:x}",'
        f'"providerId":"DAUM","displayName":"이름{who % 90_001}","commentCount":{who % 3000},"providerUserId":"","flags":0,'
        '"roles":"","username":"","url":"","description":"","title":"","type":""},'
    ).encode()


def post_id(article: Planned) -> int:
    """The number of the article's thread at Daum."""
    return 144_000_000 + article.number


def article_page(article: Planned, key: str, words: Words) -> bytes:
    """A short article of the source's layout, as its parser reads it."""
    title, when = words.title(), datetime.fromtimestamp(article.born / 1000, KST)
    body = "".join(f'<p dmcf-pid="p{n}" dmcf-ptype="general">{words.title()}</p>' for n in range(3))
    if article.source == "daum":
        return (
            f'<!doctype html><html lang="ko"><head><meta charset="utf-8"><meta property="og:title" content="{title}">'
            f'<meta property="og:regDate" content="{when:%Y%m%d%H%M%S}"></head><body><div id="harmonyContainer"><section>{body}'
            f'</section></div><div id="alex-area" data-post-id="@{key}" data-client-id="{CLIENT}"></div></body></html>'
        ).encode()
    option: dict[str, Any] = {"sObjectId": object_id(key), "sTicket": "news", "sSort": "FAVORITE"}
    return (
        f'<!doctype html><html lang="ko"><head><meta charset="utf-8"><meta property="og:title" content="{title}"></head><body>'
        f'<h2 id="title_area"><span>{title}</span></h2>'
        f'<span class="_ARTICLE_DATE_TIME" data-date-time="{when:%Y-%m-%d %H:%M:%S}">'
        f'</span><article id="dic_area">{body}</article><script>window.__htCboxOption = {json.dumps(option)};</script>'
        '<div id="cbox_module"></div></body></html>'
    ).encode()


def utc(ms: int) -> str:
    """A server's Date header."""
    return f"{datetime.fromtimestamp(ms / 1000, UTC):%a, %d %b %Y %H:%M:%S GMT}"
