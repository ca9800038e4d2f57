"""The forums of the portal by their hosts. Their posts are planted into a world by hand: `small.plant(world, "ilbe")`."""

from __future__ import annotations

from collections.abc import Callable

from . import bobaedream, cook82, ilbe, inven
from .answers import HTML, JSON, TEXT, Answer, Question, answer
from .world import World

Page = Callable[[World, Question], str | None]


def sites(world: World) -> dict[str, Callable[[Question], Answer]]:
    """Their hosts."""
    return {host: _site(world, each.page) for each in (bobaedream, cook82, ilbe, inven) for host in each.HOSTS}


def _site(world: World, page: Page) -> Callable[[Question], Answer]:
    def ask(question: Question) -> Answer:
        with world.lock:
            found = page(world, question)
        if found is None:
            return answer("Not Found", TEXT, 404)
        return answer(found, JSON if found.startswith("{") else HTML)

    return ask
