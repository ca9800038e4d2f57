"""DC Inside's pages: importing this registers all of them."""

from spiders.dcinside import comment_pages, list_pages, post_pages

__all__ = ["comment_pages", "list_pages", "post_pages"]
