"""Naver Cafe: public articles and their comments. Nothing here was ever recorded: public code of 2025 and 2026 only."""
