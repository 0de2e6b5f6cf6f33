"""Which files of a source are wanted, and which records are held."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from harvester.source.domain import PaperKind

Reason = Literal["new", "changed", "retry", "recheck", "misfit"]
"""`misfit`: what is held is not what is declared, or cannot be read."""


@dataclass(frozen=True, slots=True)
class FilePolicy:
    """Which papers' files are fetched, and when they are looked at again."""

    kinds: frozenset[PaperKind]
    recheck_days: int
    recheck_every_h: float
    rotation_days: int = 0
    """Every file that is held is asked for again once in so many days; 0: only recent ones."""
    names: frozenset[str] | None = None
    """Which of a record's files; None: all."""
    wants_missing: bool = True
    """Whether those that the archive lacks are wanted."""
    wants_rechecks: bool = True
    """Whether those that it has are, once more."""


class Wanted(NamedTuple):
    """A file to be fetched, with what is known of it."""

    record: str
    name: str
    url: str
    declared_media_type: str | None
    declared_size_bytes: int | None
    declared_digest: str | None
    is_inline: int
    """It is in the record itself."""
    etag: str | None
    last_modified: str | None
    sha256: str | None
    """Of the file as we have it; None if we never had it."""
    size_bytes: int | None
    media_type: str | None
    reason: Reason


class Held(NamedTuple):
    """A record that the source had when it was last seen."""

    record: str
    """`<category>/<source id>`."""
    replaced_by: str | None
    """Of a provisional record, the record of its paper under the final id."""


class AsideRow(NamedTuple):
    """Something that was sent and is no record, and where in the log it is put aside."""

    category: str
    name: str
    noted_at: str
    reason: str
    url: str
    sha256: str
    size_bytes: int
    segment: int
    ordinal: int
    """Its place in the footer's list, from 0."""
