"""Daum news, its comments of the alex era (to 2023-06; recorded 2022-03), and the talk since then (unproven)."""
