"""Make log entries of what the platform says of a document. Pure.

A document is one record, and each of its versions another: the platform may stop to tell old
versions (guide 6), and what was once said of them must stay.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from archive.entries import RecordEntry
from harvester.source.records import json_entry
from harvester.times import moment_of
from spiders.netherlands.openoverheid import values
from spiders.netherlands.openoverheid.identifiers import COPY_PREFIX

DOCUMENT = "document"
COPY = "copy"
VERSION = "version"
RELATIONS = "_relaties"
"""The member that holds a document's relations where another address gave them."""


def record_of(id_: str) -> str:
    """Return the record of a document: copies of official publications have a prefix."""
    return f"{COPY if id_.startswith(COPY_PREFIX) else DOCUMENT}/{id_}"


def entries_of(id_: str, detail: Mapping[str, Any], url: str, at: str) -> Iterator[RecordEntry]:
    """Yield the entries of a document's versions, then its own.

    Args:
        id_: of the document.
        detail: as the platform sent it, with its relations in `_relaties` if it was asked for them.
        url: where it was read.
        at: UTC time text.
    """
    events = events_of(detail)
    for event in events:
        name = f"{VERSION}/{id_}{suffix_of(event)}"
        # A version says of which document it is: an id alone may belong to a copy.
        yield json_entry(name, {**event, "_document": record_of(id_)}, url=url, at=at)
    last = events[-1] if events else {}
    changes = [text for event in events if isinstance(text := event.get("mutatiedatumtijd"), str)]
    entry = json_entry(
        record_of(id_), detail, url=url, at=at, updated=changes[-1] if changes else None,
        is_withdrawn=_word(last, "oorzaak") == values.WITHDRAWN,
    )  # fmt: skip
    if entry.state == "withdrawn":
        told = _text(last, "redenVerwijderingVervanging") or "no reason given"
        entry = replace(entry, reason=f"the source withdrew it: {told[:500]}")
    yield entry


def events_of(detail: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the versions of a document, the latest last, in whatever order they were sent."""
    found = detail.get("versies")
    events = [event for event in (found if isinstance(found, list) else []) if _is_event(event)]
    numbers = [number for event in events if (number := number_of(event)) is not None]
    if numbers and numbers[0] > numbers[-1]:
        events.reverse()
    moments = [moment_of(_text(event, "mutatiedatumtijd")) for event in events]
    known = [moment for moment in moments if moment is not None]
    if len(known) == len(events):
        order = sorted(range(len(events)), key=known.__getitem__)
        return [events[place] for place in order]
    return events


def _is_event(value: Any) -> bool:
    return isinstance(value, dict)


def number_of(event: Mapping[str, Any]) -> int | None:
    """Return the number of a version; a withdrawal has none."""
    number = event.get("nummer")
    is_number = isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 10**9
    return number if is_number else None


def suffix_of(event: Mapping[str, Any]) -> str:
    """Return what tells a version from the others of its document: `_2`.

    A withdrawal has no number, and a republication that of the version which it brings back: these
    are told apart by their time too.
    """
    number, cause = number_of(event), _word(event, "oorzaak")
    if number is not None and cause != values.AGAIN:
        return f"_{number}"
    told = json.dumps([number, cause, _text(event, "mutatiedatumtijd")])
    digest = hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:16]
    return f"_{cause if cause in values.CAUSES else 'other'}-{digest}"


def withdrawal(record: str, *, url: str, at: str, reason: str, answers: str) -> RecordEntry:
    """Return the entry of a document that is not served any more; the answers are the evidence."""
    return RecordEntry(
        id=record,
        state="withdrawn",
        observed_at=at,
        fingerprint=hashlib.sha256(f"withdrawn {record}".encode()).hexdigest(),
        url=url,
        media_type="application/json",
        raw=answers,
        reason=reason,
    )


def _word(event: Mapping[str, Any], name: str) -> str:
    return (_text(event, name) or "").strip().lower()


def _text(event: Mapping[str, Any], name: str) -> str | None:
    value = event.get(name)
    return value if isinstance(value, str) else None
