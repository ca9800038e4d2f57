"""Zum news: articles, comment counts, comments. Unproven: of the counts and the list only the shape was recorded (2022-04)."""
