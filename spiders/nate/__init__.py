"""Nate news and its comments (HTML, EUC-KR). Nothing of it was ever recorded: all is unproven."""
