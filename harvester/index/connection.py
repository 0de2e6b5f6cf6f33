"""Open the SQLite file: settings, schema, transactions."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

from sqlite_utils import Database

from harvester.index.errors import IndexUnusable, SchemaOutdated

SCHEMA_VERSION = 7
BUSY_TIMEOUT_S = 30.0
CACHE_KIB = 64 * 1024


def connect(path: Path, *, create: bool = True) -> Database:
    """Open an index to write to it; make an empty one if there is none.

    Raises:
        SchemaOutdated: it has a schema of another version.
        IndexUnusable: it cannot be opened, or is no SQLite file.
    """
    if not create and not path.exists():
        raise IndexUnusable(str(path), "there is no such file")
    try:
        connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
        return _prepared(connection, path)
    except sqlite3.DatabaseError as error:
        raise IndexUnusable(str(path), str(error)) from error


def _prepared(connection: sqlite3.Connection, path: Path) -> Database:
    connection.execute("PRAGMA journal_mode = WAL")
    # A power cut may lose the last transactions, never the file: the log heals the rest.
    connection.execute("PRAGMA synchronous = NORMAL")
    # The default, 1,000 pages, waits for the disk at nearly every segment.
    connection.execute("PRAGMA wal_autocheckpoint = 10000")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    database = Database(connection)
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == 0 and not database.table_names():
        _make(connection)
    elif version != SCHEMA_VERSION:
        connection.close()
        raise SchemaOutdated(str(path), version, SCHEMA_VERSION)
    return database


def _make(connection: sqlite3.Connection) -> None:
    package = resources.files("harvester.index")
    script = "".join(
        (package / name).read_text(encoding="utf-8")
        for name in ("schema.sql", "feed.sql", "derivation.sql")
    )
    connection.executescript(
        f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT"
    )


@contextmanager
def transaction(database: Database) -> Iterator[sqlite3.Connection]:
    """Do all of this or nothing; readers see it at once, at the end.

    Raises:
        IndexUnusable: the file is locked, full, or damaged; nothing was changed.
    """
    connection = database.conn
    try:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")
    except sqlite3.OperationalError as error:
        where = connection.execute("PRAGMA database_list").fetchone()[2]
        raise IndexUnusable(where, str(error)) from error
