"""What a run is told about its surroundings, from Scrapy's settings."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct
from scrapy.settings import BaseSettings

from crawler.clock import Clock, clock_of
from crawler.contact import agent_of, contact_of
from crawler.guard import ConnectTo


class Setup(Struct):
    """Where the archive is, whom the run connects to, whose time it is, who answers for it."""

    root: Path
    connect_to: ConnectTo
    clock: Clock
    contact: str
    trigger: str
    user_agent: str
    lock_wait: float  # seconds


def setup_of(settings: BaseSettings) -> Setup:
    """The surroundings of a run. Raises Misuse."""
    connect_to = ConnectTo(settings.getlist("SAGWAN_CONNECT_TO"))
    contact = contact_of(settings, connect_to)
    return Setup(
        root=Path(settings["SAGWAN_ARCHIVE"]),
        connect_to=connect_to,
        clock=clock_of(settings["SAGWAN_CLOCK"], connect_to),
        contact=contact,
        trigger=settings["SAGWAN_TRIGGER"],
        user_agent=agent_of(contact),
        lock_wait=settings.getfloat("SAGWAN_LOCK_WAIT"),
    )
