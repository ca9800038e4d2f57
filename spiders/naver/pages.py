"""Naver's pages: importing this registers all of them."""

from spiders.naver import article_pages, comment_pages, list_pages, reaction_pages, search_pages, service_pages

__all__ = ["article_pages", "comment_pages", "list_pages", "reaction_pages", "search_pages", "service_pages"]
