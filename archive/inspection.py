"""Compare one object of an archive with what it must be; reads that object and nothing else."""

import hashlib
from dataclasses import dataclass
from typing import NamedTuple

from archive import canonical, keys
from archive.chunks import digest_and_size
from archive.entries import Header, PayloadEntry, TakedownEntry, parse_segment
from archive.errors import Damage, FormatUnknown, ObjectNotFound, SegmentDamaged
from archive.merkle import leaf_hashes
from archive.stores import ObjectStore


class Named(NamedTuple):
    """A payload that a line of a segment names."""

    digest: bytes
    """As bytes, which is half the memory of text."""
    size_bytes: int
    line: int


@dataclass(frozen=True, slots=True)
class SegmentFacts:
    """The facts of a segment that the check of a log needs, without its entries."""

    sha256: str
    """Of the stored bytes."""
    size_bytes: int
    findings: tuple[str, ...]
    header: Header | None = None
    """None when it cannot be read."""
    entries: int = 0
    named: tuple[Named, ...] = ()
    taken_down: frozenset[bytes] = frozenset()
    leaves: bytes = b""
    """The hashes of its lines in the log's tree, concatenated."""


def inspect_segment(store: ObjectStore, key: str) -> SegmentFacts:
    """Read a segment; damage becomes a finding.

    Raises:
        ObjectNotFound: it went away meanwhile.
    """
    data = store.get(key)
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        segment = parse_segment(data)
    except (Damage, FormatUnknown) as error:
        what = error.what if isinstance(error, SegmentDamaged) else str(error)
        return SegmentFacts(sha256, len(data), (what,))
    lines = canonical.unpack(data).split(b"\n")[:-1]
    numbered = list(enumerate(segment.entries, start=2))
    return SegmentFacts(
        sha256,
        len(data),
        tuple(
            f"line {number} is not canonical JSON"
            for number, line in enumerate(lines, start=1)
            if not canonical.is_canonical(line)
        ),
        segment.header,
        len(segment.entries),
        tuple(
            Named(bytes.fromhex(entry.sha256), entry.size_bytes or 0, line)
            for line, entry in numbered
            if isinstance(entry, PayloadEntry) and entry.sha256 is not None
        ),
        frozenset(
            bytes.fromhex(sha256)
            for _, entry in numbered
            if isinstance(entry, TakedownEntry)
            for sha256 in entry.payloads
        ),
        leaf_hashes(lines),
    )


def is_as_written(store: ObjectStore, key: str) -> bool:
    """Tell whether a segment has exactly the bytes that its content compresses to here.

    The CRC covers the content alone, and other bytes can unpack to the same content: a match found
    elsewhere, padding bits in the last byte.
    """
    data = store.get(key)
    return canonical.pack(canonical.unpack(data)) == data


class PayloadFacts(NamedTuple):
    """The facts of a stored payload."""

    digest: bytes
    """By which it is stored."""
    size_bytes: int
    finding: str | None

    @property
    def key(self) -> str:
        """Its key."""
        return keys.payload_key(self.digest.hex())


def inspect_payload(store: ObjectStore, digest: bytes, size_bytes: int | None) -> PayloadFacts:
    """Compare a payload with its name and, unless that is None, with the size that the log says."""
    try:
        with store.open(keys.payload_key(digest.hex())) as file:
            found, count = digest_and_size(file)
    except ObjectNotFound:
        return PayloadFacts(digest, 0, "is missing; the log names it")
    if found != digest:
        return PayloadFacts(digest, count, f"has {count} bytes with SHA-256 {found.hex()}")
    if size_bytes is not None and count != size_bytes:
        return PayloadFacts(digest, count, f"has {count} bytes, the log says {size_bytes}")
    return PayloadFacts(digest, count, None)
