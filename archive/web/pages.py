"""The registry of pages, in the order of the menu. One line here, one module, one template: that is a page."""

from __future__ import annotations

from archive.web import article, thread, topic

PAGES = (topic.PAGE, article.PAGE, thread.PAGE)
