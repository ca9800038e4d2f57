"""Naver Blog's URLs: built and recognised. A post's key is `blog/number`: the blog's id, and the post's number in it."""

from __future__ import annotations

import re
from urllib.parse import quote, urlencode

from crawler.addresses import asked, host_and_path

HOSTS = ("m.blog.naver.com", "blog.naver.com")
ERROR = "/MobileErrorView.naver"  # C: where the address of a post leads that is not there
CBOX = "https://apis.naver.com/commentBox/cbox/web_naver_list_json.json"  # C: 2023 to 2026
_PATH = re.compile("/([A-Za-z0-9_-]{2,50})/([0-9]{6,20})/?")
_BLOG = re.compile("/?([A-Za-z0-9_-]{2,50})/?")
_NUMBER = re.compile("[0-9]{6,20}")


def article_key(url: str) -> str | None:
    """The key in any of a post's URLs; None for any other URL."""
    host, path = host_and_path(url)
    if host not in HOSTS:
        return None
    if match := _PATH.fullmatch(path):
        return f"{match[1].lower()}/{match[2]}"
    query = asked(url)
    views = path in ("/PostView.naver", "/PostView.nhn")
    blog = _BLOG.fullmatch(query.get("blogId", "") if views else path)
    number = _NUMBER.fullmatch(query.get("logNo", ""))
    return f"{blog[1].lower()}/{number[0]}" if blog and number else None


def article_url(key: str) -> str:
    """The post's page for phones, which is served whole; the other is a frame around a page of its own."""
    return f"https://m.blog.naver.com/{quote(key, safe='/')}"


def object_id(blog_no: str, key: str) -> str:
    """The post's name in the comment service; `blog_no` is the number that the post's page gives of its blog."""
    return f"{blog_no}_201_{key.rpartition('/')[2]}"


def is_object_of(name: str, key: str) -> bool:
    """Whether a name in the comment service is that of this post: it has the post's number, and the blog's by another name."""
    blog_no, _, post = name.partition("_201_")
    return blog_no.isdecimal() and post == key.rpartition("/")[2]


def like_key(name: str) -> str | None:
    """The post's key by its name in the reaction service."""
    blog, _, number = name.rpartition("_")
    return f"{blog.lower()}/{number}" if blog and number else None


def comments_url(blog_no: str, key: str, page: int) -> str:
    """A page of 100 comments with their replies, as the post's own page asks for it (C)."""
    query = {"ticket": "blog", "templateId": "default", "pool": "blogid", "lang": "ko", "objectId": object_id(blog_no, key)}
    query |= {"groupId": blog_no, "listType": "OBJECT", "pageType": "more", "page": str(page), "pageSize": "100"}
    query |= {"indexSize": "10", "replyPageSize": "10", "showReply": "true", "initialize": "true", "useAltSort": "true"}
    return f"{CBOX}?{urlencode(query)}"


def sympathy_url(key: str) -> str:
    """The likes of a post (C: 2026)."""
    query = {"suppress_response_codes": "true", "pool": "blogid", "q": f"BLOG[{key.replace('/', '_')}]"}
    return f"https://apis.naver.com/blogserver/like/v1/search/contents?{urlencode(query | {'isDuplication': 'false'})}"
