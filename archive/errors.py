"""What can go wrong in the archive, with the exit code on the class.

ArchiveError
├── TryLater                75  nothing half-written is visible; the same call may succeed later
│   ├── StoreFull               no room, or the quota is used up
│   ├── StoreForbidden          no permission, or a read-only file system
│   ├── StoreUnavailable        the folder is gone, or the device fails
│   ├── LogConflict             another writer took the sequence number
│   ├── LeaseHeld               another writer has the right to write the log
│   └── LeaseLost               the right to write the log is not certain any more
├── Damage                   4  what is stored is not what was written
│   ├── ObjectNotFound          an object that should exist does not
│   ├── SegmentDamaged          a segment's bytes are not what the format says
│   ├── ChainBroken             a segment does not follow the one before it
│   ├── LogRewritten            the origin's log is not the one that was followed
│   ├── DocumentDamaged         griffie.json or a report contradicts its own digest
│   ├── LogForked               two histories of one log were signed
│   └── SignatureMissing        nobody who counts vouches for what was read
└── Misuse                   2  the caller or the configuration must change
    ├── StoreUnsupported        the server does not do what was asked, and never will
    ├── ArchiveNotFound         no archive at this location
    ├── ArchiveExists           there is one already
    ├── PromiseBroken           the store would let one writer overwrite another
    ├── FormatUnknown           written by a newer Griffie, or not by Griffie
    ├── KeyInvalid              a name that could leave the archive, or that is no key
    ├── EntryInvalid            a value that the format cannot hold
    ├── ObjectExists            objects are never overwritten
    └── SnapshotExists          a published snapshot is never changed
"""

from collections.abc import Sequence


class ArchiveError(Exception):
    """Root of the archive's errors; the message says what, where, and what to do next."""

    exit_code = 75


class TryLater(ArchiveError):
    """Something outside the archive is in the way; nothing half-written is visible."""

    exit_code = 75


class StoreFull(TryLater):
    """The store has no room left."""

    def __init__(self, where: str) -> None:
        super().__init__(f"no room left for {where}; make room or raise the quota, then try again")
        self.where = where


class StoreForbidden(TryLater):
    """The store may not be read or written by this user."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(
            f"not allowed: {where} ({reason}); give this user access, or mount it writable"
        )
        self.where = where


class StoreUnavailable(TryLater):
    """The store cannot be reached, or its device fails."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"cannot use {where}: {reason}; check that it is mounted and healthy")
        self.where = where
        self.reason = reason


class LogConflict(TryLater):
    """Another writer took this sequence number; nothing was appended."""

    def __init__(self, source: str, sequence: int) -> None:
        super().__init__(
            f"segment {sequence} of {source} was written by someone else; catch up, then try again"
        )
        self.source = source
        self.sequence = sequence


class LeaseHeld(TryLater):
    """Another writer has the right to write this log; nothing was done."""

    def __init__(self, name: str, holder: str, until: str) -> None:
        super().__init__(f"{name} is being written by {holder}, until {until}; nothing was done")
        self.name = name
        self.holder = holder


class LeaseLost(TryLater):
    """The right to write this log could not be renewed in time; nothing more is written."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"the right to write {name} was lost: its claim could not be renewed in time; "
            "what was written is whole, try again"
        )
        self.name = name


class Damage(ArchiveError):
    """What is stored is not what was written; run `griffie verify`, restore from a copy."""

    exit_code = 4


class ObjectNotFound(Damage):
    """The store has no object by this key."""

    def __init__(self, key: str) -> None:
        super().__init__(f"{key} is not in the archive")
        self.key = key


class SegmentDamaged(Damage):
    """A segment's bytes are not what the format says."""

    def __init__(self, what: str, key: str | None = None) -> None:
        super().__init__(f"{key or 'segment'} is damaged: {what}; restore it from a copy")
        self.what = what
        self.key = key


class ChainBroken(Damage):
    """A segment does not follow the one before it."""

    def __init__(self, key: str, what: str) -> None:
        super().__init__(f"the log is broken at {key}: {what}; restore it from a copy")
        self.key = key
        self.what = what


class LogRewritten(Damage):
    """The origin's log is no longer the one that was followed."""

    def __init__(self, source: str, sequence: int, written_at: str, what: str) -> None:
        super().__init__(
            f"the log of {source} at the origin was rewritten since segment {sequence}, which was "
            f"written at {written_at} and {what} there; nothing was taken from it, and this copy "
            "still holds what it said"
        )
        self.source = source
        self.sequence = sequence
        self.written_at = written_at


class DocumentDamaged(Damage):
    """A sealed document (`griffie.json`, a report) contradicts its own digest."""

    def __init__(self, key: str, what: str) -> None:
        super().__init__(f"{key} is damaged: {what}; restore it from a copy")
        self.key = key
        self.what = what


class SignatureMissing(Damage):
    """Nobody who counts vouches for what was read."""

    def __init__(self, key: str, what: str) -> None:
        super().__init__(f"{key} {what}: ask the operator of this archive")
        self.key = key
        self.what = what


class LogForked(Damage):
    """Two histories of one log were signed; at most one of them is true."""

    def __init__(self, log: str, size: int, keys: Sequence[str]) -> None:
        super().__init__(
            f"the log {log} was signed as another one when it had {size} lines: who signs it shows "
            f"two histories. Nothing was taken; both checkpoints are kept as evidence: "
            f"{', '.join(keys)}"
        )
        self.log = log
        self.size = size
        self.keys = keys


class Misuse(ArchiveError):
    """The caller or the configuration must change; trying again will not help."""

    exit_code = 2


class ArchiveNotFound(Misuse):
    """There is no archive at this location."""

    def __init__(self, location: str) -> None:
        super().__init__(f"no archive at {location}; create one with `griffie init`")
        self.location = location


class ArchiveExists(Misuse):
    """There is an archive at this location already."""

    def __init__(self, location: str) -> None:
        super().__init__(f"there is an archive at {location} already; use it, or name another")
        self.location = location


class PromiseBroken(Misuse):
    """The store does not write once: two writers could overwrite each other's segments."""

    def __init__(self, where: str) -> None:
        super().__init__(
            f"{where} lets a put overwrite an object (it ignores If-None-Match), and the bucket "
            "cannot show which came first; have it keep versions (s3.versioning = true), without "
            "Object Lock, or use another server"
        )
        self.where = where


class StoreUnsupported(Misuse):
    """The server refused a request for good: it does not know the call, or what came with it."""

    def __init__(self, where: str, call: str, said: str, advice: str) -> None:
        super().__init__(f"{where} does not accept {call} ({said}); {advice}")
        self.where = where
        self.call = call
        self.said = said
        self.advice = advice


class FormatUnknown(Misuse):
    """Written by a newer Griffie, or not by Griffie at all."""

    def __init__(self, what: str, found: object) -> None:
        super().__init__(f"{what} has format {found!r}, which this version cannot read; upgrade")
        self.what = what
        self.found = found


class KeyInvalid(Misuse):
    """A name that is no object key."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key!r} is no object key: {reason}")
        self.key = key
        self.reason = reason


class EntryInvalid(Misuse):
    """A value that the format cannot hold; nothing was written."""

    def __init__(self, what: str) -> None:
        super().__init__(f"cannot be written to the log: {what}")
        self.what = what


class ObjectExists(Misuse):
    """An object with this key exists; it was left unchanged."""

    def __init__(self, key: str) -> None:
        super().__init__(f"{key} exists already; objects are never overwritten")
        self.key = key


class SnapshotExists(Misuse):
    """A snapshot of this name is published; it was left unchanged."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is a snapshot {name} already; choose another --name")
        self.name = name
