"""TheQoo, a community on Rhymix whose members have no names. Nothing of it was ever recorded: all is unproven."""
