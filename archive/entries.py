"""The lines of a segment, and the segment itself (README.md, "Segments").

Absent and null mean the same: fields that are None are not written. Unknown fields are ignored,
since a
later minor version of the format may add some; they stay in the stored bytes.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias, cast

from archive import canonical, fields
from archive.aside import Aside, asides_to_json, parse_asides
from archive.canonical import JSON
from archive.decisions import DecisionEntry, HoldEntry, TakedownEntry, Verdict
from archive.errors import EntryInvalid, FormatUnknown, SegmentDamaged
from archive.fields import Fields
from archive.observations import Declared, Enclosure, PayloadEntry, RecordEntry

__all__ = [
    "Aside",
    "Checkpoint",
    "DecisionEntry",
    "Declared",
    "Enclosure",
    "Entry",
    "Head",
    "Header",
    "HoldEntry",
    "PayloadEntry",
    "RecordEntry",
    "Segment",
    "TakedownEntry",
    "Verdict",
    "parse_entry",
    "parse_segment",
    "write_segment",
]

FORMAT = "griffie-log/1"
FORMAT_WITH_ASIDES = "griffie-log/1.1"
"""Of a segment with quarantined items, which readers of version 1 do not see."""
SEQUENCE_LIMIT = 9_999_999_999
"""Sequence numbers are written in ten digits."""

Checkpoint: TypeAlias = Mapping[str, JSON]
"""The whole checkpoint after a segment; it replaces the earlier one."""

_is_format = re.compile(r"griffie-log/1(\.[0-9]+)?").fullmatch
_has_surrogates = re.compile(r"\\u[dD][89a-fA-F]").search
"""Canonical JSON escapes control characters only; other writers may escape anything."""


class Head(NamedTuple):
    """The last segment of a log, or any segment to continue reading after."""

    sequence: int
    sha256: str


Entry: TypeAlias = RecordEntry | PayloadEntry | TakedownEntry | HoldEntry | DecisionEntry


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a segment."""

    source: str
    sequence: int
    previous: str | None
    """SHA-256 of the previous segment's stored bytes; None for the first."""
    harvest: str
    software: str
    compressor: str
    written_at: str
    format: str = FORMAT

    def to_json(self) -> dict[str, JSON]:
        """Return the line as JSON; `previous` is always there, null for the first segment."""
        return {"type": "header"} | {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_json(cls, line: Fields) -> "Header":
        """Read and check the fields; raises `EntryInvalid` or `FormatUnknown`."""
        if line.get("type") != "header":
            raise EntryInvalid("the first line is not a header")
        if not _is_format(fields.text(line, "format")):
            raise FormatUnknown("a segment", line["format"])
        sequence, previous = fields.optional_size(line, "sequence"), line.get("previous")
        if sequence is None or not 1 <= sequence <= SEQUENCE_LIMIT:
            raise EntryInvalid(f"sequence {sequence} is not in 1..{SEQUENCE_LIMIT}")
        if (previous is None) != (sequence == 1):
            raise EntryInvalid("only the first segment has no previous one")
        return cls(
            fields.text(line, "source"),
            sequence,
            None if previous is None else fields.sha256(line, "previous"),
            fields.text(line, "harvest"),
            fields.text(line, "software"),
            fields.text(line, "compressor"),
            fields.time(line, "written_at"),
            line["format"],
        )


@dataclass(frozen=True, slots=True)
class Segment:
    """A sealed step of a harvest, as read from its stored bytes."""

    header: Header
    entries: tuple[Entry, ...]
    """Entry `i` is line `i + 2` of the unpacked segment; line 1 is the header."""
    checkpoint: Checkpoint
    sha256: str
    """Of the stored (compressed) bytes."""
    size_bytes: int
    asides: tuple[Aside, ...] = ()
    """What was quarantined since the segment before, and what quarantine has ended."""

    @property
    def source(self) -> str:
        """The source whose log it belongs to."""
        return self.header.source

    @property
    def sequence(self) -> int:
        """Its place in the log, counted from 1."""
        return self.header.sequence

    @property
    def head(self) -> Head:
        """The log's head when this segment was its last."""
        return Head(self.header.sequence, self.sha256)


def write_segment(
    header: Header,
    entries: Sequence[Entry],
    checkpoint: Checkpoint,
    asides: Sequence[Aside] = (),
) -> bytes:
    """Return the bytes of a segment that `parse_segment` reads back as these values.

    Raises:
        EntryInvalid: for a value that the format cannot hold.
    """
    Header.from_json(header.to_json())
    if not isinstance(checkpoint, Mapping):
        raise EntryInvalid("the checkpoint is not an object")
    lines = [canonical.encode(header.to_json())]
    for entry in entries:
        line = entry.to_json()
        type(entry).from_json(line)  # write nothing that could not be read back
        lines.append(canonical.encode_checked(line))
    footer: dict[str, JSON] = {
        "type": "footer", "entries": len(entries), "checkpoint": checkpoint,
    }  # fmt: skip
    if asides:
        footer["aside"] = asides_to_json(asides)
    lines.append(canonical.encode(footer))
    content = b"\n".join(lines) + b"\n"
    if len(content) > canonical.CONTENT_LIMIT_BYTES:
        raise EntryInvalid(f"a segment of {len(content)} bytes is too large; write smaller steps")
    return canonical.pack(content)


def parse_segment(data: bytes) -> Segment:
    """Read a segment from its stored bytes.

    Raises:
        SegmentDamaged: when they are not what the format says.
        FormatUnknown: when a later major version of the format wrote them.
    """
    try:
        header, entries, checkpoint, asides = _parse_content(canonical.unpack(data))
    except EntryInvalid as error:
        raise SegmentDamaged(error.what) from error
    except ValueError as error:
        raise SegmentDamaged(str(error)) from error
    sha256 = hashlib.sha256(data).hexdigest()
    return Segment(header, entries, checkpoint, sha256, len(data), asides)


def _parse_content(
    content: bytes,
) -> tuple[Header, tuple[Entry, ...], Checkpoint, tuple[Aside, ...]]:
    if not content.endswith(b"\n"):
        raise EntryInvalid("the last line has no end")
    text = content[:-1].decode()
    lines = text.split("\n")
    if len(lines) < 2:
        raise EntryInvalid("there is no footer")
    # The header first: a later major version may change everything after it.
    header = Header.from_json(fields.as_object(canonical.decode(lines[0])))
    # One call for all lines is twice as fast as one call for each.
    rest = cast(list[JSON], canonical.decode("[" + ",".join(lines[1:]) + "]"))
    if _has_surrogates(text):
        # Other writers may have escaped lone surrogates, which no database holds: keep them as
        # escapes.
        rest = cast(list[JSON], _without_surrogates(rest))
    if len(rest) != len(lines) - 1:
        raise EntryInvalid("a line holds more than one value")
    checkpoint = _checkpoint(rest[-1], len(rest) - 1)
    asides = parse_asides(fields.as_object(rest[-1]))
    return header, tuple(map(parse_entry, rest[:-1])), checkpoint, asides


def _without_surrogates(value: JSON) -> JSON:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, Mapping):
        return {
            cast(str, _without_surrogates(name)): _without_surrogates(item)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [_without_surrogates(item) for item in value]
    return value


_KINDS: Mapping[object, type[Entry]] = {
    "record": RecordEntry,
    "payload": PayloadEntry,
    "takedown": TakedownEntry,
    "hold": HoldEntry,
    "decision": DecisionEntry,
}


def parse_entry(value: JSON) -> Entry:
    """Read an entry's line; raises `EntryInvalid`."""
    line = fields.as_object(value)
    kind = line.get("type")
    if type(kind) is not str or kind not in _KINDS:
        raise EntryInvalid(f"an entry of type {kind!r}")
    return _KINDS[kind].from_json(line)


def _checkpoint(value: JSON, entry_count: int) -> Checkpoint:
    footer = fields.as_object(value)
    if footer.get("type") != "footer":
        raise EntryInvalid("the last line is not a footer")
    if type(footer.get("entries")) is not int or footer["entries"] != entry_count:
        raise EntryInvalid(f"the footer counts {footer.get('entries')} entries, not {entry_count}")
    return fields.as_object(footer.get("checkpoint"))
