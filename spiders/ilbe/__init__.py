"""Ilbe, a forum: posts, their votes and comments with theirs. Nothing of it was ever recorded: all is unproven."""
