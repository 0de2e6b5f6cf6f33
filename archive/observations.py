"""The lines of a segment that say what a harvest saw: records and their files."""

from dataclasses import dataclass
from typing import Literal, cast

from archive import fields
from archive.canonical import JSON
from archive.errors import EntryInvalid
from archive.fields import Fields


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that a record offers in its envelope, values verbatim from the source."""

    name: str
    url: str
    media_type: str | None = None
    size_bytes: int | None = None

    def to_json(self) -> dict[str, JSON]:
        """Return the fields that are present."""
        return fields.present(
            name=self.name, url=self.url, media_type=self.media_type, size_bytes=self.size_bytes
        )

    @classmethod
    def from_json(cls, line: Fields) -> "Enclosure":
        """Read and check the fields; raises `EntryInvalid`."""
        return cls(
            fields.text(line, "name"),
            fields.text(line, "url"),
            fields.optional_text(line, "media_type"),
            fields.optional_size(line, "size_bytes"),
        )


@dataclass(frozen=True, slots=True)
class RecordEntry:
    """What a harvest saw of a record: present with this metadata, or withdrawn."""

    id: str
    """`<category>/<source id>`."""
    state: Literal["present", "withdrawn"]
    observed_at: str
    fingerprint: str
    url: str
    media_type: str
    raw: str
    """The record's metadata as the source sent it, complete in itself."""
    updated: str | None = None
    """The source's own time of this publication, verbatim."""
    reason: str | None = None
    """Why the record counts as withdrawn."""
    enclosures: tuple[Enclosure, ...] = ()

    def to_json(self) -> dict[str, JSON]:
        """Return the line as JSON."""
        return fields.present(
            type="record",
            id=self.id,
            state=self.state,
            observed_at=self.observed_at,
            fingerprint=self.fingerprint,
            url=self.url,
            media_type=self.media_type,
            raw=self.raw,
            updated=self.updated,
            reason=self.reason,
            enclosures=[enclosure.to_json() for enclosure in self.enclosures] or None,
        )

    @classmethod
    def from_json(cls, line: Fields) -> "RecordEntry":
        """Read and check the fields; raises `EntryInvalid`."""
        state = line.get("state")
        if state not in ("present", "withdrawn"):
            raise EntryInvalid(f"state {state!r} is neither present nor withdrawn")
        enclosures = line.get("enclosures")
        return cls(
            fields.text(line, "id"),
            cast(Literal["present", "withdrawn"], state),
            fields.time(line, "observed_at"),
            fields.sha256(line, "fingerprint"),
            fields.text(line, "url"),
            fields.text(line, "media_type"),
            fields.text(line, "raw"),
            fields.optional_text(line, "updated"),
            fields.optional_text(line, "reason"),
            tuple(map(Enclosure.from_json, fields.as_objects(enclosures))) if enclosures else (),
        )


@dataclass(frozen=True, slots=True)
class Declared:
    """What the response headers said of a file, verbatim."""

    media_type: str | None = None
    size_bytes: int | None = None
    etag: str | None = None
    last_modified: str | None = None

    def to_json(self) -> dict[str, JSON]:
        """Return the fields that are present."""
        return fields.present(
            media_type=self.media_type,
            size_bytes=self.size_bytes,
            etag=self.etag,
            last_modified=self.last_modified,
        )

    @classmethod
    def from_json(cls, line: Fields) -> "Declared":
        """Read and check the fields; raises `EntryInvalid`."""
        return cls(
            fields.optional_text(line, "media_type"),
            fields.optional_size(line, "size_bytes"),
            fields.optional_text(line, "etag"),
            fields.optional_text(line, "last_modified"),
        )


@dataclass(frozen=True, slots=True)
class PayloadEntry:
    """The outcome of one attempt to fetch a record's file: a digest or an error."""

    record: str
    name: str
    url: str
    retrieved_at: str
    status: int | None = None
    """The source's status code; None when it gave no answer."""
    sha256: str | None = None
    size_bytes: int | None = None
    media_type: str | None = None
    """Detected from the bytes, never from what the source declared."""
    declared: Declared | None = None
    error: str | None = None

    def to_json(self) -> dict[str, JSON]:
        """Return the line as JSON."""
        return fields.present(
            type="payload",
            record=self.record,
            name=self.name,
            url=self.url,
            retrieved_at=self.retrieved_at,
            status=self.status,
            sha256=self.sha256,
            size_bytes=self.size_bytes,
            media_type=self.media_type,
            declared=self.declared.to_json() if self.declared else None,
            error=self.error,
        )

    @classmethod
    def from_json(cls, line: Fields) -> "PayloadEntry":
        """Read and check the fields; raises `EntryInvalid`."""
        declared = line.get("declared")
        sha256 = None if line.get("sha256") is None else fields.sha256(line, "sha256")
        size_bytes = fields.optional_size(line, "size_bytes")
        if (sha256 is None) != (size_bytes is None):
            raise EntryInvalid("sha256 and size_bytes come together or not at all")
        return cls(
            fields.text(line, "record"),
            fields.text(line, "name"),
            fields.text(line, "url"),
            fields.time(line, "retrieved_at"),
            fields.optional_size(line, "status"),
            sha256,
            size_bytes,
            fields.optional_text(line, "media_type"),
            None if declared is None else Declared.from_json(fields.as_object(declared)),
            fields.optional_text(line, "error"),
        )
