"""What an answer's head says before any parser is asked: its status, and the server's time."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def server_time(text: str) -> int | None:
    """The time that an answer with this Date header tells."""
    facts = Facts(source="daum", page="daum.part", run="r", topic="t", url="https://x/")
    return read(Exchange(facts=facts, head=f"HTTP/1.1 200 OK\r\nDate: {text}\r\n\r\n".encode()), parse).server_at


def by_the_library(text: str) -> int | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return int(moment.timestamp() * 1000) if moment.tzinfo else None


_PARTS = ("Fri", ",", " ", "05", "Jan", "2018", "00:17:14", "00:17", ":60", "GMT", "+0900", "2:18", "1")


@given(
    st.one_of(st.datetimes().map(lambda at: f"{at:%a, %d %b %Y %H:%M:%S} GMT"), st.lists(st.sampled_from(_PARTS)).map("".join))
)
def test_the_servers_time_is_what_the_library_reads(text: str) -> None:
    assert server_time(text) == by_the_library(text.strip())


def test_a_head_with_two_times_and_one_with_a_leap_second() -> None:
    for text in ("05 Jan 2:18 02 1 00:17:14 GMT", "Fri, 05 Jan 2018 23:59:60 GMT", "Fri, 05 Jan 2018 24:00:00 GMT"):
        assert server_time(text) == by_the_library(text)
    assert server_time("Fri, 05 Jan 2018 00:17:14 GMT") == 1515111434000
