"""What was found in papers, marked, and short parts of their texts that show it."""

import sqlite3
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from harvester.site.excerpts import MARK_END, MARK_START, excerpt

PASSED = 1_000
"""Papers that are passed over as fast as a few of them are searched for one word."""
EVERY = 1 << 62


class Highlighted(NamedTuple):
    """The texts of a paper in which what was found stands between marks."""

    title: str
    text: str

    @property
    def marked_title(self) -> str:
        """The title, if something was found in it; else empty."""
        return self.title if MARK_START in self.title else ""


def highlighted(
    connection: sqlite3.Connection, expression: str, keys: Iterable[int], matching: int
) -> dict[int, Highlighted]:
    """Return the texts of those of these papers that match.

    Args:
        connection: to the index.
        expression: what was searched.
        keys: of papers.
        matching: how many papers match, about; `EVERY` if that is not known.
    """
    places = ", ".join(map(str, keys))
    # The plus makes it one pass over all that match; without it each row is a search of its own.
    words = expression.count('"') // 2
    # A search for a beginning reads all that begins so, whatever the row.
    is_passing = "*" in expression or matching < PASSED * (2 + words)
    rowid = "+rowid" if is_passing else "rowid"
    found = connection.execute(
        "SELECT rowid, highlight(paper_fts, 2, :start, :end), highlight(paper_fts, 4, :start, :end)"
        f" FROM paper_fts WHERE paper_fts MATCH :expression AND {rowid} IN ({places})",
        {"start": MARK_START, "end": MARK_END, "expression": expression},
    )
    return {key: Highlighted(title or "", text or "") for key, title, text in found}


def snippets(
    connection: sqlite3.Connection, expression: str, texts: Mapping[int, Highlighted]
) -> dict[int, str]:
    """Return a part of each paper that shows what was found; of one without text, of the rest."""
    found = {key: excerpt(one.text) for key, one in texts.items() if one.text}
    if textless := ", ".join(str(key) for key, one in texts.items() if not one.text):
        found.update(
            connection.execute(
                "SELECT rowid, snippet(paper_fts, -1, :start, :end, '…', 40) "
                f"FROM paper_fts WHERE paper_fts MATCH :expression AND +rowid IN ({textless})",
                {"start": MARK_START, "end": MARK_END, "expression": expression},
            )
        )
    return found
