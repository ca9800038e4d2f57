"""A spider of the source `probe` whose comments only a browser can show: in a frame, which a script fills."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archive.capture import Capture, Listed
from archive.records import Article, Comment, Listing
from crawler.pages import page
from crawler.spider import SourceSpider
from tests.browsing import SOURCE


@page("probe.article", version=1, proof="unproven")
def article(capture: Capture) -> Iterator[Article]:
    """The article's page."""
    yield Article("talk", capture.url, pane="talk")


@page("probe.talk", version=1, proof="unproven")
def talk(capture: Capture) -> Iterator[Listing]:
    """The frame as rendered."""
    assert capture.status is None
    found = re.findall(r'<p class="talk" id="c([0-9]+)">(.*?)</p>', capture.body.decode())
    yield Listing("LATEST", "asc", 1, tuple(Comment(key, text) for key, text in found))


class ProbeSpider(SourceSpider):
    """Reads an article and its talk in one page of the browser."""

    name = "probe"
    source = SOURCE

    async def visit(self, key: str, listed: Listed | None) -> None:
        """Shows the article until its talk is there."""
        url = SOURCE.article_url(key)
        shown = await self.browse(
            url, "probe.article", shows="probe.talk", click="#open", until=".talk", article=key, listed=listed, why="seed"
        )
        if self.article(key, shown.page) is not None and shown.pane is not None:
            listings = [record for record in shown.pane.parsed.records if type(record) is Listing]
            self.run.collected += sum(len(listing.comments) for listing in listings)
