"""The hosts of Nate Pann, UTF-8. Behind the last page of comments the last one comes again, as public notes say."""

from __future__ import annotations

from html import escape
from urllib.parse import parse_qsl

from .answers import HTML, TEXT, Answer, Question, answer
from .nate import alert, lines, stamp
from .nate_population import best, listed, mark
from .things import Article, Comment
from .world import World

HOSTS = ("pann.nate.com", "m.pann.nate.com")
SIZE, REPLIES, RANKED, HITS = 20, 5, 50, 10  # on one page
PAGING = True  # whether a page of comments says how many pages there are
DATE = "%Y.%m.%d %H:%M"


class Pann:
    """Answers questions to the hosts of Pann from a world."""

    def __init__(self, world: World) -> None:
        self.world = world

    def answer(self, question: Question) -> Answer:
        """Answer one question."""
        with self.world.lock:
            page = self._page(question)
        return answer("Not Found", TEXT, 404) if page is None else answer(page, HTML)

    def _page(self, question: Question) -> str | None:
        query = question.query
        match question.method, question.host, question.path.strip("/").split("/"):
            case "POST", "pann.nate.com", ["talk", "reply", "load"]:
                form = dict(parse_qsl(question.body.decode(), keep_blank_values=True))
                return self._comments(question, self._find(form["pann_id"]), int(form["page"]))
            case "GET", "m.pann.nate.com", ["talk", "reply", "view"]:
                return self._mobile(self._find(query["pann_id"]), int(query["page"]))
            case "GET", "m.pann.nate.com", ["talk", "reply", "subReply"]:
                return self._replies(int(query["prts_reply_id"]), int(query["rPage"]))
            case "GET", "pann.nate.com", ["talk", "ranking", *_]:
                return self._ranking(int(query.get("page", "1")))
            case "GET", "pann.nate.com", ["talk", key]:
                return self._post(question, self._find(key))
            case "GET", "pann.nate.com", ["search", "talk"]:
                return self._search(question)
        return None

    def _find(self, key: str) -> Article | None:
        found = next((each for each in self.world.on("pann") if each.id == key), None)
        return None if found is None or found.removed else found

    def _post(self, question: Question, article: Article | None) -> str:
        if article is None:
            return alert("삭제되었거나 존재하지 않는 게시물입니다.")
        if "foreign" in question.twists:
            article = next(each for each in self.world.on("pann") if each is not article)
        votes = article.reactions
        box = (
            "<div class='btnbox {0}'><button type='button'>{1}</button>"
            "<span class='count'><em>{1}수</em><span>{2:,}</span></span></div>"
        )
        number = f"{len(listed(article, 'oldest')):,}"
        chosen = "".join(self._item(c, "beple_content_area_") for c in best(article))
        return f"""<!doctype html><html><head><meta charset="utf-8">
<meta property="og:url" content="https://pann.nate.com/talk/{article.id}"></head><body>
<span class="location"><a href="/">홈</a><a href="/talk/c20038">세상에이런일이</a></span>
<div class="post-tit-info"><h1>{escape(article.title)}</h1><div class="info"><a class="writer">글쓴이</a>
<span class="date">{stamp(article.published, DATE)}</span>
<span class="count"><span class="tit">조회</span>{votes["views"]:,}</span></div></div>
<div class="posting"><div id="contentArea">{lines(article.text)}</div></div>
<div class="updown">{box.format("up", "추천", votes["likes"])}{box.format("down", "반대", votes["dislikes"])}</div>
<div id="bepleDiv"><div class="cmt_tit"><span class="num"><strong>{number}</strong>개의 댓글</span></div>
<div class="cmt_best">{chosen}</div></div><div class="cmt_list"></div></body></html>"""

    def _item(self, comment: Comment, name: str) -> str:
        dl = "" if "beple" in name else f" id='content_area_dl_{comment.id}'"  # a best one has no number of its own
        text = f"<dd id='{name}{comment.id}' class='usertxt'><span>{{}}</span></dd>"
        if (said := mark(comment)) is not None:
            return f"<dl class='cmt_item f_line'{dl}>{text.format(said)}</dl>"
        name, answers = escape(comment.account.name), len(comment.shown_replies())
        return f"""<dl class='cmt_item f_line'{dl}><dt><span class='nameui' title='{name}'>{name}</span>
<i>{stamp(comment.created, DATE)}</i></dt><dd class='opinion'><dl><dd class='n_good'>{comment.likes:,}</dd>
<dd class='n_bad'>{comment.dislikes:,}</dd></dl></dd>{text.format(lines(comment.text))}
<dd class='reples'><a class='cmtsum'>답글 <em>{answers}</em>개</a></dd></dl>"""

    def _comments(self, question: Question, article: Article | None, page: int) -> str:
        if article is None or not article.readable:
            return alert("댓글을 볼 수 없는 게시물입니다.")
        found = listed(article, "oldest")
        last = max(1, -(-len(found) // SIZE))
        page = 1 if "repeat_page" in question.twists else min(page, last)
        shown = [] if "no_rows" in question.twists else found[(page - 1) * SIZE : page * SIZE]
        numbers = "".join(f"<a href='#' onclick='go({n})'>{n}</a>" for n in range(1, last + 1) if PAGING)
        items = "".join(self._item(c, "content_area_") for c in shown)
        return f"<div class='cmt_list'>{items}</div><div class='paginate-reple'>{numbers}</div>"

    def _mobile(self, article: Article | None, page: int) -> str:
        if article is None or not article.readable:
            return alert("댓글을 볼 수 없는 게시물입니다.")
        found = listed(article, "newest")
        return self._phone([(c, f"pann_id={article.id}&amp;prts_reply_id={c.id}") for c in found], page, SIZE, "", "")

    def _replies(self, parent: int, page: int) -> str:
        above = self.world.comment(parent)
        return self._phone([(c, "") for c in above.shown_replies()], page, REPLIES, " class='r-reply'", "em")

    def _phone(self, found: list[tuple[Comment, str]], page: int, size: int, kind: str, tag: str) -> str:
        last = max(1, -(-len(found) // size))
        page = min(page, last)
        items = []
        for comment, link in found[(page - 1) * size : page * size]:
            said = mark(comment)
            text = lines(comment.text) if said is None else said
            body = f"<{tag}>{text}</{tag}>" if tag else text
            head = (
                f"<dt><span>{escape(comment.account.name)}</span><em>{stamp(comment.created, DATE)}</em></dt>"
                if said is None
                else ""
            )
            answers = len(comment.shown_replies())
            more = f"<dd class='btn'><a href='/talk/reply/subReply?{link}'>답글 <em>{answers}</em></a></dd>" if link else ""
            items.append(f"<dl{kind}>{head}<dd class='userText'>{body}</dd>{more}</dl>")
        numbers = "".join(f"<a title='{n}페이지'>{n}</a>" for n in range(1, last + 1))
        return f"<div id='listDiv'>{''.join(items)}</div><div class='paging panel_last'>{numbers}</div>"

    def _search(self, question: Question) -> str:
        query, page = question.query.get("q", ""), int(question.query.get("page", "1"))
        posts = [each for each in self.world.on("pann") if not each.removed]
        found = [a for a in posts if all(word in a.title + a.text for word in query.split())]
        found = posts if "ignore_query" in question.twists else found
        items = "".join(
            f"<li><div class='tit'><a class='subject' href='/talk/{a.id}'>{escape(a.title)}</a></div><div class='txt'>"
            f"{escape(a.text[:80])}</div><span class='writer'>글쓴이</span>"
            f"<span class='date'>{stamp(a.published, '%y.%m.%d %H:%M')}</span></li>"
            for a in found[(page - 1) * HITS : page * HITS]
        )
        more = f"<a href='/search/talk?q={query}&amp;page={page + 1}'>{page + 1}</a>" if len(found) > page * HITS else ""
        return f"<div class='srcharea'><ul class='s_list'>{items}</ul></div><div class='paginate'>{more}</div>"

    def _ranking(self, page: int) -> str:
        everything = sorted(self.world.on("pann"), key=lambda a: -a.reactions["likes"])
        items = "".join(
            f"<li><div class='rankNum'><span>{n}</span></div><dl><dt><h2><a href='/talk/{a.id}' title='{escape(a.title)}'>"
            f"{escape(a.title)}</a></h2><span class='reple-num'>({len(listed(a, 'oldest')):,})</span></dt><dd class='info'>"
            f"<span class='count'>조회 {a.reactions['views']:,}</span>"
            f"<span class='rcm'>추천 {a.reactions['likes']:,}</span></dd></dl></li>"
            for n, a in list(enumerate(everything, 1))[(page - 1) * RANKED : page * RANKED]
        )
        more = f"<a href='/talk/ranking/d?page={page + 1}'>{page + 1}</a>" if len(everything) > page * RANKED else ""
        return f"<div class='cntList'><ul class='post_wrap'>{items}</ul></div><div class='paginate'>{more}</div>"
