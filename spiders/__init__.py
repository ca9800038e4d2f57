"""One package per source: source.py (what it may request), urls.py, pages.py (pure parsers), spider.py (navigation)."""
