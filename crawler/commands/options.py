"""Options that several commands share, and how their lines are printed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from archive.errors import WriteFailed

# Control characters but tab and newline, and those that change the direction of text.
_STEERING = dict.fromkeys({*range(32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A)} - {9, 10}, "\ufffd")
_F = TypeVar("_F", bound=Callable[..., Any])


class _Folder(click.Path):
    """A folder. An empty text is none: it would be the one where the command runs, and comes of a variable that nobody set."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Its path. Fails with one line."""
        if value == "":
            self.fail("it is empty: name a folder", param, ctx)
        return super().convert(value, param, ctx)


def archive_option(command: _F) -> _F:
    """--archive, SAGWAN_ARCHIVE, ./archive-data: in that order."""
    return click.option(
        "--archive",
        "root",
        type=_Folder(path_type=Path, file_okay=False),
        envvar="SAGWAN_ARCHIVE",
        is_eager=True,  # what `now` is may depend on it
        default="archive-data",
        show_default=True,
        help="The archive's folder (or SAGWAN_ARCHIVE).",
    )(command)


def tsa_ca_option(command: _F) -> _F:
    """--tsa-ca: whom to believe about a time."""
    return click.option(
        "--tsa-ca",
        type=click.Path(path_type=Path, dir_okay=False),
        multiple=True,
        help="PEM file with roots of time-stamp authorities that you trust. May be given again.",
    )(command)


def on_alarm_option(command: _F) -> _F:
    """--on-alarm: whom else to tell."""
    return click.option(
        "--on-alarm",
        metavar="COMMAND",
        help="Run this by sh when something is wrong that was not before (docs/cron.md).",
    )(command)


def json_option(command: _F) -> _F:
    """--json: for programs."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for programs.")(command)


def connect_option(command: _F) -> _F:
    """--connect-to: where to connect instead."""
    return click.option(
        "--connect-to", multiple=True, metavar="HOST=http://127.0.0.1:PORT", help="Connect there instead ('*': all hosts)."
    )(command)


def clock_option(command: _F) -> _F:
    """--clock: simulated time."""
    return click.option(
        "--clock",
        metavar="http://127.0.0.1:PORT/__clock",
        default="",
        help="Simulated time, read there; only where --connect-to names all hosts.",
    )(command)


def print_json(lines: Iterable[Mapping[str, Any]], at_once: int = 500) -> int:
    """Prints NDJSON to stdout, so many lines at once; how many it was."""
    count = 0
    encode, rest = msgspec.json.Encoder().encode_lines, iter(lines)
    while some := list(islice(rest, at_once)):
        _tell(encode(some))
        count += len(some)
    _tell(b"")
    return count


def write_lines(made: Iterable[bytes]) -> None:
    """Writes lines that are JSON already to stdout, some hundred at once."""
    rest = iter(made)
    while some := b"".join(islice(rest, 100)):
        _tell(some)
    _tell(b"")


def _tell(lines: bytes) -> None:
    """Raises WriteFailed where stdout is a file on a full disk."""
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(lines)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise WriteFailed(f"stdout cannot be written: {error.strerror}") from None


def plain(text: str) -> str:
    """Lines for a person's terminal: what others wrote can neither steer it nor turn the order of the letters round."""
    return text.translate(_STEERING)


def gap_line(gap: Mapping[str, Any]) -> str:
    """One gap of a run for people."""
    read, declared = gap["collected"], gap["declared"]
    numbers = f"{read} of {declared}" if declared is not None else "none" if read is None else str(read)
    return f"gap: {gap['what']}{' ' + gap['ref'] if gap['ref'] else ''}: {numbers}: {gap['why']}"


def standing_line(alarm: Mapping[str, Any]) -> str:
    """One standing alarm for people: what, since when, how often, and the capture that shows it."""
    shown = f", capture {alarm['capture']}" if alarm["capture"] else ""
    times = f", {alarm['count']} times" if alarm["count"] > 1 else ""
    return f"stands: {alarm['alarm']} of {alarm['page']} since {alarm['since']}{times}{shown}: {alarm['text']}"
