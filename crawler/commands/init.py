"""`sagwan init`."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import click

from crawler.errors import Misuse

_TEXT = """\
# A topic of Sagwan: what to look for, where, and how politely. docs/topics.md explains each line.
title = {title}

# Any of these is searched for. In one: words together are all wanted, "an exact phrase", -word leaves a word out:
#   queries = ["드루킹", '"댓글 조작" 김경수', "드루킹 -영화"]
queries = {queries}

# Articles, and lists of articles (sections, rankings), by their address:
#   seeds = ["https://v.daum.net/v/20200522093902880", "https://news.naver.com/main/ranking/popularMemo.naver"]
seeds = {seeds}

# Days of publication (Asia/Seoul) of what searches and lists bring: a date, or words like "지난주", "3 days ago".
# since = 2018-01-17
# until = 2018-03-21

# Default: all that need no key and have something to do. `sagwan sources` lists them.
{sources}

# [source.naver]
# replies = true      # default; false: top-level comments only
# delay = 2           # seconds between two requests to a host, at least
# robots = "ignore"   # only if you may read what robots.txt closes to programs (docs/ethics-and-law.md); needs:
# reason = "why, approved when and by whom"

# [budget]
# requests_per_day = 20000
"""


@click.command()
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False), default="topic.toml")
@click.option("--title", help="What the topic is called (default: the file's name).")
@click.option("--query", "queries", multiple=True, help="What to search for (repeatable).")
@click.option("--seed", "seeds", multiple=True, metavar="URL", help="An article or list to follow (repeatable).")
@click.option("--source", "sources", multiple=True, help="Only this source (repeatable).")
@click.option("--contact", help="Where sites' operators reach you: an e-mail or web address, kept in the config file.")
def init(
    path: Path,
    title: str | None,
    queries: tuple[str, ...],
    seeds: tuple[str, ...],
    sources: tuple[str, ...],
    contact: str | None,
) -> int:
    """Write a commented topic file, and say once who answers for the requests. Nothing that is there is overwritten.

    \b
    Examples:
      sagwan init
      sagwan init topics/druking.toml --query 드루킹 --query '"댓글 조작" 김경수' --contact you@example.org
    """
    from crawler import contact as contacts
    from crawler import topics

    values = {
        "title": _toml(title if title is not None else path.stem),
        "seeds": _toml(seeds),
        "sources": f"sources = {_toml(sources)}" if sources else '# sources = ["naver", "daum"]',
    }
    text = _TEXT.format(queries=_toml(queries), **values)
    topics.read(text if queries or seeds else _TEXT.format(queries='["x"]', **values), path)  # what is wrong is not written
    if path.exists():
        raise Misuse(f"{path} exists and is not overwritten. Name another file: sagwan init PATH")
    if contact is not None:
        click.echo(f"{contacts.keep(contact)}: contact = {contacts.kept()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise Misuse(f"{path}: cannot be written: {error.strerror}") from None
    click.echo(f"{path}: written")
    if not queries and not seeds:
        click.echo(f"Next: write queries or seeds into {path}")
    if not contacts.known():
        click.echo("Next: say who answers for the requests: export SAGWAN_CONTACT=you@example.org")
    click.echo(f"Then: sagwan collect {shlex.quote(str(path))} --dry-run")
    return 0


def _toml(value: str | tuple[str, ...]) -> str:
    """A text or list as TOML writes it: as JSON does, but for one character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
