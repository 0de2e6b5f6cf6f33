"""Check the hash chain of a log: no segment is missing, and each names the one before it."""

from typing import Protocol

from archive import canonical, keys
from archive.entries import Head
from archive.inspection import SegmentFacts, is_as_written
from archive.stores import ObjectStore


class Verification(Protocol):
    """The verification that a chain reports to."""

    @property
    def store(self) -> ObjectStore:
        """Where the segments are."""

    def add_finding(self, key: str, what: str) -> None:
        """Record damage of an object."""

    def note(self, key: str, what: str) -> None:
        """Record a remark about an object that is not damage."""

    def take_facts(self, key: str, facts: SegmentFacts) -> None:
        """Record the facts of a segment."""


class Chain:
    """The segments of one log, added in the order of their keys."""

    def __init__(self, work: Verification, source: str, after: Head | None = None) -> None:
        """Begin at the first segment of a source's log, or after a known one."""
        self.work = work
        self.source = source
        self.digests: dict[int, str] = {}
        """Of the stored bytes, by sequence number."""
        self.last: tuple[str, SegmentFacts] | None = None
        self.sequence = after.sequence if after else 0
        self.after = after

    def add(self, key: str, sequence: int, facts: SegmentFacts) -> None:
        """Check a segment, and check the one before it against the digest that this one names."""
        expected = self.sequence + 1
        if sequence > expected:
            more = f", and {sequence - expected - 1} after it" if sequence > expected + 1 else ""
            self.work.add_finding(keys.segment_key(self.source, expected), f"is missing{more}")
        is_next = sequence == expected
        self.sequence = sequence
        for what in facts.findings:
            self.work.add_finding(key, what)
        header = facts.header
        if header is not None:
            self.work.take_facts(key, facts)
            if (header.source, header.sequence) != (self.source, sequence):
                name = f"segment {header.sequence} of {header.source}"
                self.work.add_finding(key, f"says that it is {name}")
            elif is_next:
                self.check_previous(header.previous)
        self.digests[sequence] = facts.sha256
        self.last = (key, facts)

    def check_previous(self, previous: str | None) -> None:
        """Check the segment before this one against the digest that this one names."""
        if self.last is None:
            if self.after is not None and self.after.sha256 not in ("", previous):
                key = keys.segment_key(self.source, self.after.sequence)
                self.work.add_finding(key, "is not the segment that the next one was written after")
            return
        key, before = self.last
        # That it is no segment, or another one, was reported before.
        if self.is_itself(key, before) and before.sha256 != previous:
            self.work.add_finding(key, "is not the segment that the next one was written after")

    def is_itself(self, key: str, facts: SegmentFacts) -> bool:
        """Tell whether a segment is the one that its key names."""
        header = facts.header
        return header is not None and key == keys.segment_key(header.source, header.sequence)

    def end(self, *, is_anchored: bool) -> None:
        """Check the bytes of the last segment, which no later segment names."""
        if self.last is None or is_anchored:
            return
        key, facts = self.last
        if facts.header is None or not self.is_itself(key, facts):
            return
        if facts.header.compressor != canonical.COMPRESSOR:
            self.work.note(key, "is the last, and compressed by another zlib; compare its SHA-256")
        elif not is_as_written(self.work.store, key):
            self.work.add_finding(key, "is not compressed as its writer compresses")
