"""Put domain rows into their tables, and take out what a record said before."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, cast, get_type_hints

from harvester.source import domain
from harvester.source.domain import Reading, Ref, Row

Mark = tuple[str, int]
"""A kind of thing and its record's key: papers that depend on it must be derived again."""

TABLES: dict[type[Row], str] = {
    domain.Document: "document",
    domain.DocumentVersion: "document_version",
    domain.DocumentName: "document_name",
    domain.StatedDossier: "stated_dossier",
    domain.StatedPerson: "stated_person",
    domain.OfferedFile: "offered_file",
    domain.StatedDigest: "stated_digest",
    domain.Replacement: "replacement",
    domain.Link: "link",
    domain.Dossier: "dossier",
    domain.Case: "case",
    domain.MotionClaim: "motion_claim",
    domain.Decision: "decision",
    domain.Vote: "vote",
    domain.Actor: "actor",
    domain.Person: "person",
    domain.Party: "party",
    domain.Activity: "activity",
    domain.AgendaItem: "agenda_item",
    domain.Commitment: "commitment",
}

TOLD_APART_BY: dict[type[Row], tuple[str, ...]] = {
    domain.DocumentName: ("document_id", "name"),
    domain.StatedDossier: ("ordinal",),
    domain.StatedPerson: ("ordinal",),
    domain.OfferedFile: ("name",),
    domain.StatedDigest: ("name",),
    domain.Replacement: ("official_id",),
    domain.Link: ("relation", "to_id"),
    domain.MotionClaim: ("ordinal",),
    domain.Vote: ("ordinal",),
}
"""Rows of which a record may have several; of every other kind it has one."""

MARKS: dict[type[Row], tuple[tuple[str, str], ...]] = {
    domain.Document: (("document", "key"),),
    domain.DocumentVersion: (("document", "document_key"),),
    domain.DocumentName: (("document", "document_key"),),
    domain.StatedDossier: (("document", "key"),),
    domain.StatedPerson: (("document", "key"),),
    domain.OfferedFile: (("document", "key"),),
    domain.StatedDigest: (("document", "key"),),
    domain.Replacement: (("document", "key"),),
    domain.Dossier: (("dossier", "key"),),
    domain.Case: (("case", "key"),),
    domain.MotionClaim: (("document", "key"),),
    domain.Decision: (("decision", "key"),),
    domain.Vote: (("decision", "decision_key"),),
    domain.Actor: (("document", "document_key"), ("case", "case_key")),
    domain.Activity: (("activity", "key"),),
    domain.AgendaItem: (("agenda item", "key"),),
}
"""Which columns of a table name the thing that changed with a row."""

_LINKED = {"decision_case": "case", "document_annex": "document"}
"""Relations on which what stands at their other end depends, and what that is.

An annex is one as long as a letter or motion names it; when that stops, nothing else touches it.
"""

_KEPT = (domain.DocumentName,)
"""Rows that nothing takes back: a name under which a document was once known finds it for ever."""
_MARKED = (domain.Document, domain.DocumentVersion, domain.Actor)
"""Rows that stay, marked, when their record is withdrawn: a withdrawn paper keeps its last words,
and so do the links and files of its document."""


class Said(NamedTuple):
    """What a record says, with the record's key."""

    key: int
    reading: Reading


def _columns(kind: type[Row]) -> tuple[str, ...]:
    """Return the columns for a row's fields: a reference is held as the key of its record."""
    owned = () if kind in _KEPT else ("key",)
    return (*owned, *(_column(kind, name) for name in kind._fields))


def _column(kind: type[Row], name: str) -> str:
    if (kind, name) == CONTENT:
        return "is_inline"
    return f"{name.removesuffix('_id')}_key" if name in _REFERENCES[kind] else name


def _references(kind: type[Row]) -> frozenset[str]:
    hints = get_type_hints(kind)
    return frozenset(name for name in kind._fields if hints[name] in (Ref, Ref | None))


CONTENT = (domain.OfferedFile, "content")
"""A text inside a record is in the log; the index knows only that it is there."""
_REFERENCES = {kind: _references(kind) for kind in TABLES}
_PLACES = {
    kind: tuple(n for n, name in enumerate(kind._fields) if name in names)
    for kind, names in _REFERENCES.items()
}
"""Where in a row its references stand."""


def _insertion(kind: type[Row]) -> str:
    table, columns = TABLES[kind], _columns(kind)
    names, values = ", ".join(columns), ", ".join("?" * len(columns))
    if kind is domain.Document:
        # A document that its record does not say any more stays, marked.
        changes = ", ".join(f"{name} = excluded.{name}" for name in columns if name != "key")
        return (
            f"INSERT INTO document ({names}, source) "
            f"VALUES ({values}, (SELECT source FROM record WHERE key = ?1)) "
            f"ON CONFLICT (key) DO UPDATE SET {changes}, is_withdrawn = 0"
        )
    if kind in _KEPT:
        # With the segment that said it first.
        return f'INSERT OR IGNORE INTO "{table}" ({names}, segment) VALUES ({values}, ?)'
    return f'INSERT OR REPLACE INTO "{table}" ({names}) VALUES ({values})'


_INSERTIONS = {kind: _insertion(kind) for kind in TABLES}


def references(readings: Iterable[Reading]) -> Iterator[Ref]:
    """Yield the records that rows name, in order; some more than once."""
    for reading in readings:
        for row in reading.rows:
            for place in _PLACES[type(row)]:
                if (value := row[place]) is not None:
                    yield cast(Ref, value)


def take_out(connection: sqlite3.Connection, said: Iterable[Said]) -> set[Mark]:
    """Delete what these records, known from before, said; return what depended on it.

    Every table but those of `_KEPT` is emptied by the record's key. Of records that say nothing any
    more, the rows in `_MARKED` stay, and with a document its links and files.
    """
    withdrawn = [(each.key,) for each in said if not each.reading.rows]
    replaced = [(each.key,) for each in said if each.reading.rows]
    connection.execute("DELETE FROM temp.taken")
    connection.executemany("INSERT OR IGNORE INTO temp.taken VALUES (?)", withdrawn)
    marks = _mark_withdrawn(connection, _MARKED)
    connection.executemany("INSERT OR IGNORE INTO temp.taken VALUES (?)", replaced)
    for kind, table in TABLES.items():
        if kind in _KEPT or kind is domain.Document:
            continue
        for what, column in MARKS.get(kind, ()):
            query = f'SELECT {column} FROM "{table}" WHERE key IN (SELECT key FROM temp.taken)'
            marks.update((what, value) for (value,) in connection.execute(query) if value)
        if kind is domain.Link:
            marks |= _marked_links(connection)
        connection.execute(f'DELETE FROM "{table}" WHERE key IN (SELECT key FROM temp.taken)')
    # What its record says again is marked present when it is put in.
    return marks | _mark_withdrawn(connection, (domain.Document,))


def _mark_withdrawn(connection: sqlite3.Connection, kinds: Iterable[type[Row]]) -> set[Mark]:
    """Mark those among `temp.taken` whose rows stay, and take them off that list."""
    marks: set[Mark] = set()
    for kind in kinds:
        whats = MARKS[kind]
        rows = connection.execute(
            f"UPDATE {TABLES[kind]} SET is_withdrawn = 1 WHERE key IN (SELECT key FROM temp.taken) "
            f"RETURNING key, {', '.join(column for _, column in whats)}"
        ).fetchall()
        connection.executemany("DELETE FROM temp.taken WHERE key = ?", [row[:1] for row in rows])
        for place, (what, _) in enumerate(whats, 1):
            marks.update((what, row[place]) for row in rows if row[place])
    return marks


def _marked_links(connection: sqlite3.Connection) -> set[Mark]:
    """Return what depends on the links that are about to go."""
    query = "SELECT relation, to_key FROM link WHERE key IN (SELECT key FROM temp.taken)"
    return {
        (_LINKED[relation], to_key)
        for relation, to_key in connection.execute(query)
        if relation in _LINKED
    }


def put_in(
    connection: sqlite3.Connection, said: Iterable[Said], keys: Mapping[str, int], segment: int
) -> set[Mark]:
    """Insert what records of one source say; return what depends on it.

    Args:
        connection: inside a transaction.
        said: whose rows these are.
        keys: of every record that the rows name, by id.
        segment: in which they say it.
    """
    by_kind: defaultdict[type[Row], list[tuple[object, ...]]] = defaultdict(list)
    for key, reading in said:
        for row in reading.rows:
            by_kind[type(row)].append(_values(key, row, keys))
    marks: set[Mark] = set()
    for kind, rows in by_kind.items():
        values = [(*row, segment) for row in rows] if kind in _KEPT else rows
        connection.executemany(_INSERTIONS[kind], values)
        columns = _columns(kind)
        for what, column in MARKS.get(kind, ()):
            place = columns.index(column)
            marks.update((what, cast(int, row[place])) for row in rows if row[place])
    marks.update(
        (_LINKED[str(relation)], cast(int, to_key))
        for _, relation, to_key in by_kind.get(domain.Link, ())
        if relation in _LINKED
    )
    return marks


def _values(key: int, row: Row, keys: Mapping[str, int]) -> tuple[object, ...]:
    kind = type(row)
    values: list[object] = list(row)
    if isinstance(row, domain.OfferedFile):
        values[row._fields.index("content")] = row.content is not None
    for place in _PLACES[kind]:
        if values[place] is not None:
            values[place] = keys[cast(str, values[place])]
    return tuple(values) if kind in _KEPT else (key, *values)


def mark_stale(connection: sqlite3.Connection, marks: Iterable[Mark]) -> None:
    """Remember what papers must be derived again for, until `refresh` has done so."""
    connection.executemany("INSERT OR IGNORE INTO stale VALUES (?, ?)", marks)
