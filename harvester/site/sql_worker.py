"""The process that runs readers' SQL; `sql_process.py` starts and kills it.

It imports little, so that its memory can be bounded tightly. Each query is a frame on standard
input, answered by a frame on standard output.

A query is bounded, from the gentlest to the hardest, by SQLite's own limits on lengths and depth,
a progress handler that interrupts after the time limit, SQLite's limit on its heap, the kernel's
limit on the address space, and an alarm that kills this process, whatever function it is in.
"""

import pickle
import re
import resource
import signal
import sqlite3
import struct
import sys
import time
from pathlib import Path
from typing import IO, Any, NamedTuple

HEAP_BYTES = 96 * 1024 * 1024
"""SQLite's heap limit; beyond it a query fails."""
ADDRESS_SPACE_BYTES = 640 * 1024 * 1024
"""Limit of this process, for memory that SQLite's limit does not count."""
RESULT_BYTES = 16 * 1024 * 1024
"""Limit of all rows of one result."""
KILL_AFTER_S = 1.0
"""Time after the limit until the process is killed: a long function call cannot be interrupted."""
_PRAGMAS_SET = (
    "query_only = 1",
    "temp_store = MEMORY",
    "trusted_schema = 0",
    "mmap_size = 0",
    "cache_size = -16384",
    f"hard_heap_limit = {HEAP_BYTES}",
)
_STEPS = 1_000
"""SQLite instructions between two checks of the clock."""
_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: 4_000_000,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 100_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 500,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 200,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 50,
    sqlite3.SQLITE_LIMIT_VDBE_OP: 250_000,
    sqlite3.SQLITE_LIMIT_FUNCTION_ARG: 100,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 1_000,
    sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER: 2_000,
}
_INTERNAL = re.compile(r"paper_fts_\w", re.IGNORECASE)
"""Tables in which FTS5 keeps its words. Their names cannot be written otherwise in SQL, and FTS5
reads them through the same connection, where an authorizer could not tell who asks."""
_NO_TABLES = ("sqlite_dbpage", "dbstat", "sqlite_stat", "sqlite_stmt", "bytecode", "tables_used")
_ALLOWED_PRAGMAS = frozenset({
    "table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo",
    "foreign_key_list", "schema_version", "data_version",
})  # fmt: skip
"""Allowed pragmas, which reveal no paths and change nothing; FTS5 itself uses the last one."""
_NO_FUNCTIONS = frozenset({"load_extension", "readfile", "writefile", "edit", "fts3_tokenizer"})


class Question(NamedTuple):
    """A query."""

    sql: str
    values: Any
    limit_ms: int
    most_rows: int
    """Most rows; one more is returned if there are more."""


class Told(NamedTuple):
    """The result: rows, or an error."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    error: str = ""
    is_interrupted: bool = False


def allow(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    """Authorise a reader's SQL: reading the index, and nothing else."""
    is_allowed = action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE)
    if action == sqlite3.SQLITE_READ:
        is_allowed = not (first or "").lower().startswith(_NO_TABLES)
    elif action == sqlite3.SQLITE_FUNCTION:
        is_allowed = (second or "").lower() not in _NO_FUNCTIONS
    elif action == sqlite3.SQLITE_PRAGMA:
        is_allowed = (first or "").lower() in _ALLOWED_PRAGMAS
    return sqlite3.SQLITE_OK if is_allowed else sqlite3.SQLITE_DENY


def bounded(uri: str) -> sqlite3.Connection:
    """Open the index read-only for readers' SQL."""
    connection = sqlite3.connect(uri, uri=True, isolation_level=None)
    connection.text_factory = lambda data: str(data, "utf-8", "replace")
    for pragma in _PRAGMAS_SET:
        connection.execute(f"PRAGMA {pragma}")
    # FTS5 reads its own tables at first use, which the authorizer would have to allow.
    connection.execute("SELECT 1 FROM paper_fts WHERE paper_fts MATCH 'a' LIMIT 1").fetchall()
    for limit, most in _LIMITS.items():
        connection.setlimit(limit, most)
    connection.set_authorizer(allow)
    return connection


def answer(connection: sqlite3.Connection, asked: Question) -> Told:
    """Run a query within its limits."""
    if _INTERNAL.search(asked.sql):
        return Told(error="this table is internal to the full-text search; ask paper_fts")
    ends_at = time.monotonic() + asked.limit_ms / 1000
    connection.set_progress_handler(lambda: time.monotonic() > ends_at, _STEPS)
    try:
        cursor = connection.execute(asked.sql, asked.values)
        columns = tuple(column[0] for column in cursor.description or ())
        rows, size_bytes = [], 0
        for row in cursor:
            rows.append(row)
            size_bytes += sum(len(v) if isinstance(v, str | bytes) else 8 for v in row)
            if size_bytes > RESULT_BYTES:
                return Told(error=f"the answer is larger than {RESULT_BYTES} bytes; ask for less")
            if len(rows) > asked.most_rows:
                break
        cursor.close()
        return Told(columns, tuple(rows))
    except MemoryError:
        return Told(error="out of memory: ask for less")
    except (sqlite3.Error, ValueError, OverflowError) as error:
        return Told(error=str(error), is_interrupted=str(error) == "interrupted")
    finally:
        connection.set_progress_handler(None, 0)


def put_frame(file: IO[bytes], value: tuple[Any, ...]) -> None:
    """Write a query or result as a tuple, after its length."""
    data = pickle.dumps(tuple(value))
    file.write(struct.pack(">Q", len(data)) + data)
    file.flush()


def get_frame(file: IO[bytes]) -> Any:
    """Read a frame of `put_frame`; both ends are this program.

    Raises:
        EOFError: the other end is closed.
    """
    head = file.read(8)
    if len(head) < 8:
        raise EOFError
    [size] = struct.unpack(">Q", head)
    data = file.read(size)
    if len(data) < size:
        raise EOFError
    return pickle.loads(data)  # noqa: S301 - from the process that started us, or that we started


def main() -> None:
    """Answer queries until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE_BYTES, ADDRESS_SPACE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    path, uri = Path(sys.argv[1]), sys.argv[2]
    connection, inode = bounded(uri), path.stat().st_ino
    while True:
        try:
            asked = Question(*get_frame(sys.stdin.buffer))
        except EOFError:
            return
        signal.setitimer(signal.ITIMER_REAL, asked.limit_ms / 1000 + KILL_AFTER_S)
        if path.stat().st_ino != inode:  # a rebuild replaced the file
            connection.close()
            connection, inode = bounded(uri), path.stat().st_ino
        told = answer(connection, asked)
        signal.setitimer(signal.ITIMER_REAL, 0)
        put_frame(sys.stdout.buffer, told)


if __name__ == "__main__":
    main()
