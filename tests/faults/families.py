"""The whole catalogue, in the order of the table."""

from tests.faults import kills
from tests.faults.catalogue import FAULTS

__all__ = ["FAULTS", "kills"]
