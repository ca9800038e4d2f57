"""Names of files in a folder that somebody hands over, for people and for JSON."""

from __future__ import annotations

import os
from pathlib import Path


def shown(name: str | Path) -> str:
    r"""The name, or the path, as text that can be printed in UTF-8: a byte of it that is no text is `\xff`."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")
