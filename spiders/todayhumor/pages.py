"""TodayHumor's pages: importing this registers all of them."""

from spiders.todayhumor import comment_pages, post_pages

__all__ = ["comment_pages", "post_pages"]
