"""The operator's own file, ~/.config/sagwan/config.toml: `contact` and `keep_free`."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

from crawler.errors import Misuse


def path() -> Path:
    """Where it is, or would be."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "sagwan" / "config.toml"


def value(key: str) -> str:
    """What it says of that; empty where it says nothing. Raises Misuse for a file that cannot be read."""
    try:
        return str(tomllib.loads(path().read_text(encoding="utf-8")).get(key, ""))
    except FileNotFoundError:
        return ""
    except (OSError, ValueError) as error:
        raise Misuse(f'{path()}: cannot be read: {error}. Write contact = "you@example.org"') from None
