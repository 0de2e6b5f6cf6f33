"""Query the index in a thread, on one consistent state, with one time limit."""

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
from harvester.site.turns import PAGES

DATABASE = "griffie"
TABLES = "/tables"
"""The address of Datasette's database; `/griffie.json` belongs to the archive."""
LIMIT_MS = 1_500
"""Time limit of a page; a longer one asks the reader to request less."""

FILE_LIMIT_MS = 5_000
"""Time limit for an index as of an earlier time, which is seldom in memory."""

Given = TypeVar("Given")
Question = Callable[[sqlite3.Connection], Given]


class TookTooLong(Exception):
    """The query exceeded the time limit."""

    status = 503


async def ask(datasette: Datasette, question: Question[Given], limit_ms: int = LIMIT_MS) -> Given:
    """Let a function read one consistent state of the index.

    Raises:
        TookTooLong: the time limit was exceeded.
        Busy: too many requests are waiting.
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

    async with PAGES.turn():
        answer: Given = await datasette.get_database(DATABASE).execute_fn(within_limits)
    return answer


async def ask_file(path: Path, question: Question[Given], limit_ms: int = FILE_LIMIT_MS) -> Given:
    """Let a function read another, immutable index.

    Raises:
        TookTooLong: the time limit was exceeded, or the file was removed.
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
    # The same settings as Datasette's.
    connection.row_factory = sqlite3.Row
    connection.text_factory = lambda data: str(data, "utf-8", "replace")
    prepare(connection)
    return connection


async def open_all(datasette: Datasette) -> None:
    """Open all connections in advance, so that each loads the columns of papers once."""
    count: int = datasette.setting("num_sql_threads")
    # A pool starts another thread only if all its threads are busy.
    await asyncio.gather(*(ask(datasette, id) for _ in range(count)))


def prepare(connection: sqlite3.Connection) -> None:
    """Restrict a connection to reading this index, and attach the index's vocabulary."""
    # In this order: the first drops temporary tables, the last forbids creating any.
    connection.execute("PRAGMA temp_store = MEMORY")
    attach(connection)
    connection.execute("PRAGMA query_only = 1")
    # Each commit of a writer invalidates the mapping, so that every page would fault again.
    connection.execute("PRAGMA mmap_size = 0")
    connection.execute("PRAGMA cache_size = -32768")
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)


@dataclass(slots=True)
class TtlCache:
    """A thread-safe cache of slow results with a time to live.

    Attributes:
        kept_s: time to live; pages themselves are cached for a minute.
        worth_s: faster results are not cached.
        most: capacity; the oldest result is evicted.
    """

    kept_s: float = 60
    worth_s: float = 0.005
    most: int = 64
    clock: Callable[[], float] = time.monotonic
    _kept: dict[object, tuple[float, Any]] = field(default_factory=dict)
    _changing: threading.Lock = field(default_factory=threading.Lock)

    def get_or_find(self, key: object, find: Callable[[], Given]) -> Given:
        """Return the cached result of a key, or compute it."""
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
