"""The frame in which an article's page shows its comments: known by its name, and where it is the page itself says."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.async_api import CDPSession, Error

from crawler.addresses import absolute, host_and_path
from crawler.sources import Source


class Framed:
    """The hosts of which a page in the browser may GET all that is there: the source's assets, and that of its frame."""

    def __init__(self, cdp: CDPSession, source: Source) -> None:
        self._cdp, self._source = cdp, source
        self.hosts = source.assets

    async def begin(self) -> None:
        """From here on it can be asked whose frame one is."""
        if self._source.frame is not None:
            await self._cdp.send("DOM.enable")

    async def opens(self, frame: str, url: str, page: str) -> None:
        """A frame of the page at `page` wants to go to a URL: where it has the name, and the page leads it to that host, and
        the source knows of that domain, its host is one of `hosts` from now on. A redirect leads nowhere new."""
        host = urlsplit(url).hostname or ""
        if self._source.frame is None or host in self.hosts or not self._source.may_frame(host):
            return
        try:
            owner = await self._cdp.send("DOM.getFrameOwner", {"frameId": frame})
            told = await self._cdp.send("DOM.describeNode", {"backendNodeId": owner["backendNodeId"]})
        except Error:
            return  # the page has just taken it away
        words = told["node"].get("attributes", [])
        said = dict(zip(words[::2], words[1::2], strict=True))
        if said.get("name") == self._source.frame and host_and_path(absolute(page, said.get("src", "")))[0] == host:
            self.hosts |= {host}
