"""The subscriptions: who asked for what, what they were told, and what is still to be sent.

A file of its own, since addresses belong in no index, snapshot or archive. What somebody takes
back is deleted, and overwritten on the disk.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Literal, NamedTuple

from sqlite_utils import Database

from harvester.errors import HarvesterError
from harvester.settings import Settings
from harvester.site.language import Language

Channel = Literal["mail", "webhook"]
Rhythm = Literal["at-once", "daily", "weekly"]
RHYTHMS: tuple[Rhythm, ...] = ("at-once", "daily", "weekly")
SCHEMA_VERSION = 1

_SCHEMA = """
CREATE TABLE alert (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  token TEXT NOT NULL UNIQUE,
  channel TEXT NOT NULL,
  address TEXT NOT NULL,
  about TEXT NOT NULL,
  value TEXT NOT NULL,
  rhythm TEXT NOT NULL,
  language TEXT NOT NULL,
  secret TEXT NOT NULL,
  made_at TEXT NOT NULL,
  confirmed_at TEXT,
  next_at TEXT NOT NULL
) STRICT;
CREATE INDEX alert_about ON alert (about, value);
CREATE INDEX alert_address ON alert (address);

-- What an alert was told, or will be: an event is told once, whatever happens between.
-- `message` is empty until it is part of one, `says` after that.
CREATE TABLE told (
  alert INTEGER NOT NULL,
  paper TEXT NOT NULL,
  event TEXT NOT NULL,
  says TEXT,
  message TEXT,
  PRIMARY KEY (alert, paper, event)
) STRICT, WITHOUT ROWID;
CREATE INDEX told_waiting ON told (alert) WHERE message IS NULL;

-- Messages as they will be sent, byte for byte, until they are.
CREATE TABLE message (
  id TEXT PRIMARY KEY,
  alert INTEGER NOT NULL,
  body BLOB NOT NULL,
  made_at TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  next_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX message_alert ON message (alert);

-- How far the change feed was read, and what each paper was then (news.py).
CREATE TABLE position (series TEXT NOT NULL, sequence INTEGER NOT NULL) STRICT;
CREATE TABLE known (
  paper TEXT PRIMARY KEY,
  state TEXT NOT NULL,
  since TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE awaiting_text (paper TEXT PRIMARY KEY, until TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- What happened lately, for limits: of readers only a digest is kept, and for an hour.
CREATE TABLE lately (what TEXT NOT NULL, at TEXT NOT NULL, number INTEGER NOT NULL) STRICT;
CREATE INDEX lately_what ON lately (what, at);
CREATE TABLE tally (what TEXT PRIMARY KEY, number INTEGER NOT NULL) STRICT, WITHOUT ROWID;
"""


class StoreUnusable(HarvesterError):
    """The file of subscriptions cannot be opened."""


class Alert(NamedTuple):
    """A subscription."""

    id: int
    token: str
    channel: Channel
    address: str
    about: str
    """What it is about: `search`, `dossier`, `person`, `party`, `paper`, `cites`, `answers`."""
    value: str
    """Of a search its query string, else what is named."""
    rhythm: Rhythm
    language: Language
    secret: str
    """Signs what is posted to a webhook."""
    made_at: str
    confirmed_at: str | None
    next_at: str
    """Nothing is sent before."""


class Store:
    """The file of subscriptions, open for one process."""

    def __init__(self, path: Path) -> None:
        """Open the file; make it if there is none."""
        path.parent.mkdir(parents=True, exist_ok=True)
        # Requests are answered in several threads, and a connection has one transaction.
        self._one_at_a_time = RLock()
        is_new = not path.exists()
        self._database = Database(
            sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        )
        if is_new:
            path.chmod(0o600)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA secure_delete = ON")
        with self.transaction():
            if self.connection.execute("PRAGMA user_version").fetchone()[0] == 0:
                for statement in _SCHEMA.split(";\n"):
                    self.connection.execute(statement)
                self.connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection to the file."""
        return self._database.conn

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Do all of this or nothing."""
        with self._one_at_a_time:
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
            except BaseException:
                self.connection.execute("ROLLBACK")
                raise
            self.connection.execute("COMMIT")

    def find(self, token: str) -> Alert | None:
        """Return the alert of a token."""
        return next(iter(self.alerts("token = ?", token)), None)

    def alerts(self, condition: str = "1", *values: object) -> list[Alert]:
        """Return the alerts that meet a condition of SQL."""
        rows = self.connection.execute(
            f"SELECT {', '.join(Alert._fields)} FROM alert WHERE {condition}",  # noqa: S608
            values,
        )
        return [Alert._make(row) for row in rows]

    def end(self, alert: int, why: str) -> None:
        """Delete an alert with all that was to be sent; `why` is counted."""
        with self.transaction() as connection:
            connection.execute("DELETE FROM message WHERE alert = ?", (alert,))
            connection.execute("DELETE FROM told WHERE alert = ?", (alert,))
            if connection.execute("DELETE FROM alert WHERE id = ?", (alert,)).rowcount:
                self.count(why)
        # What was deleted is not to be read out of the write-ahead log either.
        with self._one_at_a_time:
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def count(self, what: str, number: int = 1) -> None:
        """Count something, inside a transaction or not."""
        self.connection.execute(
            "INSERT INTO tally VALUES (?1, ?2) ON CONFLICT DO UPDATE SET number = number + ?2",
            (what, number),
        )

    def lately(self, what: str, since: str) -> int:
        """Return how much of something happened since a time."""
        [(number,)] = self.connection.execute(
            "SELECT coalesce(sum(number), 0) FROM lately WHERE what = ? AND at > ?", (what, since)
        )
        return int(number)

    def note(self, what: str, at: str, number: int = 1) -> None:
        """Note that something happened, for `lately`."""
        self.connection.execute("INSERT INTO lately VALUES (?, ?, ?)", (what, at, number))

    def tallies(self) -> dict[str, int]:
        """Return what was counted."""
        return dict(self.connection.execute("SELECT what, number FROM tally ORDER BY what"))


def store_of(settings: Settings) -> Store:
    """Open the subscriptions of an installation.

    Raises:
        StoreUnusable: the file cannot be opened.
    """
    path = settings.alerts.file(settings.index)
    try:
        return Store(path)
    except (OSError, sqlite3.DatabaseError) as error:
        raise StoreUnusable(f"{path}: the subscriptions cannot be used: {error}") from error
