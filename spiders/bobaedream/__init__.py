"""Bobaedream, a forum: posts, their votes and comments. Nothing of it was ever recorded: all is unproven."""
