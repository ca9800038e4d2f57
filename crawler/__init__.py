"""How a crawl is run: topics, capture, politeness, budgets, verdicts, and the command line."""
