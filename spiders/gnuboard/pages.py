"""gnuboard's pages: importing this registers all of them."""

from spiders.gnuboard import list_pages, post_pages

__all__ = ["list_pages", "post_pages"]
