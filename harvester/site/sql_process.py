"""A Datasette database whose SQL runs in a separate process, which can be killed.

Our own pages read the index in threads of the server, with our SQL. Datasette's queries may be a
reader's: they queue separately, so that pages never wait for them.
"""

import asyncio
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from datasette.app import Datasette
from datasette.database import Database, QueryInterrupted, Results

from harvester.index.connection import open_readonly, readonly_uri
from harvester.site.sql_worker import Question, Told, get_frame, put_frame
from harvester.site.turns import SQL

HIDDEN = "paper_fts_"
"""Prefixes of internal tables."""
_EVERYTHING = 100_000
"""Limit of rows where Datasette states none."""


class SqlProcess:
    """A process that runs SQL, replaced when it was killed."""

    def __init__(self, index: Path) -> None:
        """Create it without starting a process."""
        self._index = index
        self._process: subprocess.Popen[bytes] | None = None
        self._one_at_a_time = threading.Lock()

    def ask(self, asked: Question) -> Told:
        """Run a query; call it from any thread."""
        with self._one_at_a_time:
            process = self._running()
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                put_frame(process.stdin, asked)
                told = Told(*get_frame(process.stdout))
            except (EOFError, OSError):
                return self._died(process)
            return told

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None or self._process.poll() is not None:
            worker = (sys.executable, "-P", "-m", "harvester.site.sql_worker")
            command = (*worker, str(self._index), readonly_uri(self._index))
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        return self._process

    def _died(self, process: "subprocess.Popen[bytes]") -> Told:
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        code = process.wait()
        self._process = None
        if code == -signal.SIGALRM:
            return Told(error="interrupted", is_interrupted=True)
        return Told(error="out of memory: ask for less")

    def close(self) -> None:
        """End the process, whatever it runs."""
        if self._process is not None:
            self._process.kill()
            self._died(self._process)


class IndexDatabase(Database):  # type: ignore[misc]
    """The index, read-only, with readers' SQL isolated."""

    def __init__(self, datasette: Datasette, index: Path) -> None:
        """Serve this index."""
        super().__init__(datasette, path=str(index), is_mutable=True)
        self._sql = SqlProcess(index)

    def connect(self, write: bool = False) -> sqlite3.Connection:
        """Open the index for our own pages."""
        connection = open_readonly(Path(self.path))
        self._all_file_connections.append(connection)
        return connection

    def close(self) -> None:
        """Close every connection, and end the process."""
        super().close()
        self._sql.close()

    async def execute(
        self,
        sql: str,
        params: Any = None,
        truncate: bool = False,
        custom_time_limit: int | None = None,
        page_size: int | None = None,
        log_sql_errors: bool = True,
    ) -> Results:
        """Run a reader's SQL; see `Database.execute`.

        Raises:
            QueryInterrupted: it took too long.
            Busy: too many queries are waiting.
            sqlite3.OperationalError: any other failure.
        """
        limit_ms = min(self.ds.sql_time_limit_ms, custom_time_limit or self.ds.sql_time_limit_ms)
        most = self.ds.max_returned_rows
        if most == (page_size or self.ds.page_size):
            most += 1
        asked = Question(sql, _bindable(params), limit_ms, most if truncate else _EVERYTHING)
        async with SQL.turn():
            told = await asyncio.to_thread(self._sql.ask, asked)
        if told.is_interrupted:
            raise QueryInterrupted(sqlite3.OperationalError("interrupted"), sql, params)
        if told.error:
            raise sqlite3.OperationalError(told.error)
        is_cut = truncate and len(told.rows) > most
        columns, rows = _as_rows(told.columns, told.rows[:most] if is_cut else told.rows)
        return Results(rows, is_cut, columns)

    async def attached_databases(self) -> list[Any]:
        """Return none: nothing can be attached, and the path is not revealed."""
        return []

    async def table_names(self) -> list[str]:
        """Return the visible tables."""
        found = await self.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return [name for (name,) in found.rows if not name.startswith((HIDDEN, "sqlite_"))]

    async def table_exists(self, table: str) -> bool:
        """Tell whether there is a visible table."""
        return table in await self.table_names()


def _as_rows(columns: tuple[str, ...], rows: tuple[tuple[Any, ...], ...]) -> tuple[Any, list[Any]]:
    """Return rows of SQLite's type, which Datasette reads by index and name."""
    if not columns:
        return (), []
    names = ", ".join('NULL AS "{}"'.format(name.replace('"', '""')) for name in columns)
    connection = sqlite3.connect(":memory:")
    cursor = connection.execute(f"SELECT {names}")
    made = [sqlite3.Row(cursor, row) for row in rows]
    description = cursor.description
    connection.close()
    return description, made


def _bindable(params: Any) -> Any:
    """Return the bindable parameters; Datasette adds functions to them."""
    if not isinstance(params, Mapping):
        return params or {}
    return {
        name: value
        for name, value in params.items()
        if value is None or isinstance(value, str | int | float | bytes)
    }
