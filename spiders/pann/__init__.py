"""Nate Pann, a forum: posts, their votes, and their comments. Nothing of it was ever recorded: all is unproven."""
