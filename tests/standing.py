"""One archive, one portal and one topic: what stands after a run, by all who say so."""

from __future__ import annotations

import contextlib
from pathlib import Path

from archive.alarms import standing
from archive.archive import open_for_reading
from tests.conftest import Ended, Sagwan
from tests.portal import Portal


class Site:
    """One archive and one portal: what stands after a run, and whether all that a run says of it agrees."""

    def __init__(self, sagwan: Sagwan, portal: Portal, topic: Path, *args: object) -> None:
        self.sagwan, self.portal, self.topic, self.args = sagwan, portal, topic, args

    def collect(self, *args: object) -> Ended:
        """One run. What stands is the same in its line and in the archive, has a sentence, and a capture that is there."""
        ended = self.sagwan.collect(self.portal, self.topic, *self.args, *args)
        with contextlib.closing(open_for_reading(self.sagwan.archive)) as db:
            stands = [alarm.line() for alarm in standing(self.sagwan.archive, db)]
        assert ended.only["standing"] == stands
        captures = {row[0] for row in self.sagwan.rows("SELECT lower(hex(record)) FROM captures")}
        for line in stands:
            assert line["capture"].replace("-", "") in captures
            assert line["text"]
            assert "\n" not in line["text"]
            assert line["since"] <= line["last"]
        return ended

    def stands(self, *args: object) -> set[tuple[str, str]]:
        """Kind and page of what stands after one more run."""
        return {(line["alarm"], line["page"]) for line in self.collect(*args).only["standing"]}

    def agrees(self) -> None:
        """A rebuild makes the same rows."""
        rebuilt = self.sagwan("rebuild", "--json")
        assert (rebuilt.code, rebuilt.only["differences"]) == (0, 0), rebuilt.out
