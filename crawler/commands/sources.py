"""`sagwan sources`."""

from __future__ import annotations

from typing import Any

import click

from crawler.commands.options import json_option, print_json


@click.command()
@json_option
def sources(as_json: bool) -> int:
    """List every source: its pages (proven by which recording, or unproven), what it may request, its limits; and the sites
    that refuse programs, which are not collected.

    \b
    Example:
      sagwan sources --json | jq .pages
    """
    from crawler import chromium, pages
    from crawler.bases import NOWHERE
    from crawler.queries import able
    from crawler.refusing import REFUSING
    from crawler.sources import all_sources, load_pages

    load_pages()
    lines: list[dict[str, Any]] = []
    for name, source in sorted(all_sources().items()):
        found = [entry for entry in pages.registered() if entry.kind.startswith(f"{name}.")]
        shown = [{"page": e.kind, "version": e.version, "until": e.until and str(e.until), "proof": e.proof} for e in found]
        lines.append(
            {
                "source": name,
                "title": source.title,
                "pages": shown,
                "requests": [str(rule) for rule in source.based((NOWHERE,)).allow],
                "base": source.found_at is not None,
                "assets": sorted(source.assets),
                "frame": {"name": source.frame, "of": sorted(source.framed)} if source.frame else None,
                "keys": list(source.keys),
                "search": able(source.lacks()) if source.search else None,
                "by_name": source.by_name,
                "browser": sorted(source.browser),
                "limits": source.limits,
                "refusing": None,
            }
        )
    none: dict[str, Any] = {name: [] for name in ("pages", "requests", "assets", "keys")}
    none |= {"base": False, "by_name": True, "browser": [], "limits": ""}
    none |= dict.fromkeys(lines[0].keys() - none.keys())
    for site in REFUSING:
        said = none | {"source": site.name, "title": site.title, "refusing": site.seen}
        lines.append({key: said[key] for key in lines[0]})  # in the order of the others
    if as_json:
        print_json(lines)
        return 0
    for line in lines:
        if line["refusing"]:
            click.echo(f"{line['source']}: {line['title']}: refusing: {line['refusing']}; not collected")
            continue
        click.echo(f"{line['source']}: {line['title']}")
        for entry in line["pages"]:
            until = f", until {entry['until']}" if entry["until"] else ""
            click.echo(f"  {entry['page']} {entry['version']}{until}: {entry['proof']}")
        click.echo("  may request: " + "; ".join(line["requests"]))
        if line["assets"]:
            click.echo("  in a browser also GET what is there: " + ", ".join(line["assets"]))
        if line["base"]:
            click.echo(f'  SITE is what a topic says: [source.{line["source"]}] base = "https://board.example.org"')
        if line["frame"]:
            of = ", ".join(f"*.{domain}" for domain in line["frame"]["of"])
            click.echo(f"  and of the host of the page's frame `{line['frame']['name']}`, where that is one of {of}")
        if line["keys"]:
            click.echo("  keys: " + ", ".join(line["keys"]))
        if line["search"]:
            click.echo(f"  search: {line['search']}{' (only for a topic that names this source)' if line['by_name'] else ''}")
        if line["browser"]:
            click.echo(f"  needs a browser: {', '.join(line['browser'])} ({chromium.find() or chromium.MISSING})")
        if line["limits"]:
            click.echo(f"  limits: {line['limits']}")
    return 0
