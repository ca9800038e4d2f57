"""Inven, forums about games: posts, their votes and comments with theirs. Nothing was ever recorded: all is unproven."""
