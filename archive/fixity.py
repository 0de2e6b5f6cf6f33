"""Is what is stored still what was written? Reads everything, changes nothing."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple, TypeAlias

from archive import canonical, keys
from archive.archive import Archive, read_marker, read_sealed
from archive.entries import Head, PayloadEntry, Segment, parse_segment
from archive.errors import Damage, FormatUnknown, KeyInvalid, ObjectNotFound, SegmentDamaged
from archive.stores import ObjectInfo

Progress: TypeAlias = Callable[[ObjectInfo], object]
"""Called with the key and the size of each object that was checked."""

_CHUNK_BYTES = 1 << 20
_KNOWN_FOLDERS = ("harvests/", "payloads/", "snapshots/", "texts/")


class Finding(NamedTuple):
    """One thing about one object."""

    object_key: str
    what: str


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What `verify` found and how much it looked at."""

    findings: tuple[Finding, ...]
    """Damage; an archive without any is whole."""
    notes: tuple[Finding, ...]
    """What is odd but harms nothing: objects that the format does not name, unused payloads."""
    segments: int
    entries: int
    payloads: int
    size_bytes: int


def verify(
    archive: Archive,
    *,
    sources: Iterable[str] | None = None,
    payloads: bool = True,
    expected_heads: Mapping[str, Head] | None = None,
    progress: Progress | None = None,
) -> VerifyReport:
    """Check an archive against its own digests, and against heads kept elsewhere.

    Found without `expected_heads`: any change to a segment, a report, the marker, or a payload
    that the log names; any of these missing, save segments at the end of a log that no report
    names. With them: also a log whose end was cut off or written anew.

    Args:
        archive: is only read.
        sources: only their logs, reports and payloads; None means all.
        payloads: whether to read the payloads, which is nearly all of the work.
        expected_heads: by source, heads as they once were, kept outside the archive.
        progress: is told of every object.

    Raises:
        TryLater: the store cannot be read.
    """
    work = _Verification(archive, progress or (lambda _: None))
    wanted = None if sources is None else set(sources)
    work.check_marker()
    heads = work.check_reports(wanted)
    for source, head in (expected_heads or {}).items():
        heads.append(_Anchor(source, head, "a head kept elsewhere"))
    logs = set(archive.sources()) | {anchor.source for anchor in heads}
    for source in sorted(logs if wanted is None else wanted):
        work.check_log(source, [anchor for anchor in heads if anchor.source == source])
    if payloads:
        work.check_named_payloads()
        if wanted is None:
            work.check_other_payloads()
    if wanted is None:
        work.note_strays(logs)
    return work.report()


class _Anchor(NamedTuple):
    """A head that the log of a source must have, and who says so."""

    source: str
    head: Head
    told_by: str


@dataclass
class _Verification:
    """One run: gathers findings and counts."""

    archive: Archive
    progress: Progress
    findings: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)
    named: dict[bytes, int] = field(default_factory=dict)
    """Size by digest of every payload in the log; as bytes, which is half the memory of text."""
    segments: int = 0
    entries: int = 0
    payloads: int = 0
    size_bytes: int = 0

    def report(self) -> VerifyReport:
        return VerifyReport(
            findings=tuple(self.findings),
            notes=tuple(self.notes),
            segments=self.segments,
            entries=self.entries,
            payloads=self.payloads,
            size_bytes=self.size_bytes,
        )

    def find(self, key: str, what: str) -> None:
        self.findings.append(Finding(key, what))

    def note(self, key: str, what: str) -> None:
        self.notes.append(Finding(key, what))

    def checked(self, key: str, size_bytes: int) -> None:
        self.size_bytes += size_bytes
        self.progress(ObjectInfo(key, size_bytes))

    def check_marker(self) -> None:
        try:
            read_marker(self.archive.store)
        except (Damage, FormatUnknown) as error:
            self.find("griffie.json", str(error))

    def check_reports(self, wanted: set[str] | None) -> list[_Anchor]:
        """Check the reports' own digests; return the heads that they name."""
        anchors = []
        for info in self.archive.store.list("harvests/"):
            source = info.key.split("/")[1]
            if wanted is not None and source not in wanted:
                continue
            try:
                report = read_sealed(self.archive.store, info.key)
            except Damage as error:
                self.find(info.key, str(error))
                continue
            if head := _head_in(report.get("head_after")):
                anchors.append(_Anchor(source, head, info.key))
            self.checked(info.key, info.size_bytes)
        return anchors

    def check_log(self, source: str, anchors: list[_Anchor]) -> None:
        """Check each segment, then how it stands between its neighbours, then the anchors."""
        chain = _Chain(self, source)
        for info in self.archive.store.list(keys.log_prefix(source)):
            sequence = keys.segment_sequence(info.key)
            if sequence is None:
                self.note(info.key, "is not part of the format")
                continue
            data = self.archive.store.get(info.key)
            chain.add(info.key, sequence, data)
            self.checked(info.key, len(data))
        digests = chain.digests
        for anchor in anchors:
            found = digests.get(anchor.head.sequence)
            key = keys.segment_key(source, anchor.head.sequence)
            if found is None:
                self.find(key, f"is missing; {anchor.told_by} names it")
            elif found.hex() != anchor.head.sha256:
                self.find(key, f"is not the segment that {anchor.told_by} names")
        chain.end(is_anchored=any(a.head.sequence == max(digests, default=0) for a in anchors))

    def take_entries(self, key: str, segment: Segment) -> None:
        """Count a segment's entries and remember the payloads that they name."""
        self.segments += 1
        self.entries += len(segment.entries)
        for line, entry in enumerate(segment.entries, start=2):
            if not isinstance(entry, PayloadEntry) or entry.sha256 is None:
                continue
            size_bytes = entry.size_bytes or 0
            if self.named.setdefault(bytes.fromhex(entry.sha256), size_bytes) != size_bytes:
                self.find(key, f"line {line} gives {entry.sha256} another size than a line before")

    def check_named_payloads(self) -> None:
        for digest, size_bytes in sorted(self.named.items()):
            key = keys.payload_key(digest.hex())
            found = self.check_payload(key, digest)
            if found is not None and found != size_bytes:
                self.find(key, f"has {found} bytes, the log says {size_bytes}")

    def check_payload(self, key: str, digest: bytes) -> int | None:
        """Compare a payload with its name; return its size, or None when that is a finding."""
        try:
            with self.archive.store.open(key) as file:
                found, size_bytes = _read_digest(file)
        except ObjectNotFound:
            self.find(key, "is missing; the log names it")
            return None
        self.payloads += 1
        self.checked(key, size_bytes)
        if found != digest:
            self.find(key, f"has {size_bytes} bytes with SHA-256 {found.hex()}")
            return None
        return size_bytes

    def check_other_payloads(self) -> None:
        """Check what the log does not name: left by a kill before the segment was written."""
        for info in self.archive.store.list("payloads/"):
            digest = _payload_digest(info)
            if digest is None:
                self.note(info.key, "is not part of the format")
            elif digest not in self.named and self.check_payload(info.key, digest) is not None:
                self.note(info.key, "is named by no log; a harvest was killed, or a log was cut")

    def note_strays(self, sources: Iterable[str]) -> None:
        logs = [keys.log_prefix(source) for source in sources]
        for key in _outside(self.archive, [*_KNOWN_FOLDERS, *logs]):
            if key != "griffie.json":
                self.note(key, "is not part of the format")


class _Chain:
    """The segments of one log, added in the order of their keys."""

    def __init__(self, work: _Verification, source: str) -> None:
        self.work = work
        self.source = source
        self.digests: dict[int, bytes] = {}
        """Of the stored bytes, by sequence number."""
        self.last: tuple[str, bytes, Segment | None] | None = None
        self.sequence = 0

    def add(self, key: str, sequence: int, data: bytes) -> None:
        expected = self.sequence + 1
        if sequence > expected:
            more = f", and {sequence - expected - 1} after it" if sequence > expected + 1 else ""
            self.work.find(keys.segment_key(self.source, expected), f"is missing{more}")
        is_next = sequence == expected
        self.sequence = sequence
        digest = hashlib.sha256(data).digest()
        segment = self.parse(key, data)
        if segment is not None:
            self.work.take_entries(key, segment)
            if (segment.source, segment.sequence) != (self.source, sequence):
                name = f"segment {segment.sequence} of {segment.source}"
                self.work.find(key, f"says that it is {name}")
                segment = None
            elif is_next:
                self.check_previous(segment)
        self.digests[sequence] = digest
        self.last = (key, data, segment)

    def check_previous(self, segment: Segment) -> None:
        """Check the segment before this one against the digest that this one names."""
        if self.last is None:
            return
        key, _, before = self.last
        # When it was no segment, or not this one, that was said already.
        if before is not None and before.sha256 != segment.header.previous:
            self.work.find(key, "is not the segment that the next one was written after")

    def parse(self, key: str, data: bytes) -> Segment | None:
        try:
            segment = parse_segment(data)
        except (Damage, FormatUnknown) as error:
            self.work.find(key, error.what if isinstance(error, SegmentDamaged) else str(error))
            return None
        for number, line in enumerate(canonical.unpack(data).split(b"\n")[:-1], start=1):
            if not canonical.is_canonical(line):
                self.work.find(key, f"line {number} is not canonical JSON")
        return segment

    def end(self, *, is_anchored: bool) -> None:
        """Check the last segment's bytes, which no later segment vouches for.

        Its content has a CRC, but the same content can be compressed to other bytes: a match
        found elsewhere, bits that fill up the last byte.
        """
        if self.last is None or is_anchored:
            return
        key, data, segment = self.last
        if segment is None:
            return
        if segment.header.compressor != canonical.COMPRESSOR:
            self.work.note(key, "is the last, and compressed by another zlib; compare its SHA-256")
        elif canonical.pack(canonical.unpack(data)) != data:
            self.work.find(key, "is not compressed as its writer compresses")


def _read_digest(file: BinaryIO) -> tuple[bytes, int]:
    digest = hashlib.sha256()
    size_bytes = 0
    while chunk := file.read(_CHUNK_BYTES):
        digest.update(chunk)
        size_bytes += len(chunk)
    return digest.digest(), size_bytes


def _head_in(value: object) -> Head | None:
    if not isinstance(value, Mapping):
        return None
    sequence, sha256 = value.get("sequence"), value.get("sha256")
    if type(sequence) is not int or type(sha256) is not str:
        return None
    return Head(sequence, sha256)


def _payload_digest(info: ObjectInfo) -> bytes | None:
    name = info.key.rpartition("/")[2]
    try:
        is_payload = info.key == keys.payload_key(name)
    except KeyInvalid:
        return None
    return bytes.fromhex(name) if is_payload else None


def _outside(archive: Archive, folders: Iterable[str]) -> Iterator[str]:
    """Yield the keys below none of these folders, without listing what is in them."""
    after = ""
    while info := next(archive.store.list(after=after), None):
        inside = next((folder for folder in folders if info.key.startswith(folder)), None)
        if inside is None:
            yield info.key
        # No key has a character as great as this one.
        after = f"{inside}\x7f" if inside else info.key
