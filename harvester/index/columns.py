"""Fit rows to the columns of their tables, so that applying what a log holds never fails.

Whatever a source sent is in the log already when a row is made of it. A value that SQLite cannot
hold, or a reader that raises, must not make that log unusable: the value is unknown, the record
is kept, and the report counts both.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from types import NoneType
from typing import Any, NamedTuple, get_args, get_type_hints

from archive.entries import RecordEntry
from harvester.index.tables import CONTENT, TABLES, TOLD_APART_BY
from harvester.source.domain import Reader, Reading, Row

LARGEST = 2**63 - 1
"""SQLite's integers have 64 bits with a sign."""


class Column(NamedTuple):
    """What a field of a row may be."""

    name: str
    kind: type
    """`int` or `str`."""
    is_optional: bool
    is_stored: bool = True


def contained(read: Reader) -> Reader:
    """Return a reader that never raises and gives only rows that their tables can hold."""

    def read_contained(entry: RecordEntry) -> Reading:
        try:
            return fitted(read(entry))
        except Exception as error:  # noqa: BLE001 - the reader may be anyone's; it is counted
            category = entry.id.partition("/")[0]
            reason = f"{category}: its reader failed: {type(error).__name__}"
            return Reading((), (writable(reason),))

    return read_contained


def fitted(reading: Reading) -> Reading:
    """Replace what columns cannot hold by None, and leave out rows that cannot do without it."""
    is_fit = all(map(_fits, reading.rows)) and all(map(_is_text, reading.unknown))
    if is_fit and _is_unique(reading.rows):
        return reading
    unknown = [writable(what) for what in reading.unknown]
    rows = [row for row in (_mended(row, unknown.append) for row in reading.rows) if row]
    return Reading(tuple(_unique(rows, unknown.append)), tuple(unknown))


def _unique(rows: Iterable[Row], complain: Callable[[str], None]) -> Iterator[Row]:
    """Leave out rows that their table would take for one that is there: the first one stays."""
    first: dict[tuple[object, ...], Row] = {}
    for row in rows:
        stands = first.setdefault(_identity(row), row)
        if stands is row:
            yield row
        elif stands != row:
            complain(f"{type(row).__name__}: more than one in a record")


def _is_unique(rows: Sequence[Row]) -> bool:
    return len(rows) < 2 or len({_identity(row) for row in rows}) == len(rows)


def _identity(row: Row) -> tuple[object, ...]:
    """Return what tells a row from the others of its record."""
    kind = type(row)
    return (kind, *(getattr(row, name) for name in TOLD_APART_BY.get(kind, ())))


def writable(text: str) -> str:
    """Return text that SQLite and JSON hold: lone surrogates and NUL are written as escapes."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


def _fits(row: Row) -> bool:
    return all(map(_is_held, row, _COLUMNS[type(row)]))


def _is_held(value: object, column: Column) -> bool:
    if value is None:
        return column.is_optional
    if column.kind is str:
        # A file inside a record may hold anything: it is not stored here.
        return _is_text(value) if column.is_stored else isinstance(value, str)
    return isinstance(value, int) and -LARGEST <= value <= LARGEST


def _is_text(value: object) -> bool:
    """Tell whether it is text; SQL's own functions stop reading at a NUL."""
    if not isinstance(value, str):
        return False
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            return False
    return "\0" not in value


def _mended(row: Row, complain: Callable[[str], None]) -> Row | None:
    kind = type(row)
    values: list[Any] = []
    for value, column in zip(row, _COLUMNS[kind], strict=True):
        if _is_held(value, column):
            values.append(value)
            continue
        complain(f"{kind.__name__}.{column.name} cannot be held")
        if not column.is_optional:
            return None
        values.append(None)
    return kind._make(values)


def _column(name: str, hint: Any) -> Column:
    """Read an annotation such as `int`, `str | None` or `Literal["letter"] | None`."""
    choices = get_args(hint)
    is_optional = NoneType in choices
    return Column(name, int if hint is int or int in choices else str, is_optional)


def _columns_of(kind: type[Row]) -> tuple[Column, ...]:
    hints = get_type_hints(kind)
    return tuple(
        _column(name, hints[name])._replace(is_stored=(kind, name) != CONTENT)
        for name in kind._fields
    )


_COLUMNS = {kind: _columns_of(kind) for kind in TABLES}
