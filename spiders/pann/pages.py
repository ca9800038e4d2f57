"""Pann's pages: importing this registers all of them."""

from spiders.pann import comment_pages, list_pages, post_pages

__all__ = ["comment_pages", "list_pages", "post_pages"]
