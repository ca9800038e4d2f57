"""82cook, a forum. Nothing of it was ever recorded: all is unproven. A package's name cannot begin with a digit."""
