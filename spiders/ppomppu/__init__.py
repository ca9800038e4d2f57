"""Ppomppu, a forum: posts and comments with their votes. Nothing of it was ever recorded: all is unproven."""
