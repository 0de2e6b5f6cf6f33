"""Write the derived tables of an index canonically, so that equal rows give equal bytes.

Two indexes of the same heads have the same rows, but keys and pages depend on their history:
records and papers are numbered in the order of arrival, and the search index keeps its merges.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from archive.entries import Head
from harvester.index.compare import OPERATIONAL
from harvester.index.connection import connect, open_readonly, readonly_uri
from harvester.index.identity import NAMES, columns
from harvester.progress import Progress


def copy_consistently(index: Path, target: Path) -> None:
    """Copy a consistent state of an index, while others read and write it."""
    with closing(open_readonly(index)) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))


def write_canonical(index: Path, target: Path, progress: Progress) -> None:
    """Write the derived tables, sorted, to a new file.

    The same rows and the same SQLite give the same bytes. Memory does not grow with the index.

    Args:
        index: a refreshed index, not changed.
        target: must not exist; it has no journal when this returns.
        progress: reports tables.
    """
    work = target.with_name(f"{target.name}.work")
    connect(work).conn.close()
    with closing(sqlite3.connect(work, isolation_level=None)) as connection:
        # Nothing depends on this file until it is complete.
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("ATTACH ? AS source", (readonly_uri(index),))
        tables = _tables(connection)
        progress.phase("index", len(tables) + 1)
        _number(connection, tables)
        for table in tables:
            _copy_table(connection, table)
            progress.advance(detail=table)
        _copy_search(connection)
        progress.advance(detail="paper_fts")
        connection.execute("DETACH source")
        connection.execute("VACUUM INTO ?", (str(target),))
    work.unlink()


def _tables(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute(
        "SELECT name FROM source.sqlite_master WHERE type = 'table' "
        "AND name NOT LIKE 'paper_fts%' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    )
    return [name for (name,) in rows if name not in OPERATIONAL]


def _number(connection: sqlite3.Connection, tables: Sequence[str]) -> None:
    """Give new keys to records and papers, in the order of their names.

    Records that nothing in this index names any more get none.
    """
    named = " UNION ".join(
        f'SELECT "{column.name}" FROM source."{table}"'
        for table in tables
        for column in columns(connection, table)
        if column.keyed == "record"
    )
    connection.executescript(
        f"""
        CREATE TEMP TABLE new_record (old INTEGER PRIMARY KEY, key INTEGER NOT NULL);
        INSERT INTO new_record
        SELECT key, row_number() OVER (ORDER BY source, id) FROM source.record
         WHERE version > 0 OR key IN ({named});
        CREATE TEMP TABLE new_paper (old INTEGER PRIMARY KEY, key INTEGER NOT NULL);
        INSERT INTO new_paper SELECT key, row_number() OVER (ORDER BY id) FROM source.paper;
        """
    )


def _copy_table(connection: sqlite3.Connection, table: str) -> None:
    """Copy the rows of a table in the order of its primary key, with new keys."""
    found = columns(connection, table)
    values = {
        f'"{column.name}"': f't."{column.name}"'
        if column.keyed is None
        else f'(SELECT key FROM temp.new_{column.keyed} WHERE old = t."{column.name}")'
        for column in found
    }
    order = [
        values[f'"{column.name}"']
        for column in sorted(found, key=lambda column: column.place_in_primary_key)
        if column.place_in_primary_key
    ]
    rows = f'source."{table}" AS t'
    if table in NAMES:  # its rows' own number is none of `found`
        rows += f" JOIN temp.new_{table} AS n ON n.old = t.key"
        values['"key"'] = "n.key"
        order = ["n.key"]
    connection.execute(
        f'INSERT INTO main."{table}" ({", ".join(values)}) '
        f"SELECT {', '.join(values.values())} FROM {rows} ORDER BY {', '.join(order)}"
    )


def _copy_search(connection: sqlite3.Connection) -> None:
    connection.execute(
        "INSERT INTO main.paper_fts (rowid, numbers, title, subject, people, text) "
        "SELECT n.key, f.numbers, f.title, f.subject, f.people, f.text FROM temp.new_paper AS n "
        "JOIN source.paper_fts AS f ON f.rowid = n.old "
        "ORDER BY n.key"
    )
    connection.execute("INSERT INTO main.paper_fts (paper_fts) VALUES ('optimize')")


def heads_of(index: Path) -> tuple[dict[str, Head], str]:
    """Return the last segment of each source in an index, and when the latest was written.

    Without any segment the time is empty.
    """
    with closing(open_readonly(index)) as connection:
        rows = connection.execute(
            "SELECT source, sequence, sha256, max(sequence) FROM segment GROUP BY source"
        ).fetchall()
        last = connection.execute("SELECT coalesce(max(written_at), '') FROM segment").fetchone()[0]
    return {source: Head(sequence, sha256) for source, sequence, sha256, _ in rows}, last
