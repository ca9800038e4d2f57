"""Our Datasette plugin: the routes of our pages, what templates know, which tables are shown, errors on a page of ours."""

from __future__ import annotations

import asyncio
import contextlib
import re
import sqlite3
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from datasette import NotFound, Response, hookimpl
from datasette.database import QueryInterrupted
from datasette.utils import sqlite_timelimit
from datasette.views.base import DatasetteError
from jinja2 import Environment
from jinja2.ext import Extension

from archive.errors import ArchiveError
from archive.schema import VIEWS
from archive.web import csv_cells, shown
from archive.web.frame import LONGEST_MS, Ask, BadAsk, NotThere, Page
from archive.web.pages import PAGES
from archive.web.words import SHARED, language, speaker

VIEW_NAMES = tuple(name for name in VIEWS if name.startswith("view_"))  # the documented ones: pseudonyms, references, ISO times
OWN = Path(__file__).parent / "templates"
_SLOW = asyncio.Semaphore(2)
WORDS = {**SHARED, **{key: both for page in PAGES for key, both in page.words.items()}}


class _Nonces(Extension):
    """Datasette's own templates under our policy: their scripts and styles get the nonce, their style attributes go; and their
    fields get the names that readers of screens need."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        if filename and Path(filename).parent == OWN:  # ours hold neither; lines of statements only are left out
            return re.sub(r"(?<=[%#]\})\n", "", re.sub(r"(?m)^[ \t]+(?=\{[%#])", "", source))
        source = re.sub(r'<(?:select|input type="text") name="_(\w+?)(?:_\{\{.*?\}\})?"', r'\g<0> aria-label="\1"', source)
        source = re.sub(r"<(script|style)\b", r'<\1 nonce="{{ nonce }}"', source)
        return re.sub(r'\sstyle="(?:\{\{.*?\}\}|[^"{])*"', "", source)


@hookimpl
def prepare_jinja2_environment(env: Environment, datasette: Any) -> None:
    """Filters, the words of a page's address, and the nonces."""
    env.add_extension(_Nonces)
    env.filters.update(shown.FILTERS)
    env.globals.update(link=shown.link, between=shown.between, told=shown.told)


@hookimpl
def register_routes(datasette: Any) -> list[tuple[str, Any]]:
    """Our pages, and CSV whose cells no spreadsheet takes for formulas."""
    pages = [(f"{re.escape(page.path)}$", _view(page)) for page in PAGES]
    return [*pages, (r"/archive/(?P<view>view_[a-z_]+)\.csv$", csv_cells.view)]


@hookimpl
def extra_template_vars(request: Any, datasette: Any) -> dict[str, Any]:
    """What every template knows: the reader's language and its words, the menu, the nonce of Datasette's own pages."""
    lang = reader(request)
    menu = [page for page in PAGES if page.menu]
    nonce = request.scope.get("sagwan_nonce", "") if request else ""
    say = speaker(WORDS, lang)

    def named(what: str, name: str) -> str:
        """The word for a verdict or an outcome; one that a later version wrote as it is."""
        return say(f"{what}_{name}") if f"{what}_{name}" in WORDS else name

    return {"lang": lang, "say": say, "named": named, "menu": menu, "nonce": nonce, "here": request.path if request else "/"}


@hookimpl(tryfirst=True)
def permission_allowed(action: str, resource: Any) -> bool:
    """Datasette's own pages show the documented views. Nobody writes SQL here, and nobody takes the file."""
    if action in ("view-instance", "view-database"):
        return resource in (None, "archive")
    return action == "view-table" and tuple(resource) in {("archive", name) for name in VIEW_NAMES}


@hookimpl
def forbidden(datasette: Any, request: Any, message: str) -> Callable[[], Any]:
    """What is not allowed is not there."""
    return lambda: _problem(datasette, request, 404, "not_there", request.path)


@hookimpl
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Callable[[], Any]:
    """A clear line on a page, or in JSON for a program."""
    status, key, text = _said(exception, ours=not request.path.startswith("/archive"))
    if status == 500:
        traceback.print_exception(exception)  # for whoever runs it
    return lambda: _problem(datasette, request, status, key, text)


def reader(request: Any) -> str:
    """The language of a request: as ?lang= says, as it said before, as the browser prefers."""
    if request is None:
        return "ko"
    return language(request.scope.get("sagwan_lang"), request.headers.get("accept-language", ""))


def _said(exception: Exception, ours: bool) -> tuple[int, str, str]:
    """Status, key of the title, and the line of what went wrong. A table is asked in Datasette's words, which it does not read
    as carefully as we do ours."""
    if isinstance(exception, NotThere):
        return 404, "not_there", str(exception)
    if isinstance(exception, NotFound):
        return 404, "not_there", "no page of this archive has such an address"
    if isinstance(exception, ArchiveError):
        return 503, "failed", str(exception)
    if isinstance(exception, BadAsk):
        return 400, "bad_ask", str(exception)
    if isinstance(exception, QueryInterrupted) or "interrupted" in str(exception) or "too long" in str(exception):
        return 503, "too_long", "the question was stopped by its time limit: ask for less"
    if isinstance(exception, DatasetteError):
        return 400, "bad_ask", exception.message
    if not ours and isinstance(exception, LookupError | ValueError | TypeError | AssertionError):
        return 400, "bad_ask", f"the table cannot be asked so: {type(exception).__name__}: {exception}"
    if isinstance(exception, sqlite3.Error | LookupError | ValueError | TypeError | AssertionError):
        return 500, "failed", f"{type(exception).__name__}: {exception}. `sagwan verify` says whether the rows fit each other"
    return getattr(exception, "status", 500), "failed", f"{type(exception).__name__}: {exception}"


async def _problem(datasette: Any, request: Any, status: int, key: str, text: str) -> Any:
    if request.path.endswith(".json"):
        return Response.json({"ok": False, "error": text, "status": status}, status=status)
    html = await datasette.render_template("error.html", {"key": key, "text": text}, request=request)
    return Response.html(html, status=status)


def _view(page: Page) -> Any:
    """The handler of a page: its question in one read transaction with a time limit, then its template."""

    async def view(request: Any, datasette: Any) -> Any:
        database = datasette.get_database("archive")
        args = {name: request.args[name] for name in request.args}
        ask = Ask(args, reader(request), Path(database.path).parent, datasette.sagwan_parse)

        def answered(db: sqlite3.Connection) -> object:
            db.execute("BEGIN")  # a collector may write meanwhile: the page shows one moment
            db.row_factory, rows = None, db.row_factory  # the archive's own questions are asked for tuples
            try:
                with sqlite_timelimit(db, LONGEST_MS):
                    return page.answer(db, ask)
            finally:
                db.row_factory = rows
                db.execute("ROLLBACK")

        async with _SLOW if page.slow else contextlib.nullcontext():
            it = await database.execute_fn(answered)
        if page.plain:
            return Response.text(it)
        return Response.html(await datasette.render_template(f"{page.name}.html", {"it": it}, request=request))

    return view
