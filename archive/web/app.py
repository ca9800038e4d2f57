"""The application: Datasette over an archive.db that it only reads, with our plugin, behind the guard."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from threading import Thread
from typing import Any

from datasette.app import Datasette
from datasette.database import Database
from datasette.plugins import pm

from archive.archive import open_for_reading
from archive.capture import Parse
from archive.web import plugin
from archive.web.guard import App, guarded
from archive.web.pages import PAGES

HERE = Path(__file__).parent
_SETTINGS = {
    "default_allow_sql": False,
    "allow_download": False,
    "allow_csv_stream": False,
    "suggest_facets": False,
    "sql_time_limit_ms": 1000,
    "default_page_size": 50,
}
_AT_ONCE = 6  # questions
# Of Datasette's own plugins: how tables are filtered and counted. Nobody logs in, nothing is published, errors are ours.
_PLUGINS = ("datasette.facets", "datasette.filters", "datasette.sql_functions")


class _ReadOnly(Database):  # type: ignore[misc, unused-ignore]
    """The archive's database, opened for each question as every command opens it, never to write, and let go after it: `redact`
    and `rebuild --accept` put another one in its place, and the next question reads that. Each is asked in a thread of its own
    that nobody waits for at the end: Datasette's keep a process alive until a long question has its answer."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._free = asyncio.Semaphore(_AT_ONCE)

    def connect(self, write: bool = False) -> sqlite3.Connection:
        if write:
            raise sqlite3.OperationalError("the archive is read-only here")
        return open_for_reading(Path(self.path).parent)

    async def execute_fn(self, fn: Callable[[sqlite3.Connection], Any]) -> Any:
        answer: Future[Any] = Future()
        answer.set_running_or_notify_cancel()

        def asked() -> None:
            try:
                with contextlib.closing(self.connect()) as db:
                    self.ds._prepare_connection(db, self.name)
                    answer.set_result(fn(db))
            except BaseException as error:
                answer.set_exception(error)

        async with self._free:
            Thread(target=asked, daemon=True).start()
            return await asyncio.wrap_future(answer)


def application(root: Path, names: frozenset[str], parse: Parse, token: str | None = None) -> App:
    """An ASGI application. `names`: what this machine may be called; `parse`: who reads captures; `token`: what a
    reader must show, None for nobody.

    Raises ArchiveError where there is no archive that can be read.
    """
    open_for_reading(root).close()
    for one, module in list(pm.list_name_plugin()):
        if one.startswith("datasette.") and one not in _PLUGINS:
            pm.unregister(module)
    if not pm.is_registered(plugin):
        pm.register(plugin)
    served: Any = Datasette(
        settings=_SETTINGS,
        template_dir=str(HERE / "templates"),
        static_mounts=[("static", str(HERE / "static"))],
        memory=False,
    )
    if "_memory" in served.databases:
        served.remove_database("_memory")
    served.sagwan_parse = parse
    served.add_database(_ReadOnly(served, path=str(root / "archive.db"), is_mutable=True), name="archive")
    return guarded(served.app(), frozenset(page.path for page in PAGES), names, token)
