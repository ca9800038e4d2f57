"""A small simulated Korean portal on loopback: what the tests and `make demo` collect from.

It shares no code or constants with the crawler, so that it can contradict it. Standard library only.
"""

from .plan import Plan
from .scenario import Scenario
from .server import Portal
from .things import Article, Comment
from .world import World

__all__ = ["Article", "Comment", "Plan", "Portal", "Scenario", "World"]
