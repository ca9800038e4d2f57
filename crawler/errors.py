"""Errors of a crawl. Every message says what, where, and what to do; the command line prints it as one line."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from archive.errors import Damaged, WriteFailed

_B = TypeVar("_B", bound=Callable[..., Any])


class Misuse(Exception):
    """Raised for a wrong argument, topic file or environment (exit 1)."""


class NotAllowed(Exception):
    """Raised by the guard for a request that this program must never make; the message says which law."""


def exit_code(error: Exception) -> int:
    """What the command line ends with after an error that it prints as one line."""
    return 3 if isinstance(error, WriteFailed) else 2 if isinstance(error, Damaged) else 1


class Stopping(Exception):
    """Raised in a spider when its run is ending: nothing more is fetched."""


def words(error: Exception) -> str:
    """An error in one line of at most 500 characters, with the reasons that Twisted keeps in lists."""
    name, reasons = type(error).__name__, getattr(error.__cause__, "reasons", ())
    texts = [f"{reason.type.__name__}: {reason.getErrorMessage()}".removesuffix(": ") for reason in reasons]
    return f"{name}: {'; '.join(texts) or str(error) or _MEANS.get(name, 'no more is known')}"[:500]


_MEANS = {"DownloadCancelledError": "the answer is longer than DOWNLOAD_MAXSIZE allows"}  # Scrapy's error says nothing itself


def one_line(build: _B) -> _B:
    """For a spider's `from_crawler`: misuse ends `scrapy crawl` with one line and exit 1; Scrapy would print a traceback and
    exit 0."""

    @wraps(build)
    def built(cls: Any, crawler: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return build(cls, crawler, *args, **kwargs)
        except Misuse as error:
            if crawler.settings["SAGWAN_TRIGGER"] != "scrapy":
                raise
            sys.stderr.write(f"sagwan: {' '.join(str(error).split())}\n")
            raise SystemExit(1) from None

    return cast("_B", built)
