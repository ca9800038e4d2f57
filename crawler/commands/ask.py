"""The questions: ls, as-of, series, changes. They read the archive and never the network."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import click

from archive import changes as changing
from archive import history, overview, times
from archive.archive import open_for_reading
from archive.errors import ArchiveError
from archive.lookup import article_ref, check_sort, find_article, find_comment, has_article
from crawler.commands.options import archive_option, json_option, plain, print_json
from crawler.commands.times import LATEST, Time, check_window
from crawler.errors import Misuse, words
from crawler.sources import reference


class Age(click.ParamType[int]):
    """A length of time in ms: 15m, 6h, 2d."""

    name = "age"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        match = re.fullmatch(r"(\d+)([smhd])", str(value))
        if not match:
            self.fail(f"{value!r} is no age: write 15m, 6h or 2d", param, ctx)
        return int(match[1]) * {"s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}[match[2]]


def opened(root: Path) -> sqlite3.Connection:
    """The archive's database until the command ends. What damaged rows do to the command then is an ArchiveError."""
    return click.get_current_context().with_resource(_reading(root))


@contextlib.contextmanager
def _reading(root: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(open_for_reading(root)) as db:
        try:
            yield db
        except UnicodeEncodeError:
            raise  # of the terminal, not of the rows
        except (LookupError, ValueError, TypeError, AssertionError, sqlite3.Error) as error:
            raise ArchiveError(
                f"the rows of {root / 'archive.db'} do not fit each other ({words(error)}): `sagwan verify --archive {root}` "
                f"names them, `sagwan rebuild --accept --archive {root}` makes them anew"
            ) from error


def _find(db: sqlite3.Connection, ref: str) -> tuple[int, str | None]:
    try:
        source, article, comment = reference(ref, partial(has_article, db))
    except ValueError as error:
        raise Misuse(str(error)) from None
    return find_article(db, source, article), comment


def _asked(db: sqlite3.Connection, ref: str | None) -> tuple[list[int], str | None]:
    """The articles that are asked about (all where none is named), and the one comment's reference if a comment is named."""
    if ref is None:
        return [row[0] for row in db.execute("SELECT id FROM articles ORDER BY id")], None
    article, comment = _find(db, ref)
    if comment is None:
        return [article], None
    find_comment(db, article, comment)
    return [article], f"{article_ref(db, article)}#{comment}"


def known_topic(db: sqlite3.Connection, topic: str | None) -> str | None:
    """The title of a topic that the archive has runs of; raises Misuse for another one."""
    titles = [row[0] for row in db.execute("SELECT DISTINCT topic FROM run_begun ORDER BY topic")]
    if topic is not None and topic not in titles:
        raise Misuse(f"the archive has no topic {topic!r}. It has: {', '.join(titles) or 'none'}")
    return topic


def show(lines: Iterable[dict[str, Any]], as_json: bool, row: Any) -> int:
    """Prints lines for programs, or rows for people; how many."""
    if as_json:
        return print_json(lines)
    count = 0
    for line in lines:
        click.echo(plain(row(line)))
        count += 1
    return count


@click.command()
@archive_option
@click.option("--topic", help="Only articles of this topic (its title).")
@json_option
def ls(root: Path, topic: str | None, as_json: bool) -> int:
    """List articles: reference, publication, comments known, last seen, title. This is where a reference comes from.

    \b
    Example:
      sagwan ls --topic "드루킹 댓글 조작"
    """
    db = opened(root)
    show(overview.articles(db, known_topic(db, topic)), as_json, _ls_row)
    return 0


def _ls_row(line: dict[str, Any]) -> str:
    published = (line["published_at"] or "-")[:16].replace("T", " ")
    seen = line["seen_at"][:19].replace("T", " ")
    return f"{line['ref']}\t{published}\t{line['comments']} comments\tseen {seen}\t{_titled(line)}"


def _titled(line: dict[str, Any]) -> str:
    """An article's title, and its state where that is not as every reader sees it."""
    mark = f" [{line['state']}]" if line["state"] in ("gone", "restricted") else ""
    return f"{_one_line(line['title']) or '-'}{mark}"


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())


@click.command("as-of")
@click.argument("at", metavar="TIME", type=Time(end=True))
@archive_option
@click.option("--article", "ref", metavar="REF|URL", help="Only this article, or this comment of it.")
@click.option("--sort", help="Ranks of the last walk in this sort of the site (default: of the last walk).")
@click.option("--at-most-old", type=Age(), help="Leave out comments last seen longer before TIME: 15m, 6h, 2d.")
@json_option
def as_of(at: int, root: Path, ref: str | None, sort: str | None, at_most_old: int | None, as_json: bool) -> int:
    """Show articles and comments as they were at TIME, each with the age of its last sighting; replies are indented.

    \b
    Examples:
      sagwan as-of now --article daum:20200522093902880
      sagwan as-of "2026-11-22 14:00" --article https://v.daum.net/v/20200522093902880 --json
    Exit 2: nothing was known at that time.
    """
    db = opened(root)
    if sort is not None:
        check_sort(db, sort)
    ids, only = _asked(db, ref)
    lines = (line for one in ids for line in history.as_of(db, one, at, sort, at_most_old))
    if show((line for line in lines if only in (None, line["ref"])), as_json, _as_of_row):
        return 0
    fresh = "" if at_most_old is None else ", or it was last seen longer before"
    click.echo(f"nothing was known at {times.iso(at)}{fresh}", err=True)
    return 2


def _as_of_row(line: dict[str, Any]) -> str:
    if line["kind"] == "article":
        counts = [f"{name} {value}" for name, value in _as_given(line["counts"], line).items()]
        counts += [f"{name} not shown since {at}" for name, at in line.get("not_shown", {}).items()]
        notice = f"\n  notice: {_one_line(line['notice'])}" if line["notice"] else ""
        return (
            f"{line['ref']}  {_titled(line)}\n  {line['url']}  {', '.join(counts)}  (seen {_ago(line['age_s'])} before){notice}"
        )
    state = "" if line["state"] == "visible" else f" [{line['state']}]"
    text = _one_line(line["text"])
    place = f"{line['rank']:>5}" if line["rank"] is not None else "    -"
    place = f"    {place}" if line["parent"] else place  # replies stand under their comment
    likes, dislikes = _as_given({name: line[name] for name in ("likes", "dislikes")}, line).values()
    votes = f"+{likes if likes is not None else '?'} -{dislikes if dislikes is not None else '?'}"
    return f"{place}  {votes}{state}  {text[:100]}  ({line['ref'].partition('#')[2]}, {_ago(line['age_s'])} before)"


def _as_given(numbers: dict[str, Any], line: dict[str, Any]) -> dict[str, Any]:
    """Numbers of a line, those that the site rounded as it gave them."""
    return numbers | {name: raw for name, raw in line.get("rounded", {}).items() if name in numbers}


def _ago(seconds: float) -> str:
    for size, name in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {name}"
    return f"{seconds:.0f} s"


@click.command()
@click.argument("ref", metavar="REF|URL")
@archive_option
@click.option("--metric", help="Only this count: likes, dislikes, replies; comments, emotion.like, ... of an article.")
@json_option
def series(ref: str, root: Path, metric: str | None, as_json: bool) -> int:
    """Show one article's or comment's counts over time: every look, changed or not.

    \b
    Example:
      sagwan series "daum:20200522093902880#529348107" --metric likes
    Exit 2: the archive has no such count.
    """
    db = opened(root)
    article, comment = _find(db, ref)
    if comment is not None and metric not in (None, "likes", "dislikes", "replies"):
        raise Misuse(f"a comment has no count {metric!r}. Write likes, dislikes or replies")
    if show(history.series(db, article, comment, 1 << 62, metric), as_json, _series_row):
        return 0
    click.echo(f"no such count was ever seen of {ref}", err=True)
    return 2


def _series_row(line: dict[str, Any]) -> str:
    values = {k: v for k, v in line.items() if k not in ("kind", "ref", "capture", "seen_at", "rounded")}
    unknown = "not shown" if line["kind"] == "counts" else None  # many sites have no dislikes of comments
    told = ((name, unknown if value is None else value) for name, value in _as_given(values, line).items())
    return f"{line['seen_at']}  " + "  ".join(f"{name} {value}" for name, value in told)


@click.command()
@archive_option
@click.option("--since", type=Time(), default=0, help="Only what was seen from this time on.")
@click.option("--until", type=Time(end=True), default=LATEST, help="Only what was seen up to this time.")
@click.option("--article", "ref", metavar="REF|URL", help="Only this article, or this comment of it.")
@click.option("--kind", "kinds", metavar="KIND,...", help=f"Only these: {', '.join(changing.KINDS)}.")
@json_option
def changes(root: Path, since: int, until: int, ref: str | None, kinds: str | None, as_json: bool) -> int:
    """Show what appeared, was edited, counted, deleted, went missing, is gone, came back: with evidence and bounds.

    \b
    Example:
      sagwan changes --since 어제 --kind gone,edited
    """
    check_window(since, until)
    wanted = frozenset(changing.KINDS if kinds is None else map(str.strip, kinds.split(",")))
    if unknown := wanted - set(changing.KINDS):
        raise Misuse(f"no such kind of change: {', '.join(map(repr, sorted(unknown)))}. Known: {', '.join(changing.KINDS)}")
    db = opened(root)
    ids, only = _asked(db, ref)
    lines = changing.changes(db, ids, since, until, wanted)
    show((line for line in lines if only in (None, line["ref"])), as_json, _change_row)
    return 0


def _change_row(line: dict[str, Any]) -> str:
    what = {k: v for k, v in line.items() if k in ("title", "text", "fields", "counts", "state")}
    if "counts" in what:
        what["counts"] = {name: _both(pair, line.get("rounded", {}).get(name)) for name, pair in what["counts"].items()}
    between = f"{line['not_before'] or 'unknown'} .. {line['seen_at']}"
    reread = f"  (or {' and '.join(line['parsers'])} read it otherwise)" if "parsers" in line else ""
    return f"{line['change']:<9} {line['ref']}  {between}  {_brief(what)}  [{line['evidence'][-1]}]{reread}"


def _both(numbers: list[int | None], raws: list[str | None] | None) -> list[str]:
    """A number before and after, as the site gave it."""
    pairs = zip(numbers, raws or (None, None), strict=True)
    return ["not shown" if number is None else raw or str(number) for number, raw in pairs]


def _brief(what: dict[str, Any]) -> str:
    parts = []
    for value in what.values():
        if isinstance(value, dict):
            parts.append(" ".join(f"{name}: {old} -> {new}" for name, (old, new) in value.items()))
        else:
            parts.append(" -> ".join(value) if isinstance(value, list) else str(value))
    return " ".join(" ".join(parts).split())[:160]
