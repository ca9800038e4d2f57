"""Errors of a crawl. Every message says what, where, and what to do; the command line prints it as one line."""


class Misuse(Exception):
    """Raised for a wrong argument, topic file or environment (exit 1)."""


class NotAllowed(Exception):
    """Raised by the guard for a request that this program must never make; the message says which law."""


class Stopping(Exception):
    """Raised in a spider when its run is ending: nothing more is fetched."""
