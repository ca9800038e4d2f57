"""The hosts of Nate news, in EUC-KR: what its code page lacks is written as a number. The shapes are those of public notes."""

from __future__ import annotations

from datetime import datetime
from html import escape

from .answers import TEXT, Answer, Question, answer
from .nate_population import best, listed, mark
from .things import KST, Article, Comment
from .world import World

HOSTS = ("news.nate.com", "m.news.nate.com", "comm.news.nate.com", "m.comm.news.nate.com")
KIND = "text/html; charset=EUC-KR"
SIZE, RANKED, HITS = 20, 50, 10  # on one page: comments, articles of a ranking, hits
ORDERS = {"": "newest", "O": "likes", "X": "dislikes"}


def alert(text: str) -> str:
    """A page that is only a script, with status 200."""
    return f"<script type='text/javascript'>\nalert('{text}');\nhistory.back();\n</script>"


def lines(text: str) -> str:
    """A text in HTML."""
    return escape(text, quote=False).replace("\n", "<br>\n")


def stamp(ms: int, form: str) -> str:
    """A moment in Korean time."""
    return datetime.fromtimestamp(ms / 1000, KST).strftime(form)


class Nate:
    """Answers questions to the hosts of Nate news from a world."""

    def __init__(self, world: World) -> None:
        self.world = world

    def answer(self, question: Question) -> Answer:
        """Answer one question."""
        if question.method not in ("GET", "HEAD"):
            return answer("Method Not Allowed", TEXT, 405)
        with self.world.lock:
            page = self._page(question)
        return answer("Not Found", TEXT, 404) if page is None else answer(page.encode("cp949", "xmlcharrefreplace"), KIND)

    def _page(self, question: Question) -> str | None:
        query = question.query
        match question.host, [part.lower() for part in question.path.strip("/").split("/")]:
            case "news.nate.com" | "m.news.nate.com", ["view", key]:
                return self._article(question, key)
            case "comm.news.nate.com", ["comment", "articlecomment", "list"]:
                return self._list(question, self._find(query.get("artc_sq", "")))
            case "m.comm.news.nate.com", ["comment", "articlecomment", "list"]:
                found = self._find(query.get("artc_sq", ""))
                number = f"<h2>댓글 <em id='totalcnt'>{self._total(found):,}</em></h2><dl></dl>" if found else None
                return number or alert("잘못된 접근입니다.")
            case "m.comm.news.nate.com", ["comment", "articleemoticoncomment", "articleemoticonlist"]:
                found = self._find(query.get("artc_sq", ""))
                return f'({{"totalcount":"{found.reactions["likes"]}","list":[]}})' if found else None
            case "news.nate.com", ["search"]:
                return self._search(question)
            case "news.nate.com", ["rank", *_]:
                return self._ranking(question)
        return None

    def _find(self, key: str) -> Article | None:
        return next((each for each in self.world.on("nate") if each.id == key), None)

    def _total(self, article: Article) -> int:
        return len(listed(article, "newest")) + sum(len(c.shown_replies()) for c in listed(article, "newest"))

    def _article(self, question: Question, key: str) -> str:
        article = self._find(key)
        if article is None or article.removed:
            return alert("언론사의 요청으로 삭제된 기사입니다.")
        if "foreign" in question.twists:
            article = next(each for each in self.world.on("nate") if each is not article)
        off = "<div class='cmt_notice'>이 기사는 댓글을 제공하지 않습니다.</div>" if article.pane == "off" else ""
        return f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=euc-kr">
<meta property="og:title" content="{escape(article.title)}">
<meta property="og:url" content="https://news.nate.com/view/{article.id}"></head><body>
<div class="snbArea"><ul><li class="on"><a href="/section?mid=n0400">사회</a></li><li>정치</li></ul></div>
<div id="articleView"><h1 class="articleSubecjt">{escape(article.title)}</h1>
<p class="articleInfo"><span class="link"><a class="medium" href="/mediaList?cp=zz">{article.press}</a></span>
<span class="firstDate">기사전송 <em>{stamp(article.published, "%Y-%m-%d %H:%M")}</em></span>
<span class="lastDate">최종수정 <em>{stamp(article.modified, "%Y-%m-%d %H:%M")}</em></span></p>
<div id="articleContetns"><div id="realArtcContents">{lines(article.text)}
<script type="text/javascript">var ad = 1;</script></div></div></div>
{off}<a href="//comm.news.nate.com/Comment/ArticleComment/List?artc_sq={article.id}&amp;mid=n0400">댓글</a></body></html>"""

    def _list(self, question: Question, article: Article | None) -> str:
        if article is None or not article.readable:
            return alert("댓글을 제공하지 않는 기사입니다.")
        query, twists = question.query, question.twists
        if "foreign" in twists:
            article = next(each for each in self.world.on("nate") if each is not article)
        sort = "likes" if "ignore_sort" in twists else ORDERS.get(query.get("order", ""), "newest")
        found, page = listed(article, sort), 1 if "repeat_page" in twists else int(query.get("page", "1"))
        last = max(1, -(-len(found) // SIZE))
        shown = [] if "no_rows" in twists else found[(page - 1) * SIZE : page * SIZE]
        chosen = "".join(self._item(c, "best") for c in best(article)) if page == 1 else ""
        here = f"<a href='?artc_sq={article.id}&amp;page={{0}}'>{{0}}</a>"
        numbers = "".join(f"<strong class='on'>{n}</strong>" if n == page else here.format(n) for n in range(1, last + 1))
        return f"""<div class="cmt_wrap"><h2>댓글 <em id="totalcnt">{self._total(article):,}</em></h2>
<div class="cmt_best">{chosen}</div>
<div class="cmt_list">{"".join(self._item(c, "item") for c in shown)}</div><div class="paging_wrap">{numbers}</div></div>"""

    def _item(self, comment: Comment, name: str) -> str:
        if (said := mark(comment)) is not None:
            return f"<dl class='cmt_item' id='cmt_{name}_{comment.id}'><dd class='usertxt'>{said}</dd></dl>"
        who, answers = comment.account, len(comment.shown_replies())
        count = f"<dd class='reples'><a href='#'>답글 <span>{answers:,}</span></a></dd>" if answers else ""
        return f"""<dl class='cmt_item' id='cmt_{name}_{comment.id}'>
<dt><span class='nameui' onfocus="show_cmtuser_ui(this, '{comment.id}', '{who.id}')">{escape(who.name)}</span>
<span class='date'>| {stamp(comment.created, "%m.%d %H:%M")}</span></dt>
<dd class='usertxt'>
\t\t{lines(comment.text)}
</dd>
<dd class='upDown'><p class='line'><strong>{comment.likes:,}</strong></p>
<p class='line'><strong>{comment.dislikes:,}</strong></p></dd>
{count}</dl>"""

    def _search(self, question: Question) -> str:
        query, page = question.query.get("q", ""), int(question.query.get("page", "1"))
        found = [a for a in self.world.on("nate") if all(word in a.title + a.text for word in query.split()) and not a.removed]
        if "ignore_query" in question.twists:
            found = self.world.on("nate")
        shown = found[(page - 1) * HITS : page * HITS]
        more = f"<a href='?q={query}&amp;page={page + 1}' title='다음'>다음</a>" if len(found) > page * HITS else ""
        items = "".join(
            f"<li class='items'><a class='thumb-wrap' href='//news.nate.com/view/{a.id}?mid=n1008'><span class='tit'>"
            f"{escape(a.title)}</span><span class='txt'>{escape(a.text[:80])}</span><span class='time'>{a.press}\n\t "
            f"{stamp(a.published, '%Y.%m.%d %H:%M')}</span></a></li>"
            for a in shown
        )
        return f"""<div id='search-option'><div class='search-result'><ul class='search-list'>{items}</ul></div>
<div class='paging-search'><strong>{page}</strong>{more}</div></div>"""

    def _ranking(self, question: Question) -> str:
        page = int(question.query.get("page", "1"))
        everything = sorted(self.world.on("nate"), key=lambda a: -self._total(a))
        shown = list(enumerate(everything, 1))[(page - 1) * RANKED : page * RANKED]
        rank = "<dl class='mduRank rank{0}'><dt><em>{0}</em>위</dt><dd><span class='comment'><em>{1:,}</em></span></dd></dl>"
        rich = "".join(
            f"<div class='mduSubjectList f_clear'>{rank.format(n, self._total(a))}<div class='mlt01'>"
            f"<a class='lt1' href='//news.nate.com/view/{a.id}?mid=n1006'><span class='tb'>"
            f"<h2 class='tit'>{escape(a.title)}</h2>…</span></a>"
            f"<span class='medium'>{a.press}<em>{stamp(a.published, '%Y-%m-%d')}</em></span></div></div>"
            for n, a in shown[:5]
        )
        plain = "".join(
            f"<li>{rank.format(n, self._total(a))}<a href='//news.nate.com/view/{a.id}?mid=n1006'>"
            f"<h2>{escape(a.title)}</h2></a><span class='medium'>{a.press}</span></li>"
            for n, a in shown[5:]
        )
        more = f"<a href='?sc=all&amp;page={page + 1}'>{page + 1}</a>" if len(everything) > page * RANKED else ""
        return f"<div>{rich}</div><ul class='mduSubject mduRankSubject'>{plain}</ul><div class='paging'>{more}</div>"
