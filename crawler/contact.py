"""Who answers for the requests: the operator, whom a site's people can reach."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

from scrapy.settings import BaseSettings

from crawler.errors import Misuse
from crawler.guard import ConnectTo


def contact_of(settings: BaseSettings, connect_to: ConnectTo) -> str:
    """Who answers for the requests. Raises Misuse when nobody does and not every host is on loopback."""
    contact = " ".join((settings.get("SAGWAN_CONTACT") or _from_config()).split())
    if not contact and "*" not in connect_to.hosts():
        raise Misuse(
            "no contact: set SAGWAN_CONTACT to an e-mail or web address where a site's operator reaches you. "
            "Nothing leaves this machine without it"
        )
    return contact


def _from_config() -> str:
    """The operator's contact from ~/.config/sagwan/config.toml; empty when there is none. Raises Misuse for a file that
    cannot be read."""
    config = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "sagwan" / "config.toml"
    try:
        return str(tomllib.loads(config.read_text(encoding="utf-8")).get("contact", ""))
    except FileNotFoundError:
        return ""
    except (OSError, ValueError) as error:
        raise Misuse(f'{config}: cannot be read: {error}. Write contact = "you@example.org"') from None
