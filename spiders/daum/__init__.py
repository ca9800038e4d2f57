"""Daum news and its comments of the alex era (to 2023-06; recorded 2022-03)."""
