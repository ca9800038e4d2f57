"""The whole catalogue, in the order of the table."""

from tests.faults import disks, kills, turns
from tests.faults.catalogue import FAULTS

__all__ = ["FAULTS", "disks", "kills", "turns"]
