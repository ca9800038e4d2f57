"""Python's search for garbage, where much is remembered."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def seldom() -> Iterator[None]:
    """It is looked for a hundredth as often as usual. A rebuild of a large archive remembers a GB of objects that stay: to go
    through them again and again was a twelfth of its time."""
    usual = gc.get_threshold()
    gc.set_threshold(100_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
