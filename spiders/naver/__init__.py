"""Naver news: searches, lists, articles, and the comments of cbox (recorded 2021 to 2024; much is unproven)."""
