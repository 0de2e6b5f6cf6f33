"""Write the derived tables of an index canonically, so that equal rows give equal bytes.

Two indexes of the same heads have the same rows, but their pages depend on their history: a paper's
row number is its order of arrival, and the search index keeps its merges.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from archive.entries import Head
from harvester.index.compare import OPERATIONAL
from harvester.index.connection import connect, open_readonly, readonly_uri
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


def _copy_table(connection: sqlite3.Connection, table: str) -> None:
    info = connection.execute(f'PRAGMA source.table_info("{table}")').fetchall()
    columns = [f'"{row[1]}"' for row in info]
    key = [f'"{row[1]}"' for row in sorted(info, key=lambda row: row[5]) if row[5]]
    selected = list(columns)
    rows = f'source."{table}" AS s'
    if table == "paper":
        key = ["id"]
        selected[columns.index('"key"')] = "row_number() OVER (ORDER BY id)"
    elif key == ['"key"']:  # rows keyed like papers get the papers' new numbers
        rows += " JOIN source.paper AS o ON o.key = s.key JOIN main.paper AS n ON n.id = o.id"
        selected = ["n.key" if name == '"key"' else f"s.{name}" for name in columns]
        key = ["n.key"]
    connection.execute(
        f'INSERT INTO main."{table}" ({", ".join(columns)}) '
        f"SELECT {', '.join(selected)} FROM {rows} ORDER BY {', '.join(key)}"
    )


def _copy_search(connection: sqlite3.Connection) -> None:
    connection.execute(
        "INSERT INTO main.paper_fts (rowid, numbers, title, subject, people, text) "
        "SELECT n.key, f.numbers, f.title, f.subject, f.people, f.text FROM main.paper AS n "
        "JOIN source.paper AS o ON o.id = n.id JOIN source.paper_fts AS f ON f.rowid = o.key "
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
