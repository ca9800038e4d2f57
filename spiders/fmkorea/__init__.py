"""FMKorea, a community on XE: the boards that its robots.txt opens."""
