"""Every figure in docs/performance.md, measured anew: `make bench`. Ratios of one run on one machine, never absolute times."""
