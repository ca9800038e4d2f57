"""The archive: WARC files as the record, SQLite rows derived from them, and questions asked of both.

Imports neither Scrapy nor the crawler nor the spiders: an analyst can use it alone.
"""
