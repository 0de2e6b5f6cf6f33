"""Open the SQLite file: settings, schema, transactions."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib import resources
from pathlib import Path
from time import monotonic, sleep

from sqlite_utils import Database

from harvester.index.errors import IndexUnusable, SchemaOutdated

SCHEMA_VERSION = 14
BUSY_TIMEOUT_S = 30.0
WAL_RETRY_S = 0.02
CACHE_KIB = 64 * 1024
_CANNOT_MAKE_FILES = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)


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


def open_readonly(path: Path) -> sqlite3.Connection:
    """Open an index, of any schema version, that is only read.

    The one opener of all readers: it works while a harvest writes, as a user who may only read,
    and on a disk that cannot be written.

    Raises:
        sqlite3.OperationalError: it is not there, or cannot be read.
    """
    connection = sqlite3.connect(
        readonly_uri(path),
        uri=True,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,
        check_same_thread=False,  # the site reads in one thread and closes in another
    )
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


def readonly_uri(path: Path) -> str:
    """Return the SQLite address that opens an index read-only; also for ATTACH.

    Raises:
        sqlite3.OperationalError: it is not there, or cannot be read.
    """
    uri = f"{path.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT_S)) as connection:
        try:
            connection.execute("PRAGMA schema_version").fetchone()
        except sqlite3.OperationalError as error:
            # A file in WAL mode has two others beside it. Where these cannot be made nobody
            # writes, and SQLite reads the file by itself when it is told so.
            if error.sqlite_errorcode & 0xFF not in _CANNOT_MAKE_FILES or not path.is_file():
                raise
            return f"{uri}&immutable=1"
    return uri


def connect_read_only(path: Path) -> Database:
    """Open an index of this schema that is only read.

    Raises:
        SchemaOutdated: it has a schema of another version.
        IndexUnusable: it cannot be read, or is no SQLite file.
    """
    try:
        connection = open_readonly(path)
        version = _version(connection)
    except sqlite3.DatabaseError as error:
        raise IndexUnusable(str(path), str(error)) from error
    if version != SCHEMA_VERSION:
        connection.close()
        raise SchemaOutdated(str(path), version, SCHEMA_VERSION)
    return Database(connection)


def _prepared(connection: sqlite3.Connection, path: Path) -> Database:
    _use_wal(connection)
    # A power cut may lose the last transactions, never the file: the log heals the rest.
    connection.execute("PRAGMA synchronous = NORMAL")
    # The default, 1,000 pages, waits for the disk at nearly every segment.
    connection.execute("PRAGMA wal_autocheckpoint = 10000")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    if _version(connection) == 0:
        _make(connection)
    if (version := _version(connection)) != SCHEMA_VERSION:
        connection.close()
        raise SchemaOutdated(str(path), version, SCHEMA_VERSION)
    return Database(connection)


def _use_wal(connection: sqlite3.Connection) -> None:
    """Wait for others that change the mode of a new file too: SQLite refuses here at once."""
    give_up_at = monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() > give_up_at:
                raise
            sleep(WAL_RETRY_S)
        else:
            return


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def _make(connection: sqlite3.Connection) -> None:
    """Make the tables of an empty file, unless another process was first."""
    package = resources.files("harvester.index")
    script = "".join(
        (package / name).read_text(encoding="utf-8")
        for name in ("schema.sql", "feed.sql", "derivation.sql")
    )
    with _immediate(connection):
        if not Database(connection).table_names():
            # `executescript` would commit first, and let another process in between.
            for statement in _statements(script):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


@contextmanager
def _immediate(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if connection.in_transaction:  # A full disk may have ended it already.
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


@contextmanager
def transaction(database: Database) -> Iterator[sqlite3.Connection]:
    """Do all of this or nothing; readers see it at once, at the end.

    Raises:
        IndexUnusable: the file is locked, full, or damaged; nothing was changed.
    """
    connection = database.conn
    try:
        with _immediate(connection):
            yield connection
    except sqlite3.OperationalError as error:
        where = connection.execute("PRAGMA database_list").fetchone()[2]
        raise IndexUnusable(where, str(error)) from error


def scrub(connection: sqlite3.Connection) -> None:
    """Rewrite an index so that nothing deleted can be read out of the file.

    FTS5 keeps the words of deleted rows until its segments are merged, SQLite keeps them in free
    pages until the file is rewritten, and the WAL keeps what it was before that.

    Raises:
        IndexUnusable: no room, or others read for too long; it is to be done again.
    """
    what = "deleted words are not gone yet"
    try:
        connection.execute("INSERT INTO paper_fts (paper_fts) VALUES ('optimize')")
        # The copy is as large as the index: it must not be made in memory.
        connection.execute("PRAGMA temp_store = FILE")
        connection.execute("VACUUM")
        is_busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError as error:
        raise IndexUnusable(_path(connection), f"{what}: {error}") from error
    finally:
        connection.execute("PRAGMA temp_store = MEMORY")
    if is_busy:
        raise IndexUnusable(_path(connection), f"{what}: others are reading")


def _path(connection: sqlite3.Connection) -> str:
    path: str = connection.execute("PRAGMA database_list").fetchone()[2]
    return path
