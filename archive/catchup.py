"""Bytes without rows heal: a source starts by storing the records that its files hold beyond what the rows know."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice, takewhile
from pathlib import Path

from archive.capture import Exchange
from archive.errors import Damaged
from archive.event_kinds import Event, contents
from archive.store import Store
from archive.warc_reader import Group, files, read_groups, record_id
from archive.warc_writer import Placed

BATCH = 200  # groups in one transaction


def catch_up(root: Path, source: str, store: Store) -> int:
    """Stores what is missing, in the order of the files; how many groups it was. Raises Damaged, WriteFailed."""
    count = 0
    for path in files(root, source):
        name = path.name.removesuffix(".open")
        count += store_groups(path, store.stored_to(name), store)
    return count


def store_groups(
    path: Path, start: int, store: Store, limit: int | None = None, reached: Callable[[int], None] | None = None
) -> int:
    """Stores the groups of one file from an offset on (those that end by `limit`); how many. `reached` hears how far it is.
    Raises Damaged, WriteFailed."""
    count = 0
    name = path.name.removesuffix(".open")
    groups = read_groups(path, start)
    if limit is not None:
        groups = takewhile(lambda group: group.end <= limit, groups)
    damage: Damaged | None = None
    while damage is None:
        batch: list[tuple[Group, Exchange | Event | None]] = []
        try:  # all that can be damaged is read before the transaction: the store's caches must not outlive a rollback
            for group in islice(groups, BATCH):
                batch.append((group, _contents(name, group)))
        except Damaged as error:
            if limit is None or error.at < limit:  # behind it a living run may be writing
                damage = error
        if not batch and damage is None:
            return count
        with store.transaction():
            for group, read in batch:
                _store(store, name, group, read)
        count += len(batch)
        if reached is not None and batch:
            reached(batch[-1][0].end)
    raise damage


def _contents(name: str, group: Group) -> Exchange | Event | None:
    try:
        return contents(group)
    except Damaged as error:
        raise Damaged(f"{name} {error}", error.at) from None


def _store(store: Store, name: str, group: Group, read: Exchange | Event | None) -> None:
    if read is None:
        store.reached(name, group.end)
        return
    shown = group.main()
    placed = Placed(name, group.end, record_id(shown), shown.offset, shown.length, group.records[-1].digest())
    if isinstance(read, Exchange):
        store.exchange(read, placed)
    else:
        store.event(read, placed)
