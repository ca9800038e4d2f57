"""The whole catalogue, in the order of the table."""

from tests.faults import addresses, answers, disks, heads, kills, lists, turns
from tests.faults.catalogue import FAULTS

__all__ = ["FAULTS", "addresses", "answers", "disks", "heads", "kills", "lists", "turns"]
