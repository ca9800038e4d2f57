"""Who answers for the requests: the operator, whom a site's people can reach."""

from __future__ import annotations

import json
import os
import re
import tomllib
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from crawler import config
from crawler.errors import Misuse

if TYPE_CHECKING:  # `sagwan seal` asks without Scrapy
    from scrapy.settings import BaseSettings

    from crawler.guard import ConnectTo


_REACHED = re.compile(r"\S+@\S+|https?://\S+")


def contact_of(settings: BaseSettings, connect_to: ConnectTo) -> str:
    """Who answers for the requests. Raises Misuse when nobody does and not every host is on loopback."""
    return contact_from(settings.get("SAGWAN_CONTACT"), local="*" in connect_to.hosts())


def contact_from(setting: str | None, local: bool) -> str:
    """The setting, else the contact in the config file. Raises Misuse where there is none, unless all is `local`, and for one
    by which nobody is reached."""
    contact = " ".join((setting or kept()).split())
    if not contact and not local:
        raise Misuse(
            "no contact: set SAGWAN_CONTACT to an e-mail or web address where a site's operator reaches you. "
            "Nothing leaves this machine without it"
        )
    return _reached(contact, "SAGWAN_CONTACT" if setting else str(config.path())) if contact else ""


def _reached(contact: str, where: str) -> str:
    if not _REACHED.search(contact):
        raise Misuse(
            f"{where}: {contact!r} is neither an e-mail nor a web address: write you@example.org or https://example.org"
        )
    return contact


def known() -> str:
    """The operator's contact from the environment or the config file; empty where there is none."""
    return os.environ.get("SAGWAN_CONTACT") or kept()


@cache
def ours() -> str:
    """The version of this program."""
    return version("sagwan")


def agent_of(contact: str) -> str:
    """The User-Agent of every request."""
    return f"Sagwan/{ours()} (archival research; {contact or 'loopback only'})"


def kept() -> str:
    """The operator's contact from ~/.config/sagwan/config.toml; empty when there is none. Raises Misuse for a file that
    cannot be read."""
    return config.value("contact")


def keep(contact: str) -> Path:
    """Writes the contact into the config file and gives the file. Raises Misuse where it holds another one."""
    file, there = config.path(), kept()
    contact = " ".join(contact.split())
    if not contact:
        raise Misuse("--contact is empty. Write an e-mail or web address where a site's operator reaches you")
    _reached(contact, "--contact")
    if there and there != contact:
        raise Misuse(f"{file} has the contact {there!r}, and that is not overwritten. Change it there")
    if not there:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            rest = file.read_text(encoding="utf-8") if file.exists() else ""
            line = f"contact = {json.dumps(contact, ensure_ascii=False)}\n"
            tomllib.loads(line + rest)
            file.write_text(line + rest, encoding="utf-8")  # before any table
        except (OSError, ValueError) as error:
            raise Misuse(f'{file}: cannot be written: {error}. Write contact = "you@example.org" there') from None
    return file
