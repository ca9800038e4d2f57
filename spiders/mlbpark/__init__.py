"""MLBPark, a forum: posts with their votes, and comments. Nothing of it was ever recorded: all is unproven."""
