"""What an answer's status says before any parser is asked."""

from __future__ import annotations

import pytest

from archive.capture import Capture, Exchange, Facts, Parsed
from archive.reading import read


def parse(capture: Capture) -> Parsed:
    """Knows nothing."""
    return Parsed("none")


@pytest.mark.parametrize(
    ("status", "why", "outcome"),
    [
        (403, "seed", "refused"),
        (403, "part", "refused"),
        (403, "asset", "none"),  # a picture that is not for us
        (429, "asset", "refused"),  # a host of pictures that has had enough is one too
        (430, "asset", "refused"),
    ],
)
def test_who_is_refused(status: int, why: str, outcome: str) -> None:
    facts = Facts(source="daum", page="daum.part", run="r", topic="t", url="https://t1.daumcdn.net/a.png", why=why)
    answer = Exchange(facts=facts, head=b"HTTP/1.1 %d no\r\nContent-Length: 0\r\n\r\n" % status)
    assert read(answer, parse).parsed.outcome == outcome
