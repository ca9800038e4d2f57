"""An article as a reader sees it, its page and its comments, kept as evidence: all captures of it are one run."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from msgspec import structs

from archive.archive import open_for_reading
from archive.capture import SHOT
from archive.lookup import uuid_text
from crawler import chromium
from crawler.errors import Misuse
from crawler.job import Job
from crawler.sources import Source, all_sources, reference
from crawler.spider import SourceSpider
from crawler.topics import Topic


class ShotSpider(SourceSpider):
    """Shows each seed of its topic in the browser; parses nothing."""

    async def visit(self, key: str, listed: object) -> None:
        """The article's page, and the page of its comments where they have one."""
        self.run.articles.add(key)
        for url in (self.seeds[key], self.source.comment_page(key)):
            if url is not None:
                page = f"{self.source.name}.shot"
                shown = await self.browse(url, page, click=self.source.opens, screenshot=True, article=key, why=SHOT)
                self.run.notes += [f"{url}: not asked: {host}: {count} requests" for host, count in shown.refused.items()]


def jobs_for(names: Iterable[str], rules: Topic | None) -> list[Job]:
    """One job for each source of these references and URLs, under the rules of a topic. Raises Misuse for what is no article,
    and where there is no browser."""
    seeds: dict[str, list[str]] = {}
    for name in names:
        try:
            source, key, _ = reference(name)
            here = rules.at(source) if rules is not None else all_sources()[source]
            url = name if "://" in name else here.article_url(key)
        except KeyError:
            raise Misuse(f"{name}: source `{source}` does not exist. Known: {', '.join(sorted(all_sources()))}") from None
        except ValueError as error:
            raise Misuse(str(error)) from None
        if here.article_key(url) is None:
            needs = f" without [source.{source}] base in --topic" if here.found_at is not None else ""
            raise Misuse(f"{name}: {source} has no such article{needs}")
        seeds.setdefault(source, []).append(url)
    if chromium.find() is None:
        raise Misuse(chromium.MISSING)
    title = rules.title if rules is not None else "shot"
    topic = structs.replace(rules or Topic(title), queries=[], since=None, until=None, sources=None)
    return [
        Job(structs.replace(topic, seeds=found), source, spider=_spider_of(all_sources()[source]))
        for source, found in seeds.items()
    ]


def _spider_of(source: Source) -> type[ShotSpider]:
    return type(f"Shot{source.name.title()}", (ShotSpider,), {"name": source.name, "source": source})


def kept_by(root: Path, run: str) -> Iterator[dict[str, Any]]:
    """What a run kept, in its order: record, what it is, URL, status, sha256 of the content, and where it lies."""
    with contextlib.closing(open_for_reading(root)) as db:
        db.row_factory = sqlite3.Row
        rows = db.execute(
            "SELECT c.record, c.method, c.page, c.url, c.status, c.outcome, c.digest, w.name, c.offset FROM captures c "
            "JOIN run_begun r ON r.id = c.run JOIN warcs w ON w.id = c.warc WHERE r.uuid = ? ORDER BY c.id",
            (run,),
        ).fetchall()
    for row in rows:
        yield {
            "capture": uuid_text(row["record"]),
            "what": row["page"].rpartition(".")[2],
            "method": row["method"],
            "url": row["url"],
            "status": row["status"],
            "outcome": row["outcome"],
            "sha256": row["digest"].hex() if row["digest"] is not None else None,
            "warc": row["name"],
            "offset": row["offset"],
        }
