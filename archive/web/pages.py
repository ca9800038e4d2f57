"""The registry of pages, in the order of the menu. One line here, one module, one template: that is a page."""

from __future__ import annotations

from archive.web import account, article, capture, captures, comment, happened, movers, search, thread, topic

PAGES = (
    topic.PAGE,
    article.PAGE,
    thread.PAGE,
    happened.PAGE,
    search.PAGE,
    movers.PAGE,
    comment.PAGE,
    account.PAGE,
    captures.PAGE,
    capture.PAGE,
    capture.RAW,
    capture.CHECK,
)
