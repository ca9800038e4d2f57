"""Clien, a forum: posts and comments with their 공감. Nothing of it was ever recorded: all is unproven."""
