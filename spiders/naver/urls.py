"""Naver's URLs: built and recognised. An article's key is `oid/aid`: three digits of the press, ten of the article."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawler.addresses import host_and_path

CBOX = "https://apis.naver.com/commentBox/cbox/web_naver_list_jsonp.json"  # R: 2021, 2022; C: 2016 to 2026
MORE = "/section/template/"
SERVICES = {  # C: where each kind of article is served; sports and entertainment since 2023 as an empty page and JSON
    **dict.fromkeys(("n.news.naver.com", "news.naver.com", "m.news.naver.com"), "news"),
    **dict.fromkeys(("m.sports.naver.com", "sports.news.naver.com", "sports.naver.com"), "sports"),
    **dict.fromkeys(("m.entertain.naver.com", "entertain.naver.com"), "entertain"),
    "api-gw.sports.naver.com": "sports",
    "api-gw.entertain.naver.com": "entertain",
}
_PATH = re.compile(r"(?:/[a-z0-9]+){0,2}/article/(?:comment/|newspaper/|print/)?([0-9]{3})/([0-9]{10})/?")
_READ = re.compile(r"(?:/[A-Za-z0-9]+)*/(?:read|rankingRead|readVod|news)(?:\.nhn|\.naver)?")
_KEY = re.compile("([0-9]{3})/([0-9]{10})")
_OBJECT = re.compile("news([0-9]{3}),([0-9]{10})")
_LIKE = re.compile("ne_([0-9]{3})_([0-9]{10})")


@lru_cache(maxsize=4096)  # a page's address is read several times, and in a rebuild again and again
def asked(url: str) -> Mapping[str, str]:
    """The query of a URL; of a field that is given twice the last value; {} for what is no URL."""
    return MappingProxyType(dict(_query(url)))


def every_asked(url: str, name: str) -> set[str]:
    """All values of one field of a URL's query."""
    return {value for field, value in _query(url) if field == name}


def _query(url: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(urlsplit(url).query, keep_blank_values=True)
    except ValueError:
        return []


def article_key(url: str) -> str | None:
    """The key in any of an article's URLs since 2016; None for any other URL."""
    host, path = host_and_path(url)
    if host not in SERVICES:
        return None
    if match := _PATH.fullmatch(path):
        return f"{match[1]}/{match[2]}"
    query = asked(url)
    key = f"{query.get('oid', '')}/{query.get('aid', '')}"
    return key if _READ.fullmatch(path) and _KEY.fullmatch(key) else None


def service(url: str) -> str | None:
    """Which of Naver's services a URL belongs to: news, sports or entertain; None for another host."""
    return SERVICES.get(host_and_path(url)[0])


def is_old_layout(url: str) -> bool:
    """Whether a URL is one of news.naver.com/main, served in EUC-KR."""
    host, path = host_and_path(url)
    return host == "news.naver.com" and path.startswith("/main/")


def _parts(key: str) -> tuple[str, str]:
    match = _KEY.fullmatch(key)
    if match is None:
        raise ValueError(f"{key!r} is no article key of Naver: write oid/aid, as in 001/0009845123")
    return match[1], match[2]


def article_url(key: str) -> str:
    """The article's page; the site leads from here to sports and entertainment."""
    return "https://n.news.naver.com/mnews/article/{}/{}".format(*_parts(key))


def comment_view_url(key: str) -> str:
    """The article's comment view: the Referer that the comment endpoint wants (C: without one it says 3999)."""
    return "https://n.news.naver.com/mnews/article/comment/{}/{}".format(*_parts(key))


def old_article_url(key: str) -> str:
    """The page of before 2022-04, in EUC-KR; today it redirects to the new one (C)."""
    oid, aid = _parts(key)
    return "https://news.naver.com/main/read.naver?" + urlencode({"oid": oid, "aid": aid})


def service_article_url(key: str, name: str) -> str:
    """The JSON of a sports or entertainment article (C)."""
    return f"https://api-gw.{name}.naver.com/news/article/" + "/".join(_parts(key))


def object_id(key: str) -> str:
    """The article's name in the comment service."""
    return "news{},{}".format(*_parts(key))


def object_key(name: str) -> str | None:
    """The article's key by its name in the comment service."""
    match = _OBJECT.fullmatch(name)
    return f"{match[1]}/{match[2]}" if match else None


def like_key(name: str) -> str | None:
    """The article's key by its name in the reaction service."""
    match = _LIKE.fullmatch(name)
    return f"{match[1]}/{match[2]}" if match else None


def comments_url(
    key: str, sort: str = "NEW", *, page: int = 1, cursor: str | None = None, parent: str | None = None, size: int = 100
) -> str:
    """A page of comments, or of the replies to `parent`, deleted ones as tombstones; `size` beyond 100 is capped silently."""
    query = {"ticket": "news", "pool": "cbox5", "lang": "ko", "country": "KR", "objectId": object_id(key), "sort": sort}
    query |= {"pageSize": str(size), "indexSize": "10", "listType": "OBJECT", "pageType": "more", "page": str(page)}
    query |= {"includeAllStatus": "true", "initialize": "false" if cursor else "true"}  # true adds config and notice (R)
    query |= {"parentCommentNo": parent} if parent else {}
    query |= {"moreParam.direction": "next", "moreParam.next": cursor} if cursor else {}
    return f"{CBOX}?{urlencode(query)}"


def counts_url(keys: Iterable[str]) -> str:
    """The comment counts of many articles (C: 33 in one call)."""
    fixed = [("resultType", "MAP"), ("ticket", "news"), ("lang", "ko"), ("country", "KR")]
    return "https://news.naver.com/api/comment/listCount.json?" + urlencode(
        fixed + [("objectId", object_id(key)) for key in keys]
    )


def reactions_url(keys: Iterable[str], name: str = "news") -> str:
    """The reactions to articles of one service: news, sports or entertain."""
    wanted = "|".join(f"{name.upper()}[ne_{'_'.join(_parts(key))}]" for key in keys)
    query = {"suppress_response_codes": "true", "q": wanted, "isDuplication": "false"}
    return f"https://{name}.like.naver.com/v1/search/contents?{urlencode(query)}"
