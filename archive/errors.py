"""What can go wrong in an archive. Every message says what, where, and what to do; the command line prints it as one line."""

import msgspec

# What msgspec raises for bytes that are no JSON: also for text that is no UTF-8, and for what is nested without an end.
NO_JSON = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class ArchiveError(Exception):
    """Raised for a misuse or a state of the archive that a person must look at (exit 1)."""


class WriteFailed(Exception):
    """Raised when bytes or rows could not be made durable, or have no time (exit 3).

    Not an OSError on purpose: Scrapy retries those, and a full disk must stop the run instead.
    """


class Damaged(Exception):
    """Raised by the WARC reader where the bytes are not a whole, well-formed record; `at` is the offset in the file."""

    def __init__(self, message: str, at: int = 0) -> None:
        super().__init__(message)
        self.at = at
