"""The change feed: a number for each paper that grows whenever something about it changes.

Who has read up to a number asks for greater ones, and gets each paper once, as it is by then. The
numbers belong to this index, not to the log: `generation` tells one series from another, so that a
reader of a lost one begins anew. A rebuild goes on with the series of the index that it replaces.
"""

import hashlib
import secrets
import sqlite3
from collections.abc import Iterable, Iterator

from harvester.index.identity import columns, named

NOT_SAID = frozenset({"key", "searched_sha256"})
"""Columns of a paper that say nothing of it."""
VERSION = ("source", "version", "state", "reason", "opened_at", "source_updated")
FILE = ("source", "version", "name", "sha256", "size_bytes", "media_type", "retrieved_at", "url")

TEMPORARY = """
CREATE TEMP TABLE feed_left (paper TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TRIGGER paper_left AFTER DELETE ON main.paper
BEGIN INSERT OR IGNORE INTO feed_left VALUES (OLD.id); END;
CREATE TEMP TRIGGER paper_renamed AFTER UPDATE OF id ON main.paper WHEN OLD.id <> NEW.id
BEGIN INSERT OR IGNORE INTO feed_left VALUES (OLD.id); END;
"""

State = tuple[str, int, str]
"""A paper, whether it is gone, and the fingerprint of what is said of it."""


def note(connection: sqlite3.Connection) -> None:
    """Give new numbers to what changed of the papers in `temp.named`, inside a transaction."""
    if generation(connection) is None:
        connection.execute("INSERT INTO feed_generation VALUES (?)", (secrets.token_hex(8),))
        papers = "SELECT id FROM paper"
    else:
        papers = "SELECT id FROM temp.named"
    _number(connection, _states(connection, papers))
    gone = connection.execute(
        "SELECT l.paper, 1, '' FROM temp.feed_left AS l JOIN feed AS f ON f.paper = l.paper "
        "WHERE l.paper NOT IN (SELECT id FROM paper) ORDER BY l.paper"
    ).fetchall()
    _number(connection, gone)
    connection.execute("DELETE FROM temp.feed_left")


def generation(connection: sqlite3.Connection) -> str | None:
    """Return which series the numbers belong to; None before the first."""
    row = connection.execute("SELECT id FROM feed_generation").fetchone()
    return row[0] if row else None


def take_over(connection: sqlite3.Connection) -> None:
    """Go on with the series of the attached index `old`: what is the same keeps its number."""
    fresh: list[State] = connection.execute(
        "SELECT paper, is_gone, fingerprint FROM main.feed ORDER BY sequence"
    ).fetchall()
    last = connection.execute("SELECT id FROM old.feed_generation").fetchone()
    if last is None:
        return
    connection.execute("DELETE FROM main.feed_generation")
    connection.execute("INSERT INTO main.feed_generation VALUES (?)", last)
    connection.execute("DELETE FROM main.feed")
    connection.execute("INSERT INTO main.feed SELECT * FROM old.feed")
    _number(connection, fresh)
    gone = connection.execute(
        "SELECT paper, 1, '' FROM main.feed WHERE paper NOT IN (SELECT id FROM main.paper) "
        "ORDER BY paper"
    ).fetchall()
    _number(connection, gone)


def _states(connection: sqlite3.Connection, papers: str) -> Iterator[State]:
    said = [column for column in columns(connection, "paper") if column.name not in NOT_SAID]
    # By names: a paper is the same in an index that gives its records other keys.
    values = ", ".join(named(column, "p") for column in said)
    rows = connection.execute(
        f"""
        SELECT p.id, json_array({values}), {_children("paper_version", VERSION)},
               {_children("file", FILE)}
          FROM paper AS p WHERE p.id IN ({papers}) ORDER BY p.key
        """
    )
    # One at a time, while the feed is written: what is read stays as it is meanwhile.
    for paper, *parts in rows:
        yield paper, 0, hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _children(table: str, names: tuple[str, ...]) -> str:
    """Return an expression for the rows of a paper in a table, in the order of its key."""
    return (
        f"(SELECT coalesce(json_group_array(json_array({', '.join(names)})), '') FROM "
        f"(SELECT * FROM {table} WHERE paper = p.id ORDER BY {', '.join(names[:3])}))"
    )


def _number(connection: sqlite3.Connection, states: Iterable[State]) -> None:
    """Give numbers beyond all others to the papers whose state is not the one that has one."""
    last = connection.execute("SELECT coalesce(max(sequence), 0) FROM main.feed").fetchone()[0]
    for state in states:
        held = connection.execute(
            "SELECT is_gone, fingerprint FROM main.feed WHERE paper = ?", state[:1]
        ).fetchone()
        if held == state[1:]:
            continue
        last += 1
        connection.execute("INSERT OR REPLACE INTO main.feed VALUES (?, ?, ?, ?)", (last, *state))
