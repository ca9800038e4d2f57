"""URLs of what lists articles: search, sections, rankings, presses, sports and entertainment, and what each is called."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import urlencode

from crawler.addresses import host_and_path
from spiders.naver.urls import MORE, asked

NEWS = "https://news.naver.com"
_NSO = {"0": "r", "1": "dd", "2": "da"}  # C: by relevance, newest first, oldest first


def _day(day: date | None) -> dict[str, str]:
    return {"date": f"{day:%Y%m%d}"} if day else {}


def section_url(sid: str, sid2: str | None = None, day: date | None = None) -> str:
    """The first page of a section; with `sid2` of a part of it, which also knows days (C)."""
    path = f"/breakingnews/section/{sid}/{sid2}" if sid2 else f"/section/{sid}"
    return NEWS + path + ("?" + urlencode(_day(day)) if day else "")


def section_more_url(sid: str, sid2: str | None, day: date | None, page: int, cursor: str) -> str:
    """A further page of a section. C: without the cursor the first page comes again, without a Referer an empty one."""
    name = "SECTION_ARTICLE_LIST_FOR_LATEST" if sid2 else "SECTION_ARTICLE_LIST"
    query = {"sid": sid, "sid2": sid2 or "", "cluid": "", "pageNo": str(page), "date": "", **_day(day), "next": cursor}
    return f"{NEWS}{MORE}{name}?{urlencode(query)}"


def old_list_url(sid: str, sid2: str, day: date, page: int = 1) -> str:
    """A section's list of before 2024-02, in EUC-KR; beyond the last page the last one comes again (C)."""
    query = {"mode": "LS2D", "mid": "shm", "sid1": sid, "sid2": sid2, **_day(day), "page": str(page)}
    return f"{NEWS}/main/list.naver?{urlencode(query)}"


def ranking_url(by: str = "Day", day: date | None = None) -> str:
    """The ranking of each press: by views (`Day`) or comments (`Memo`)."""
    return f"{NEWS}/main/ranking/popular{by}.naver" + ("?" + urlencode(_day(day)) if day else "")


def press_url(oid: str, by: str = "comment", day: date | None = None) -> str:
    """One press's ranking: by `comment` or `popular`."""
    return f"https://media.naver.com/press/{oid}/ranking?" + urlencode({"type": by, **_day(day)})


def service_list_url(name: str, section: str, day: date, page: int = 1, size: int = 100) -> str:
    """A list of sports (`kbaseball`, `general`, ...) or entertainment (`221`, `224`, ...) articles (C)."""
    query = {"sort": "latest", **_day(day), "page": str(page), "pageSize": str(size)}
    if name == "sports":
        return f"https://api-gw.sports.naver.com/news/articles/{section}?{urlencode(query | {'isPhoto': 'N'})}"
    return "https://api-gw.entertain.naver.com/news/articles?" + urlencode(query | {"sid": section})


def service_ranking_url(name: str, day: date) -> str:
    """The most viewed sports or entertainment articles (C)."""
    path = "news/rankings/popular" if name == "sports" else "ranking/most-viewed"
    return f"https://api-gw.{name}.naver.com/{path}?{urlencode(_day(day))}"


def api_url(query: str, start: int = 1, *, display: int = 100, sort: str = "date", hub: bool = False) -> str:
    """The official search; `hub` is its host since 2026. It reaches 1,000 + 99 hits and knows no dates."""
    where = "naverapihub.apigw.ntruss.com/search/v1/news" if hub else "openapi.naver.com/v1/search/news.json"
    return f"https://{where}?" + urlencode({"query": query, "display": display, "start": start, "sort": sort})


def search_url(query: str, since: date | None = None, until: date | None = None, *, sort: str = "1", start: int = 1) -> str:
    """The first page of a search, by days; the answer names the next one (C; at most some 2,000 hits a query)."""
    fields = {"ssc": "tab.news.all", "query": query, "sort": sort, "start": str(start), "field": "0", "photo": "0"}
    span = "p:all"
    if since and until:
        fields |= {"pd": "3", "ds": f"{since:%Y.%m.%d}", "de": f"{until:%Y.%m.%d}"}
        span = f"p:from{since:%Y%m%d}to{until:%Y%m%d}"
    fields["nso"] = f"so:{_NSO[sort]},{span},a:all"
    return "https://s.search.naver.com/p/newssearch/3/api/tab/more?" + urlencode(fields)


def is_search(url: str) -> bool:
    """Whether a URL is a further page of a news search, of any version (C: /3/ and /4/ were seen)."""
    host, path = host_and_path(url)
    return host == "s.search.naver.com" and re.fullmatch("/p/newssearch/[0-9]+/api/tab/more", path) is not None


_LISTS = (  # host, path, page kind
    ("news.naver.com", r"/section/[0-9]{3}|/breakingnews/section/[0-9]{3}/[0-9a-z]{3}", "naver.section"),
    ("news.naver.com", r"/main/list\.(?:nhn|naver)", "naver.section_old"),
    ("news.naver.com", r"/main/ranking/popular(?:Day|Memo)\.(?:nhn|naver)", "naver.ranking"),
    ("media.naver.com", r"/press/[0-9]{3}/ranking", "naver.press"),
    ("api-gw.sports.naver.com", r"/news/articles/[a-z0-9]+|/news/rankings/popular", "naver.sports_list"),
    ("api-gw.entertain.naver.com", r"/news/articles|/ranking/most-viewed", "naver.entertain_list"),
)


_SERVICES = ("naver.sports_list", "naver.entertain_list")


def list_page(url: str) -> str | None:
    """The page kind of a list's first page; None for any other URL."""
    host, path = host_and_path(url)
    return next((kind for where, form, kind in _LISTS if where == host and re.fullmatch(form, path)), None)


def following(first: str, page: int, said: dict[str, str]) -> str | None:
    """The page after `page` of the list that begins at `first`, by what that page said; None at the end."""
    kind, query = list_page(first), asked(first)
    if kind == "naver.section" and "next" in said:
        sid, _, sid2 = host_and_path(first)[1].partition("section/")[2].partition("/")
        return section_more_url(sid, sid2 or None, _read_day(query.get("date", "")), page + 1, said["next"])
    more = kind == "naver.section_old" and "next" in said
    if kind in _SERVICES:
        size = int(size) if (size := query.get("pageSize", "20")).isdigit() else 20
        more = page * min(size, 100) < int(said.get("total", "0"))  # C: beyond 100 is capped
    return f"{first.partition('?')[0]}?{urlencode({**query, 'page': str(page + 1)})}" if more else None


def is_endless(first: str) -> bool:
    """Whether a list has no natural end: a section, or sports, of no particular day."""
    return list_page(first) in ("naver.section", *_SERVICES) and "date" not in asked(first)


def _read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def label(url: str) -> str:
    """What a list is called in the archive: `section 102/249 20260918`, `press 421 comment 20260918`, ..."""
    host, path = host_and_path(url)
    query = asked(url)
    steps = [step for step in path.split("/") if step]
    if path.startswith(MORE):
        words = ["section", "/".join(filter(None, (query.get("sid"), query.get("sid2"))))]
    elif "section" in steps:
        words = ["section", "/".join(steps[steps.index("section") + 1 :])]
    elif host == "media.naver.com":
        words = ["press", "".join(steps[1:2]), query.get("type", "popular")]
    elif path.startswith("/main/list."):
        words = ["section", "/".join(filter(None, (query.get("sid1"), query.get("sid2"))))]
    elif path.startswith("/main/ranking/"):
        words = [steps[-1].partition(".")[0], query.get("rankingType", ""), query.get("sectionId", "")]
    else:
        words = [host.removeprefix("api-gw.").partition(".")[0], *steps[-1:], query.get("sid", "")]
    return " ".join(filter(None, (*words, query.get("date"))))
