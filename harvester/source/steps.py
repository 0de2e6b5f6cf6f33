"""The items of spiders: steps of a walk, files, failures."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from archive.canonical import encode_checked
from archive.entries import Aside, Entry, PayloadEntry, RecordEntry
from archive.errors import EntryInvalid
from archive.payloads import Staged
from harvester.source.files import Wanted


@dataclass(frozen=True, slots=True)
class Step:
    """One page of a walk: its observations, and the cursor after them."""

    category: str
    observations: tuple[RecordEntry, ...]
    cursor: Any
    """The category's cursor after these observations, as JSON; None leaves it unchanged."""
    asides: tuple[Aside, ...] = ()
    """Items of the page that cannot be read as records."""
    unknown: tuple[str, ...] = ()
    """Unknown values of the page, in the form of `Fields.unknown`."""
    formerly: Mapping[str, str] = field(default_factory=dict)
    """By record, the fingerprint that an earlier version of the program gave it."""
    met: tuple[str, ...] = ()
    """Which of the answers that the source's guide leaves open it gave, in words."""
    asked_again: str | None = None
    """The address of an earlier response with quarantined items, of which this is a new read."""


def put_aside(
    category: str, record: str | None, reason: str, raw: bytes, *, url: str, at: str
) -> Aside:
    """Return the quarantined item for an XML record that cannot be read.

    Args:
        category: of the page.
        record: the id of the record, if it shows one.
        reason: why it cannot be read.
        raw: as received.
        url: of the response that it was part of.
        at: UTC time text.
    """
    name = record or f"sha256:{hashlib.sha256(raw).hexdigest()}"
    return Aside(category, name, at, reason, url, "application/xml", raw)


def sift(entries: Sequence[Entry], at: str) -> tuple[list[Entry], list[Aside]]:
    """Separate valid entries from records that the log cannot hold, which are quarantined."""
    writable: list[Entry] = []
    invalid: list[Aside] = []
    for entry in entries:
        try:
            line = entry.to_json()
            type(entry).from_json(line)
            encode_checked(line)
        except EntryInvalid as error:
            if not isinstance(entry, RecordEntry):
                raise
            invalid.append(_unwritable(entry, error, at))
        else:
            writable.append(entry)
    return writable, invalid


def _unwritable(entry: RecordEntry, error: EntryInvalid, at: str) -> Aside:
    record = _plain(entry.id)
    # No address: requesting it again would give the same.
    return Aside(
        record.partition("/")[0], record, at, _plain(str(error)), "", _plain(entry.media_type),
        entry.raw.encode("utf-8", "surrogatepass"),
    )  # fmt: skip


def _plain(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


@dataclass(frozen=True, slots=True)
class Fetched:
    """The outcome of one attempt to fetch a wanted file."""

    wanted: Wanted
    entry: PayloadEntry
    staged: Staged | None = None
    """The bytes, hashed but not yet durable; None for a failure or a 304."""
    is_unchanged: bool = False
    """Whether the source answered 304."""

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

    @property
    def is_misfit(self) -> bool:
        """Whether it is not the declared file, or it is the same unreadable file again."""
        entry, declared = self.entry, self.entry.declared
        if entry.error is not None or entry.sha256 is None:
            return False
        said = declared.size_bytes if declared else None
        if declared and declared.digest_agrees is False:
            return True
        is_same = entry.sha256 == self.wanted.sha256
        return said not in (None, entry.size_bytes) or (self.wanted.reason == "misfit" and is_same)


@dataclass(frozen=True, slots=True)
class Failure:
    """A failure that makes a harvest incomplete; kept in the report and the index."""

    category: str
    reason: str
    url: str
    excerpt: str = ""
    """The first bytes of a rejected response, as text, for inspection."""
