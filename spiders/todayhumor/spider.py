"""TodayHumor: searches, boards and best boards, then each post and all its comments. Which URL next; nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from crawler.board_spider import BoardSpider
from crawler.boards import Ask, Board
from spiders.todayhumor import urls
from spiders.todayhumor.source import SOURCE


def _ask(key: str, number: int, cues: Mapping[str, str]) -> Ask:
    """All comments, by what the post's page names; where it names nothing, by the post's key."""
    table, _, of = key.partition("/")
    return Ask(urls.comments_url(cues.get("parent_table", table), cues.get("parent_id", of)))


class TodayHumorSpider(BoardSpider):
    """Visits the seeds of a topic, and what its queries and boards bring."""

    name = "todayhumor"
    source = SOURCE
    board = Board(
        post="todayhumor.post",
        comments="todayhumor.comments",
        ask=_ask,
        inline=False,
        search="todayhumor.list",
        search_url=urls.search_url,
        list_url=urls.list_url,
        newest_first=True,
    )
