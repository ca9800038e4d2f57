"""Naver Blog: the post, its likes, its comments. Which URL next; nothing else."""

from __future__ import annotations

from archive.capture import Listed
from crawler.numbered import number_of
from crawler.paged import Paged
from crawler.spider import SourceSpider
from crawler.tally import Gap
from spiders.naver_blog import urls
from spiders.naver_blog.source import SOURCE


class NaverBlogSpider(SourceSpider):
    """Visits the seeds of a topic."""

    name = "naver_blog"
    source = SOURCE

    async def visit(self, key: str, listed: Listed | None) -> None:
        """One post: its page, its likes, and its comments where it takes some."""
        if await self.read_page(key, listed) == "cbox":
            await self.read_thread(key)

    async def read_page(self, key: str, listed: Listed | None) -> str | None:
        """The post's page and its likes; what stands for comments there, None where there is no post to read."""
        seen = await self.look(urls.article_url(key), "naver_blog.post", article=key, listed=listed, why="seed")
        article = self.article(key, seen)
        if article is None or article.state != "visible":
            return None
        await self.look(urls.sympathy_url(key), "naver_blog.sympathy", article=key, side=True, why="reactions",
                        headers=_referer(key))  # fmt: skip
        return article.pane

    async def read_thread(self, key: str) -> None:
        """The whole thread. A list that declares none where the post declares some is a gap: it may be of another post."""
        if (comments := self._comments(key)) is None:
            return
        await comments.read()
        said, listed = (number_of(self.run.memory.last_page(key, f"naver_blog.{name}")) for name in ("post", "comments"))
        if said and listed == 0:
            why = "the post declares them, and its list declares none"
            self.run.gaps.append(Gap("comments", said, 0, why, f"naver_blog:{key}"))

    async def peek(self, key: str) -> None:
        """The first page of comments."""
        if (comments := self._comments(key)) is not None:
            await comments.peek()

    def _comments(self, key: str) -> Paged | None:
        seen = self.run.memory.last_page(key, "naver_blog.post")
        blog_no = self.cues(seen).get("blog_no") if seen else None
        if blog_no is None:
            self.broken(key, "its page does not say the number of its blog, by which the comments are asked for")
            return None
        return Paged(self, key, "naver_blog.comments", "REVERSE_NEW", lambda page: urls.comments_url(blog_no, key, page),
                     headers=_referer(key))  # fmt: skip


def _referer(key: str) -> dict[str, str]:
    return {"Referer": urls.article_url(key)}
