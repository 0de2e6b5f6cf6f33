"""Make domain rows and log entries from JSON records."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from archive.entries import Enclosure, RecordEntry
from harvester.source.fields import Fields

Kind = TypeVar("Kind")


class JsonFields(Fields):
    """The fields of a JSON object; numbers and booleans become text as JSON writes them."""

    def __init__(self, category: str, record: Mapping[str, Any]) -> None:
        """Take all fields of a record; null counts as absent."""
        super().__init__(category)
        for name, value in record.items():
            if value is not None:
                items = value if isinstance(value, list) else [value]
                self._values[name] = [_word(item) for item in items]


def _word(value: Any) -> str | None:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text.strip() or None


def row(kind: type[Kind], /, **values: object) -> Kind:
    """Return a domain row; missing fields get their default or None.

    Raises:
        TypeError: the row has no field of this name.
    """
    fields: Sequence[str] = kind._fields  # type: ignore[attr-defined]
    defaults: Mapping[str, object] = kind._field_defaults  # type: ignore[attr-defined]
    return kind(**{**dict.fromkeys(fields), **defaults, **values})


def json_entry(
    id_: str,
    record: Mapping[str, Any],
    *,
    url: str,
    at: str,
    updated: str | None = None,
    is_withdrawn: bool = False,
    enclosures: Iterable[Enclosure] = (),
) -> RecordEntry:
    """Return the entry of a JSON record; equal records have equal fingerprints.

    Args:
        id_: `<category>/<source id>`.
        record: as the source sent it; the entry keeps all of it.
        url: where it was read.
        at: when it was observed, as UTC time text.
        updated: the source's own time of this state, verbatim.
        is_withdrawn: whether this withdraws the record.
        enclosures: the files that it offers.
    """
    raw = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return RecordEntry(
        id=id_,
        state="withdrawn" if is_withdrawn else "present",
        observed_at=at,
        fingerprint=hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest(),
        url=url,
        media_type="application/json",
        raw=raw,
        updated=updated,
        enclosures=tuple(enclosures),
    )
