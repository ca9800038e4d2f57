"""DC Inside: galleries, their searches, posts and comments. Nothing of it was ever recorded: all is unproven."""
