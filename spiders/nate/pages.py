"""Nate's pages: importing this registers all of them."""

from spiders.nate import article_pages, comment_pages, list_pages

__all__ = ["article_pages", "comment_pages", "list_pages"]
