"""Values about wanted files and held records of a source."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from harvester.source.domain import PaperKind

Reason = Literal["new", "changed", "retry", "recheck", "misfit"]
"""`misfit`: the held file is not the declared one, or cannot be read."""


@dataclass(frozen=True, slots=True)
class FilePolicy:
    """Which files are fetched, and when they are re-checked."""

    kinds: frozenset[PaperKind]
    recheck_days: int
    recheck_every_h: float
    rotation_days: int = 0
    """Every held file is re-checked once in so many days; 0 re-checks only recent ones."""
    names: frozenset[str] | None = None
    """Names of the wanted files of a record; None wants all."""
    wants_missing: bool = True
    """Whether to fetch files that the archive lacks."""
    wants_rechecks: bool = True
    """Whether to re-check files that it has."""


class Wanted(NamedTuple):
    """A file to fetch, with what is known of it."""

    record: str
    name: str
    url: str
    declared_media_type: str | None
    declared_size_bytes: int | None
    etag: str | None
    last_modified: str | None
    sha256: str | None
    """The digest of the held file; None if there is none."""
    size_bytes: int | None
    media_type: str | None
    reason: Reason


class Held(NamedTuple):
    """A record that the source had when it was last observed."""

    record: str
    """`<category>/<source id>`."""
    replaced_by: str | None
    """For a provisional record, the record of its paper under the final id."""


class AsideRow(NamedTuple):
    """A quarantined item, and where the log keeps it."""

    category: str
    name: str
    noted_at: str
    reason: str
    url: str
    sha256: str
    size_bytes: int
    segment: int
    ordinal: int
    """Its index in the footer's list, from 0."""
