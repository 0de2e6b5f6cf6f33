"""Ask the index: one hop to a thread, one state of the index, one limit of time for all."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from datasette.app import Datasette
from datasette.utils import sqlite_timelimit

from harvester.index.connection import open_readonly
from harvester.search.vocabulary import attach
from harvester.site.queries.columns import sharing

DATABASE = "griffie"
TABLES = "/tables"
"""Where Datasette shows it; `/griffie.json` is the archive's own."""
LIMIT_MS = 1_500
"""A page that would take longer says so; asking less is then faster than waiting."""

FILE_LIMIT_MS = 5_000
"""Of an index of an earlier time, which is seldom read and seldom in memory."""

Given = TypeVar("Given")
Question = Callable[[sqlite3.Connection], Given]


class TookTooLong(Exception):
    """The index could not answer within the limit."""

    status = 503


async def ask(datasette: Datasette, question: Question[Given], limit_ms: int = LIMIT_MS) -> Given:
    """Let a function read the index; what it reads is of one moment.

    Raises:
        TookTooLong: the limit was over; nothing was returned.
    """

    def within_limits(connection: sqlite3.Connection) -> Given:
        connection.execute("BEGIN")
        try:
            with sqlite_timelimit(connection, limit_ms):
                return question(connection)
        except sqlite3.OperationalError as error:
            if "interrupted" in str(error):
                raise TookTooLong(str(limit_ms)) from error
            raise
        finally:
            connection.rollback()

    answer: Given = await datasette.get_database(DATABASE).execute_fn(within_limits)
    return answer


async def ask_file(path: Path, question: Question[Given], limit_ms: int = FILE_LIMIT_MS) -> Given:
    """Let a function read another index, which nobody writes to any more.

    Raises:
        TookTooLong: the limit was over, or the file went meanwhile; nothing was returned.
    """

    def read() -> Given:
        try:
            with (
                closing(_open_file(path)) as connection,
                sharing(connection, path),
                sqlite_timelimit(connection, limit_ms),
            ):
                return question(connection)
        except sqlite3.OperationalError as error:
            if "interrupted" in str(error) or not path.exists():
                raise TookTooLong(str(limit_ms)) from error
            raise

    return await asyncio.to_thread(read)


def _open_file(path: Path) -> sqlite3.Connection:
    connection = open_readonly(path)
    # As Datasette sets them.
    connection.row_factory = sqlite3.Row
    connection.text_factory = lambda data: str(data, "utf-8", "replace")
    prepare(connection)
    return connection


async def open_all(datasette: Datasette) -> None:
    """Open every connection that there will be: each learns what the papers are, once."""
    count: int = datasette.setting("num_sql_threads")
    # A pool starts another thread only when those it has are busy.
    await asyncio.gather(*(ask(datasette, id) for _ in range(count)))


def prepare(connection: sqlite3.Connection) -> None:
    """Make a connection one that only reads, and only this index; let it see the index's words."""
    # In this order: the first drops what is temporary, the last forbids to make any.
    connection.execute("PRAGMA temp_store = MEMORY")
    attach(connection)
    connection.execute("PRAGMA query_only = 1")
    # Each commit of a writer empties it: mapped into memory, every page would be a fault then.
    connection.execute("PRAGMA mmap_size = 0")
    connection.execute("PRAGMA cache_size = -32768")
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)


@dataclass(slots=True)
class TtlCache:
    """Remembers for a while what took long to find out; safe to share between threads.

    Attributes:
        kept_s: for how long; pages themselves are fresh for a minute.
        worth_s: what was found out faster is asked again each time.
        most: so many answers; then the oldest one goes.
    """

    kept_s: float = 60
    worth_s: float = 0.005
    most: int = 64
    clock: Callable[[], float] = time.monotonic
    _kept: dict[object, tuple[float, Any]] = field(default_factory=dict)
    _changing: threading.Lock = field(default_factory=threading.Lock)

    def get_or_find(self, key: object, find: Callable[[], Given]) -> Given:
        """Return what is remembered under a key, or find it out."""
        begun = self.clock()
        until, value = self._kept.get(key, (begun, None))
        if until > begun:
            remembered: Given = value
            return remembered
        found = find()
        ended = self.clock()
        if ended - begun >= self.worth_s:
            with self._changing:
                self._kept.pop(key, None)
                while len(self._kept) >= self.most:
                    del self._kept[next(iter(self._kept))]
                self._kept[key] = (ended + self.kept_s, found)
        return found
