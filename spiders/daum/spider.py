"""Daum: the article, its reactions, and the whole alex thread. Which URL next; nothing else."""

from __future__ import annotations

from archive.capture import Listed
from crawler.spider import SourceSpider
from crawler.tally import Gap
from spiders.daum import urls
from spiders.daum.source import SOURCE
from spiders.daum.thread import Thread


class DaumSpider(SourceSpider):
    """Visits the seeds of a topic."""

    name = "daum"
    source = SOURCE

    async def visit(self, key: str, listed: Listed | None) -> None:
        """One article: its page, its reactions, and its thread where the page declares `#alex-area`."""
        seen = await self.look(urls.article_url(key), "daum.article", article=key, listed=listed, why="seed")
        article = self.article(key, seen)
        if seen is None or article is None or article.state == "gone":
            return
        cues = self.cues(seen)
        thread = Thread(self, article, cues)
        if article.pane == "alex" and not (cues.get("client_id") and await thread.open()):
            self.broken(article.key, "its thread could not be opened")
            return
        if "item_key" in cues:
            await self.look(urls.emotions_url(cues["item_key"]), "daum.emotions", article=article.key, side=True,
                            headers=thread.headers, why="reactions")  # fmt: skip
        if article.pane == "alex":
            await thread.read()
        elif article.pane == "talk":
            why = "the pane offers only talk, which this version does not read"
            self.run.gaps.append(Gap("comments", None, None, why, f"daum:{article.key}", counts=False))
