"""The log of one source: segments that follow each other in a hash chain.

Writing segment N+1 is the commit of what it holds and of the checkpoint after it.
"""

import hashlib
from collections import deque
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version

from archive import keys
from archive.canonical import COMPRESSOR
from archive.entries import (
    FORMAT,
    FORMAT_WITH_ASIDES,
    Aside,
    Checkpoint,
    Entry,
    Head,
    Header,
    Segment,
    parse_segment,
    write_segment,
)
from archive.errors import (
    ChainBroken,
    LogConflict,
    ObjectExists,
    ObjectNotFound,
    SegmentDamaged,
)
from archive.listing import folders
from archive.stores import Lease, ObjectStore

__all__ = ["Head", "Log", "check_link", "parse_stored"]


def _software() -> str:
    try:
        return f"griffie {version('griffie')}"
    except PackageNotFoundError:
        return "griffie"


SOFTWARE = _software()
"""The software that wrote a segment; for people, never interpreted."""


class Log:
    """A source's segments in a store; neither reading nor writing needs a lock."""

    def __init__(self, store: ObjectStore, source: str, lease: Lease | None = None) -> None:
        """Refer to a log, which may be empty.

        Args:
            store: of the archive.
            source: whose log.
            lease: the right to write it, checked before each segment; None for readers, and for
                writers that rely on the store alone.

        Raises:
            KeyInvalid: the source's name cannot be part of a key.
        """
        self._store = store
        self._lease = lease
        self.source = keys.check_source(source)
        self._confirmed: Head | None = None
        """The newest segment whose stored bytes this object has verified."""
        self._last: Head | None = None
        """The head when this object last read or wrote."""

    def keys(self, after: int = 0) -> Iterator[str]:
        """Return the keys of the segments after a sequence number, in order."""
        return _keys(self._store, self.source, after)

    def head(self, *, after: Head | None = None) -> Head | None:
        """Return the head; None if the log is empty.

        Args:
            after: a head that the caller knows; only newer keys are listed.

        Raises:
            ChainBroken: the log does not have the segment that the caller knows.
        """
        self._confirm(after)
        newest = deque(self.keys(after.sequence if after else 0), maxlen=1)
        if newest:
            after = Head(_sequence(newest[0]), self._digest(newest[0]))
        self._confirmed = self._last = after
        return after

    def read(self, after: Head | None = None) -> Iterator[Segment]:
        """Yield the segments after a known one, in order, verifying the chain.

        Raises:
            ChainBroken: a segment is missing, or does not follow the one before it.
            SegmentDamaged: a segment's bytes are not what the format says.
        """
        self._confirm(after)
        for key in self.keys(after.sequence if after else 0):
            segment = parse_stored(self._store, key)
            check_link(segment, key, after)
            after = segment.head
            yield segment

    def append(
        self,
        entries: Sequence[Entry],
        checkpoint: Checkpoint,
        *,
        after: Head | None,
        harvest: str,
        written_at: str,
        asides: Sequence[Aside] = (),
    ) -> Segment:
        """Write the next segment; it is durable when this returns.

        Args:
            entries: empty to move only the checkpoint.
            checkpoint: the whole new checkpoint.
            after: the log's head as the caller knows it; None when the log is empty.
            harvest: the id of the harvest that observed the entries.
            written_at: the present, `YYYY-MM-DDTHH:MM:SS.mmmZ`.
            asides: newly quarantined items, and those whose quarantine has ended.

        Raises:
            LogConflict: there are newer segments than the caller knows; nothing was written.
            LeaseLost: the lease may have expired; nothing was written.
            ChainBroken: the log does not have the segment that the caller knows, or has a gap.
            EntryInvalid: a value that the format cannot hold; nothing was written.
        """
        if after is None or after != self._last:
            self._confirm(after)
            self._refuse_newer(after)
        sequence = after.sequence + 1 if after else 1
        header = Header(
            source=self.source,
            sequence=sequence,
            previous=after.sha256 if after else None,
            harvest=harvest,
            software=SOFTWARE,
            compressor=COMPRESSOR,
            written_at=written_at,
            format=FORMAT_WITH_ASIDES if asides else FORMAT,
        )
        data = write_segment(header, entries, checkpoint, asides)
        if self._lease is not None:
            self._lease.check()
        try:
            self._store.put_new(keys.segment_key(self.source, sequence), data)
        except ObjectExists as error:
            raise LogConflict(self.source, sequence) from error
        sha256 = hashlib.sha256(data).hexdigest()
        self._confirmed = self._last = Head(sequence, sha256)
        return Segment(header, tuple(entries), checkpoint, sha256, len(data), tuple(asides))

    @staticmethod
    def sources(store: ObjectStore) -> list[str]:
        """Return the names of the sources that have a log, in order."""
        return [name for name in folders(store, "log/") if next(_keys(store, name), None)]

    def _confirm(self, head: Head | None) -> None:
        """Verify, once for each head, that the log has it."""
        if head is None or head == self._confirmed:
            return
        key = keys.segment_key(self.source, head.sequence)
        if self._digest(key) != head.sha256:
            raise ChainBroken(key, "it is not the segment that was read or written before")
        self._confirmed = head

    def _digest(self, key: str) -> str:
        try:
            data = self._store.get(key)
        except ObjectNotFound as error:
            raise ChainBroken(key, "this segment was there before, and is missing") from error
        return hashlib.sha256(data).hexdigest()

    def _refuse_newer(self, after: Head | None) -> None:
        known = after.sequence if after else 0
        key = next(self.keys(known), None)
        if key is None:
            return
        if _sequence(key) == known + 1:
            raise LogConflict(self.source, known + 1)
        raise ChainBroken(key, f"segment {known + 1} is missing")


def _keys(store: ObjectStore, source: str, after: int = 0) -> Iterator[str]:
    start = keys.segment_key(source, after) if after else ""
    for info in store.list(f"log/{source}/", after=start):
        if keys.segment_sequence(info.key) is not None:
            yield info.key


def parse_stored(store: ObjectStore, key: str) -> Segment:
    """Read a segment by its key.

    Raises:
        SegmentDamaged: its bytes are not what the format says; the error names the key.
        ObjectNotFound: there is none.
    """
    try:
        return parse_segment(store.get(key))
    except SegmentDamaged as error:
        raise SegmentDamaged(error.what, key) from error


def check_link(segment: Segment, key: str, after: Head | None) -> None:
    """Check that a segment follows the segment `after`; None requires the first segment.

    Raises:
        ChainBroken: it does not.
    """
    expected = after.sequence + 1 if after else 1
    if _sequence(key) != expected:
        raise ChainBroken(key, f"segment {expected} is missing")
    if key != keys.segment_key(segment.source, segment.sequence):
        raise ChainBroken(key, f"it says it is segment {segment.sequence} of {segment.source}")
    if segment.header.previous != (after.sha256 if after else None):
        raise ChainBroken(key, "it was not written after the segment that stands before it")


def _sequence(key: str) -> int:
    sequence = keys.segment_sequence(key)
    if sequence is None:
        raise ChainBroken(key, "it is no key of a segment")
    return sequence
