"""Digests that a source states of another source's files, compared with what is held.

A third witness without a download: one more digest of a file that is here already.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Unhashed(NamedTuple):
    """A file of which another digest has to be computed."""

    sha256: str
    algorithm: str


class Witness(NamedTuple):
    """What a source states of another source's file, and what is held of it."""

    paper: str
    source: str
    url: str
    media_type: str | None
    stated: str
    """`<algorithm>:<hexadecimal>`."""
    other_source: str
    version: int
    """Of the other source: that which agrees, else the latest."""
    computed: str
    agrees: int


def unwitnessed(connection: sqlite3.Connection, most: int) -> list[str]:
    """Return papers whose stated digests changed, or their files, since they were compared."""
    rows = connection.execute("SELECT paper FROM unwitnessed ORDER BY paper LIMIT ?", (most,))
    return [paper for (paper,) in rows]


def unhashed(connection: sqlite3.Connection, papers: Iterable[str]) -> list[Unhashed]:
    """Return the files of papers of which a stated digest cannot be compared yet."""
    found: dict[Unhashed, None] = {}
    for paper in papers:
        rows = connection.execute(
            "SELECT sha256, substr(digest, 1, instr(digest, ':') - 1) FROM digest_witness "
            "WHERE paper = ? AND computed IS NULL "
            "AND sha256 NOT IN (SELECT sha256 FROM taken_payload) ORDER BY 1, 2",
            (paper,),
        )
        found.update(dict.fromkeys(map(Unhashed._make, rows)))
    return list(found)


def put_digests(
    connection: sqlite3.Connection, digests: Iterable[tuple[Unhashed, str]], papers: Iterable[str]
) -> None:
    """Take in computed digests, and note that these papers were compared; in a transaction."""
    connection.executemany(
        "INSERT OR REPLACE INTO payload_digest VALUES (?, ?, ?)",
        [(*of, f"{of.algorithm}:{value}") for of, value in digests],
    )
    connection.executemany("DELETE FROM unwitnessed WHERE paper = ?", [(p,) for p in papers])


def witnesses(connection: sqlite3.Connection, paper: str) -> Sequence[Witness]:
    """Return what sources state of a paper's files, one for each stated digest, in order.

    The held file may have had several states: one that agrees is named, else the latest.
    """
    rows = connection.execute(
        "SELECT paper, source, url, media_type, digest, other_source, other_version, computed, "
        "agrees FROM digest_witness WHERE paper = ? AND computed IS NOT NULL "
        "ORDER BY source, name, other_source, agrees, other_version",
        (paper,),
    )
    last = {(row[1], row[2], row[5]): Witness._make(row) for row in rows}
    return list(last.values())
