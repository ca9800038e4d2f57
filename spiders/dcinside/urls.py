"""DC Inside's URLs: built and recognised. A post's key is the kind of its gallery, its gallery and its number:
`minor/aoegame/2870402`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from crawler.addresses import asked, host_and_path

GALL = "https://gall.dcinside.com"
COMMENTS = f"{GALL}/board/comment/"  # of every kind of gallery, by POST (C)
PATHS = {"main": "/board", "minor": "/mgallery/board", "mini": "/mini/board", "person": "/person/board"}  # kind: its pages
GALLTYPES = {"main": "G", "minor": "M", "mini": "MI", "person": "PR"}  # the site's own names (C; PR [?])
_KINDS = {path: kind for kind, path in PATHS.items()}
_PAGE = re.compile("(/(?:mgallery/|mini/|person/)?board)/(view|lists)/?")
_SHORT = re.compile("/(?:(m|mini|person)/)?([A-Za-z0-9_]{2,40})/([0-9]{1,12})/?")
_SHORTS = {None: "main", "m": "minor", "mini": "mini", "person": "person"}
_GALLERY, _NUMBER = re.compile("[A-Za-z0-9_]{2,40}"), re.compile("[0-9]{1,12}")
_HOSTS = ("gall.dcinside.com", "enter.dcinside.com")


def article_key(url: str) -> str | None:
    """The key in a post's URL; None for any other URL, also for a phone's, which does not say the kind of the gallery."""
    host, path = host_and_path(url)
    if host not in _HOSTS:
        return None
    if (page := _PAGE.fullmatch(path)) is None:
        short = _SHORT.fullmatch(path)
        return f"{_SHORTS[short[1]]}/{short[2]}/{short[3]}" if short and short[2] != "board" else None
    query = asked(url)
    gallery, number = query.get("id", ""), query.get("no", "")
    known = page[2] == "view" and _GALLERY.fullmatch(gallery) and _NUMBER.fullmatch(number)
    return f"{_KINDS[page[1]]}/{gallery}/{number}" if known else None


def article_url(key: str) -> str:
    """The post's page."""
    kind, gallery, number = key.split("/")
    return f"{GALL}{PATHS[kind]}/view/?" + urlencode({"id": gallery, "no": number})


def comments_form(key: str, page: int, hidden: Mapping[str, str]) -> dict[str, str]:
    """What is posted for a page of comments (C); `hidden` are the hidden inputs of the post's page, by their names."""
    kind, gallery, number = key.split("/")
    return {
        "id": gallery,
        "no": number,
        "cmt_id": gallery,
        "cmt_no": number,
        "focus_cno": "",
        "focus_pno": "",
        "e_s_n_o": hidden.get("e_s_n_o", ""),
        "comment_page": str(page),
        "sort": "D",
        "prevCnt": "",
        "board_type": hidden.get("board_type", ""),
        "_GALLTYPE_": hidden.get("_GALLTYPE_") or GALLTYPES[kind],
        "secret_article_key": hidden.get("secret_article_key", ""),
    }


def list_page(url: str) -> str | None:
    """The page kind of a gallery's list, or of a search in it; None for any other URL."""
    host, path = host_and_path(url)
    page, query = _PAGE.fullmatch(path), asked(url)
    if host not in _HOSTS or page is None or page[2] != "lists" or not _GALLERY.fullmatch(query.get("id", "")):
        return None
    return "dcinside.gallery_search" if query.get("s_keyword") else "dcinside.list"


def list_url(first: str, page: int) -> str:
    """A page of a list (or of one step of a search) that begins at `first`, whatever page and host that names."""
    path, query = host_and_path(first)[1], {name: value for name, value in asked(first).items() if name != "page"}
    return f"{GALL}{path.rstrip('/')}/?" + urlencode(query | ({"page": str(page)} if page > 1 else {}))


def search_url(query: str, page: int) -> str:
    """A page of the search in all galleries, newest first. Its words are UTF-8 with `.` in the place of `%` (C)."""
    ours = (chr(byte) if chr(byte).isascii() and chr(byte).isalnum() else f".{byte:02X}" for byte in query.encode())
    return f"https://search.dcinside.com/post/p/{page}/sort/latest/q/{''.join(ours)}"


def gallery(url: str) -> tuple[str, str]:
    """Kind and name of the gallery of a list or post."""
    page = _PAGE.fullmatch(host_and_path(url)[1])
    return (_KINDS[page[1]] if page else "", asked(url).get("id", ""))


def label(url: str) -> str:
    """What a list is called in the archive: `main programming`, `minor aoegame recommend`, with a head where one is chosen."""
    query = asked(url)
    mode = query.get("exception_mode", "").removeprefix("all")
    return " ".join(filter(None, (*gallery(url), mode, query.get("search_head"))))


def position(url: str) -> int | None:
    """Where a step of a search begins: `search_pos`, minus a post's number; None where the URL has none."""
    text = asked(url).get("search_pos", "")
    return int(text) if re.fullmatch("-[0-9]{1,12}", text) else None
