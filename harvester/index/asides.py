"""What sources sent that could not be taken as records, as far as that is not over.

The bytes are in the log (archive/README.md, "Put aside"); here is what must be known of them.
"""

import sqlite3
from collections.abc import Sequence

from archive.entries import Aside, Header
from harvester.index.columns import writable
from harvester.source.files import AsideRow


def apply(connection: sqlite3.Connection, header: Header, asides: Sequence[Aside]) -> None:
    """Take in what a segment puts aside, and what it says is over."""
    for ordinal, aside in enumerate(asides):
        name = writable(aside.name)
        if aside.raw is None:
            connection.execute(
                "DELETE FROM aside WHERE source = ? AND name = ?", (header.source, name)
            )
            continue
        said = map(writable, (aside.category, aside.noted_at, aside.reason, aside.url))
        connection.execute(
            "INSERT OR REPLACE INTO aside VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                header.source,
                name,
                *said,
                writable(aside.media_type),
                aside.sha256,
                len(aside.raw),
                header.sequence,
                ordinal,
            ),
        )


def of_source(connection: sqlite3.Connection, source: str) -> list[AsideRow]:
    """Return what is put aside of a source, the oldest first."""
    rows = connection.execute(
        f"SELECT {', '.join(AsideRow._fields)} FROM aside WHERE source = ? ORDER BY noted_at, name",
        (source,),
    )
    return [AsideRow._make(row) for row in rows]
