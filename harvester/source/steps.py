"""What spiders hand to the harvester: steps of a walk, files, failures."""

from dataclasses import dataclass
from typing import Any

from archive.entries import PayloadEntry, RecordEntry
from archive.payloads import Staged
from harvester.source.files import Wanted


@dataclass(frozen=True, slots=True)
class Step:
    """One page of a walk: what was seen, and where the walk continues once that is safe."""

    category: str
    observations: tuple[RecordEntry, ...]
    cursor: Any
    """The category's position after these observations, as JSON; None leaves it where it is."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """The end of one attempt to fetch a wanted file."""

    wanted: Wanted
    entry: PayloadEntry
    staged: Staged | None = None
    """The bytes, hashed but not yet durable; None for a failure or a 304."""
    is_unchanged: bool = False
    """The source answered 304: what we have is what it has."""

    @property
    def etag(self) -> str | None:
        """The validator to send next time."""
        declared = self.entry.declared
        return declared.etag if declared else self.wanted.etag

    @property
    def last_modified(self) -> str | None:
        """The source's own time of the file, to send next time."""
        declared = self.entry.declared
        return declared.last_modified if declared else self.wanted.last_modified


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that made a harvest incomplete; kept in the report and the index."""

    category: str
    reason: str
    url: str
    excerpt: str = ""
    """The first bytes of a rejected answer, as text, for inspection."""
