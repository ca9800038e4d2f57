"""The proofs of `make cron-test` can fail: each sees the log of a portal that was not treated as was promised."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.longrun import log_checks
from tests.longrun.__main__ import table
from tests.longrun.log_checks import Checked, Entry

HOSTS = ("n.news.naver.com", "apis.naver.com", "v.daum.net", "action.daum.net", "comment.daum.net")


@pytest.fixture
def log() -> list[Entry]:
    """Two hours as they should be: every host in its turn, a refusal in the first, and nothing of Daum for half an hour."""
    made: list[dict[str, Any]] = []
    for n in range(400):
        host, at = HOSTS[n % len(HOSTS)], n * 300
        made.append({"host": host, "at": at, "now": n * 18_000, "path": f"/{n}", "status": 200, "connection": n % len(HOSTS)})
        made[-1]["path"] = "/robots.txt" if n < len(HOSTS) else f"/{n}"
    made[34]["status"] = 429  # comment.daum.net
    return [
        entry
        for n, entry in enumerate(made)
        if (entry["path"] == "/robots.txt" or entry["host"] != "action.daum.net")
        and not (entry["host"].endswith("daum.net") and 34 < n < 140)
    ]


def delays(log: list[Entry]) -> Checked:
    return log_checks.delays(log, [])


def test_what_is_as_promised_is_held(log: list[Entry]) -> None:
    for check in (delays, log_checks.connections, log_checks.robots, log_checks.refusal):
        assert check(log).held, check(log)


def early(log: list[Entry]) -> None:
    at = log[50]["at"]
    log.insert(51, log[50] | {"at": at + 100, "now": log[50]["now"] + 600})


def second(log: list[Entry]) -> None:
    log[60]["connection"] = 77


def closed(log: list[Entry]) -> None:
    log.append(log[-1] | {"host": "action.daum.net", "path": "/apis", "at": log[-1]["at"] + 2000})


def again(log: list[Entry]) -> None:
    log.append(log[-1] | {"path": "/robots.txt", "at": log[-1]["at"] + 2000})


def unread(log: list[Entry]) -> None:
    del log[0]


def persists(log: list[Entry]) -> None:
    place = next(n for n, entry in enumerate(log) if entry["status"] == 429)
    log.insert(place + 5, log[place] | {"status": 200, "at": log[place]["at"] + 5000, "now": log[place]["now"] + 300_000})


def gives_up(log: list[Entry]) -> None:
    place = next(n for n, entry in enumerate(log) if entry["status"] == 429)
    log[place + 1 :] = [entry for entry in log[place + 1 :] if entry["host"].endswith("naver.com")]


@pytest.mark.parametrize(
    ("spoil", "check"),
    [
        (early, delays),
        (second, log_checks.connections),
        (closed, log_checks.robots),
        (again, log_checks.robots),
        (unread, log_checks.robots),
        (persists, log_checks.refusal),
        (gives_up, log_checks.refusal),
    ],
)
def test_what_is_not_is_seen(
    log: list[Entry], spoil: Callable[[list[Entry]], None], check: Callable[[list[Entry]], Checked]
) -> None:
    spoil(log)
    assert not check(log).held, check(log)


def test_a_row_that_is_not_held_stands_so_in_the_table() -> None:
    text = table([Checked("a", True, "1"), Checked("b", False, "2")], 10)
    assert "| a | 1 | held |" in text
    assert "| b | 2 | **NOT held** |" in text
