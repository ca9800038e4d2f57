"""`sagwan`: the command line. Commands are loaded when they are called, so `sagwan --help` starts in a blink."""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from pathlib import Path

import click

from archive.errors import ArchiveError, Damaged, WriteFailed
from archive.runlog import printable
from crawler.errors import Misuse, exit_code

# name -> (module, what `sagwan --help` says)
COMMANDS = {
    "init": ("init", "Write a commented topic file and set your contact."),
    "collect": ("collect", "Visit a topic now and keep what is seen."),
    "cron": ("cron", "Print the crontab line that collects what is due."),
    "probe": ("probe", "Ask one page of each kind: does it still work?"),
    "watch": ("watch", "Do what is due, again and again, with a live table."),
    "shot": ("shot", "Show an article in a browser and keep what was seen."),
    "status": ("status", "Say how each topic stands: runs, what is due, alarms, disk."),
    "ls": ("ask", "List articles with their references."),
    "as-of": ("ask", "Show articles and comments as they were at a time."),
    "series": ("ask", "Show one article's or comment's counts over time."),
    "changes": ("ask", "Show what appeared, changed, vanished and came back."),
    "movers": ("movers", "Show the comments whose likes grew most in a window."),
    "serve": ("serve", "Show the archive in a browser: threads as they were at any time."),
    "replay": ("replay", "Print every event in order as NDJSON."),
    "rebuild": ("keep", "Make the database anew from the WARC files and compare."),
    "seal": ("seal", "List complete files in manifests that never change."),
    "verify": ("keep", "Check every record, digest and row against the bytes."),
    "redact": ("redact", "Take a person's comment or account out of the archive."),
    "sources": ("sources", "List the sources, what they may request, and what is proven."),
}


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"crawler.commands.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # somebody closed the pipe (`| head`): no error, and click would make it exit 1
            _leave_stdout()
            return 0

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sagwan")
def sagwan() -> None:
    """Watch Korean news comments, keep what was seen with its time, replay it.

    \b
    Example:
      sagwan init topic.toml --query 드루킹 --contact you@example.org
      sagwan collect topic.toml
      sagwan as-of "2026-11-22 14:00" --article daum:20200522093902880
    """


def main() -> None:
    """The console script. Exit codes: 0 ok; 1 misuse; 2 a source, an alarm, or damage; 3 nothing could be kept."""
    if sys.stdout is None:  # `>&-`
        _fail("stdout is closed: nothing could be told", 3)
    _open_streams()
    for argument in sys.argv[1:]:
        if any("\udc80" <= letter <= "\udcff" for letter in argument):  # Python's sign for a byte that is no text
            _fail(f"{argument!r} is not UTF-8", 1)
    try:
        code = sagwan.main(prog_name="sagwan", standalone_mode=False)
    except click.exceptions.Abort:
        _fail("interrupted", 130)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(1)
    except UnicodeEncodeError as error:
        letter = error.object[error.start]
        _fail(f"this terminal's charset, {error.encoding}, has no {letter!a}: set PYTHONUTF8=1, or ask with --json", 1)
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx is not None else "sagwan"
        _fail(f"{error.format_message().removesuffix('.')}. See `{where} --help`", 1)
    except (Misuse, ArchiveError, WriteFailed) as error:
        _fail(str(error), exit_code(error))
    except Damaged as error:
        _fail(f"damaged: {error}. `sagwan verify` says more", exit_code(error))
    except RuntimeError as error:
        if "home directory" not in str(error):  # of pathlib
            raise
        _fail("this user has no home folder, where the pseudonym key and the contact lie: set HOME", 1)
    except OSError as error:
        *_, (frame, _) = traceback.walk_tb(error.__traceback__)
        if frame.f_globals["__name__"] != "click.utils":  # whose echo it is
            raise
        _fail(f"stdout cannot be written: {error.strerror}", 3)
    sys.exit(code if isinstance(code, int) else 0)


def _open_streams() -> None:
    """A stream that was closed before we began (`2>&-`, some supervisors) leads nowhere: the next file that is opened, one of
    the archive, would take its place, and what libraries say on stderr would be written there."""
    sys.stdin = sys.stdin or Path(os.devnull).open()  # noqa: SIM115
    sys.stderr = sys.stderr or Path(os.devnull).open("w")  # noqa: SIM115


def _leave_stdout() -> None:
    """What is left for it goes nowhere: Python would try once more at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(message: str, code: int) -> None:
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        _leave_stdout()
    click.echo(f"sagwan: {printable(message)}", err=True)
    sys.exit(code)
