"""Errors of a crawl. Every message says what, where, and what to do; the command line prints it as one line."""


class Misuse(Exception):
    """Raised for a wrong argument, topic file or environment (exit 1)."""


class NotAllowed(Exception):
    """Raised by the guard for a request that this program must never make; the message says which law."""


class Stopping(Exception):
    """Raised in a spider when its run is ending: nothing more is fetched."""


def words(error: Exception) -> str:
    """An error in one line of at most 500 characters, with the reasons that Twisted keeps in lists."""
    name, reasons = type(error).__name__, getattr(error.__cause__, "reasons", ())
    texts = [f"{reason.type.__name__}: {reason.getErrorMessage()}".removesuffix(": ") for reason in reasons]
    return f"{name}: {'; '.join(texts) or str(error) or _MEANS.get(name, 'no more is known')}"[:500]


_MEANS = {"DownloadCancelledError": "the answer is longer than DOWNLOAD_MAXSIZE allows"}  # Scrapy's error says nothing itself
