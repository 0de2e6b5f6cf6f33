"""A small source for the tests of the index: its records state rows as JSON."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, cast, get_type_hints

from archive.entries import Entry, Head, Header, PayloadEntry, RecordEntry, Segment
from harvester.index import Index
from harvester.source import domain
from harvester.source.domain import Reading, Ref, Row
from tests.unit.archive.makers import digest

SOURCE = "testland"
PRESS = "testpress"
"""Another source: the official printer of testland."""
TIME = "2026-11-23T20:15:09.120Z"
LATER = "2026-11-24T20:15:09.120Z"
HARVEST = "20261123T201509Z-testland-0001"


def read(entry: RecordEntry) -> Reading:
    """Turn a record of testland into rows."""
    if entry.state == "withdrawn":
        return Reading()
    rows = [getattr(domain, kind)(*values) for kind, values in json.loads(entry.raw)]
    return Reading(tuple(rows), ("Thing.strange",) if "strange" in entry.raw else ())


READERS = {SOURCE: read, PRESS: read}


def ref(id_: str) -> Ref:
    """Name a record of these sources."""
    return Ref(f"Thing/{id_}")


def link(relation: str, to: str) -> domain.Link:
    """Make a link to a record."""
    return domain.Link(relation, ref(to))


@cache
def _references(kind: Any) -> tuple[str, ...]:
    hints = get_type_hints(kind)
    return tuple(name for name in kind._fields if hints[name] in (Ref, Ref | None))


def row(kind: type[Any], /, **values: object) -> Any:
    """Make a row whose other fields are empty; references are given as ids without category."""
    referring = {
        name: None if values.get(name) is None else ref(str(values[name]))
        for name in _references(cast(Any, kind))
    }
    defaults = kind._field_defaults
    return kind(**{name: values.get(name, defaults.get(name)) for name in kind._fields} | referring)


def record(id_: str, *rows: Row, state: str = "present", at: str = TIME) -> RecordEntry:
    """Make the observation that a record states these rows."""
    raw = json.dumps([(type(each).__name__, list(each)) for each in rows])
    return RecordEntry(
        id=f"Thing/{id_}",
        state="withdrawn" if state == "withdrawn" else "present",
        observed_at=at,
        fingerprint=digest(raw + state),
        url=f"https://testland.test/{id_}",
        media_type="application/json",
        raw=raw,
        updated=at,
    )


def document(id_: str, *more: Row, **values: object) -> RecordEntry:
    """Make a document's record; a letter with a number and a file unless told otherwise."""
    given: dict[str, object] = {
        "kind": "letter",
        "number": f"N-{id_}",
        "subject": f"Over {id_}",
        "published_on": "2026-11-20",
        "is_provisional": 0,
        **values,
    }
    if given["kind"] in ("letter", "motion") and given.get("chamber") == "Tweede Kamer":
        given.setdefault("id_prefix", "kst-")
    number = given["number"]
    names = [domain.DocumentName(ref(id_), str(number))] if number else []
    offered = domain.OfferedFile(
        "file", f"https://testland.test/{id_}.pdf", "application/pdf", len("bytes")
    )
    files = [] if any(isinstance(each, domain.OfferedFile) for each in more) else [offered]
    return record(id_, row(domain.Document, **given), *names, *files, *more)


def withdrawn(id_: str, at: str = LATER) -> RecordEntry:
    """Make the observation that a record is gone."""
    return record(id_, state="withdrawn", at=at)


def file(id_: str, content: str = "bytes", at: str = TIME) -> PayloadEntry:
    """Make the entry of a document's fetched file."""
    return PayloadEntry(
        record=f"Thing/{id_}",
        name="file",
        url=f"https://testland.test/{id_}.pdf",
        retrieved_at=at,
        status=200,
        sha256=digest(content),
        size_bytes=len(content),
        media_type="application/pdf",
        declared=None,
        error=None,
    )


def failure(id_: str, error: str = "404 Not Found") -> PayloadEntry:
    """Make the entry of an attempt that failed."""
    url = f"https://testland.test/{id_}.pdf"
    return PayloadEntry(f"Thing/{id_}", "file", url, TIME, 404, None, None, None, None, error)


class Log:
    """Numbers segments and chains them."""

    def __init__(self, source: str = SOURCE) -> None:
        self._source = source
        self._head: Head | None = None

    def segment(self, entries: Sequence[Entry], position: int = 0) -> Segment:
        """Make the next segment."""
        sequence = self._head.sequence + 1 if self._head else 1
        header = Header(
            source=self._source,
            sequence=sequence,
            previous=self._head.sha256 if self._head else None,
            harvest=HARVEST,
            software="griffie test",
            compressor="none",
            written_at=TIME,
        )
        sha256 = digest(f"{header}{[str(entry) for entry in entries]}")
        segment = Segment(header, tuple(entries), {"Thing": position}, sha256, 100)
        self._head = segment.head
        return segment


def filled(path: Path, *groups: Sequence[Entry]) -> Index:
    """Make an index of these segments, refreshed after each."""
    index, log = Index.open(path, READERS), Log()
    for group in groups:
        index.apply(log.segment(group))
        index.refresh()
    return index


def select(index: Index, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """Ask the index."""
    return index.connection.execute(sql, values).fetchall()


DOCUMENT = "(SELECT substr(id, instr(id, '/') + 1) FROM record WHERE key = document_key)"
"""An expression for the id that its source gives a document."""
