"""How domain rows are put into their tables and taken out again."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable

from harvester.source import domain
from harvester.source.domain import Reading, Row

Mark = tuple[str, str]
"""A kind of thing and its id: papers that depend on it must be derived again."""

TABLES: dict[type[Row], str] = {
    domain.Document: "document",
    domain.DocumentVersion: "document_version",
    domain.DocumentName: "document_name",
    domain.StatedDossier: "stated_dossier",
    domain.StatedPerson: "stated_person",
    domain.OfferedFile: "offered_file",
    domain.Link: "link",
    domain.Dossier: "dossier",
    domain.Case: "case",
    domain.Decision: "decision",
    domain.Vote: "vote",
    domain.Actor: "actor",
    domain.Person: "person",
    domain.Party: "party",
    domain.Activity: "activity",
    domain.AgendaItem: "agenda_item",
    domain.Commitment: "commitment",
}

MARKS: dict[type[Row], tuple[tuple[str, str], ...]] = {
    domain.Document: (("document", "id"),),
    domain.DocumentVersion: (("document", "document_id"),),
    domain.DocumentName: (("document", "document_id"),),
    domain.StatedDossier: (("document", "document_id"),),
    domain.StatedPerson: (("document", "document_id"),),
    domain.OfferedFile: (("document", "document_id"),),
    domain.Dossier: (("dossier", "id"),),
    domain.Case: (("case", "id"),),
    domain.Decision: (("decision", "id"),),
    domain.Vote: (("decision", "decision_id"),),
    domain.Actor: (("document", "document_id"), ("case", "case_id")),
    domain.Activity: (("activity", "id"),),
    domain.AgendaItem: (("agenda item", "id"),),
}
"""Which columns of a table name the thing that changed with a row."""

_LINKED = {"decision_case": "case", "document_annex": "document"}
"""Relations on which what stands at their other end depends, and what that is.

An annex is one as long as a letter or motion names it; when that stops, nothing else touches it.
"""

_OWNED = {
    "link": "from_id",
    "offered_file": "document_id",
    "stated_dossier": "document_id",
    "stated_person": "document_id",
}
"""Tables without an id of their own, and the column that names the record that owns a row."""
_KEPT = {"document_name"}
"""What was once said stays."""
_MARKED = (domain.Document, domain.DocumentVersion, domain.Actor)
"""Rows that stay, marked, when they are withdrawn: a withdrawn paper keeps its last words."""


def _insertion(kind: type[Row]) -> str:
    table, columns = TABLES[kind], kind._fields
    values = ", ".join("?" * len(columns))
    if kind is domain.Document:
        # Its row number orders nothing, but rows that point at it must not lose it.
        changes = ", ".join(f"{name} = excluded.{name}" for name in columns if name != "id")
        return (
            f"INSERT INTO document ({', '.join(columns)}, is_withdrawn) VALUES ({values}, 0) "
            f"ON CONFLICT (id) DO UPDATE SET {changes}, is_withdrawn = 0"
        )
    if table in _KEPT:
        # With the segment that said it first.
        names = ", ".join((*columns, "segment"))
        return f'INSERT OR IGNORE INTO "{table}" ({names}) VALUES ({values}, ?)'
    return f'INSERT OR REPLACE INTO "{table}" ({", ".join(columns)}) VALUES ({values})'


_INSERTIONS = {kind: _insertion(kind) for kind in TABLES}


def take_out(connection: sqlite3.Connection, readings: Iterable[Reading]) -> set[Mark]:
    """Delete what these records, known from before, said; return what depended on it.

    Of withdrawn records the rows in `_MARKED` stay, and with a document its links and files.
    """
    withdrawn = [(reading.id,) for reading in readings if not reading.rows]
    replaced = [(reading.id,) for reading in readings if reading.rows]
    connection.execute("DELETE FROM temp.taken")
    connection.executemany("INSERT OR IGNORE INTO temp.taken VALUES (?)", withdrawn)
    marks = _mark_withdrawn(connection)
    connection.executemany("INSERT OR IGNORE INTO temp.taken VALUES (?)", replaced)
    for kind, table in TABLES.items():
        if table in _KEPT or kind is domain.Document:
            continue
        owner = _OWNED.get(table, "id")
        for what, column in MARKS.get(kind, ()):
            query = f'SELECT {column} FROM "{table}" WHERE {owner} IN (SELECT id FROM temp.taken)'
            marks.update((what, value) for (value,) in connection.execute(query) if value)
        if kind is domain.Link:
            marks |= _marked_links(connection)
        connection.execute(f'DELETE FROM "{table}" WHERE {owner} IN (SELECT id FROM temp.taken)')
    return marks


def _mark_withdrawn(connection: sqlite3.Connection) -> set[Mark]:
    """Mark those among `temp.taken` whose rows stay, and take them off that list."""
    marks: set[Mark] = set()
    for kind in _MARKED:
        whats = MARKS[kind]
        rows = connection.execute(
            f"UPDATE {TABLES[kind]} SET is_withdrawn = 1 WHERE id IN (SELECT id FROM temp.taken) "
            f"RETURNING id, {', '.join(column for _, column in whats)}"
        ).fetchall()
        connection.executemany("DELETE FROM temp.taken WHERE id = ?", [(row[0],) for row in rows])
        for place, (what, _) in enumerate(whats, 1):
            marks.update((what, row[place]) for row in rows if row[place])
    return marks


def _marked_links(connection: sqlite3.Connection) -> set[Mark]:
    """Return what depends on the links that are about to go."""
    query = "SELECT relation, to_id FROM link WHERE from_id IN (SELECT id FROM temp.taken)"
    return {
        (_LINKED[relation], to_id)
        for relation, to_id in connection.execute(query)
        if relation in _LINKED
    }


def put_in(connection: sqlite3.Connection, readings: Iterable[Reading], segment: int) -> set[Mark]:
    """Insert what records of a segment say; return what depends on it."""
    by_kind: defaultdict[type[Row], list[Row]] = defaultdict(list)
    for reading in readings:
        for row in reading.rows:
            by_kind[type(row)].append(row)
    marks: set[Mark] = set()
    for kind, rows in by_kind.items():
        values = [(*row, segment) for row in rows] if TABLES[kind] in _KEPT else rows
        connection.executemany(_INSERTIONS[kind], values)
        for what, column in MARKS.get(kind, ()):
            position = kind._fields.index(column)
            marks.update((what, str(row[position])) for row in rows if row[position])
    marks.update(
        (_LINKED[link.relation], link.to_id)
        for link in by_kind.get(domain.Link, ())
        if isinstance(link, domain.Link) and link.relation in _LINKED
    )
    return marks


def mark_stale(connection: sqlite3.Connection, marks: Iterable[Mark]) -> None:
    """Remember what papers must be derived again for, until `refresh` has done so."""
    connection.executemany("INSERT OR IGNORE INTO stale VALUES (?, ?)", marks)
