"""Logs of somebody else, all of whose leaves are known; a witness; and both their keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from archive.checkpoints import Checkpoint, Signed
from archive.merkle import consistency_proof, fold, leaf_hash, root_hash
from archive.notes import COSIGNATURE, Note, NoteKey, is_signed, sign_note
from archive.statements import public_hex
from archive.submissions import Submission
from archive.witnessing import Accepts, Witness, WitnessRecord
from tests.unit.archive.signed import KEY, OTHER_KEY

ORIGIN = "example.org/log"
LOG = NoteKey(ORIGIN, public_hex(KEY))
NAME = "example.org/witness"
WITNESS = NoteKey(NAME, public_hex(OTHER_KEY), COSIGNATURE)
NOW = datetime(2026, 12, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Log:
    """One history."""

    leaves: tuple[bytes, ...]

    @classmethod
    def of(cls, size: int, *, parted_at: int | None = None) -> "Log":
        """Make a log; one that parts from others at a leaf has other leaves from there on."""
        at = size if parted_at is None else parted_at
        lines = (b"%d" % number if number < at else b"other %d" % number for number in range(size))
        return cls(tuple(map(leaf_hash, lines)))

    def node(self, level: int, place: int) -> bytes:
        return fold(self.leaves[place << level : (place + 1) << level])

    def checkpoint(self, size: int, extension: Sequence[str] = ()) -> Signed:
        told = Checkpoint(ORIGIN, size, root_hash(self.node, size), tuple(extension))
        return Signed(told, Note(told.text, (sign_note(told.text, ORIGIN, KEY),)))

    def submission(self, old: int, size: int, extension: Sequence[str] = ()) -> Submission:
        proof = consistency_proof(self.node, old, size) if old <= size else []
        return Submission(old, tuple(proof), self.checkpoint(size, extension))


def trusted(origin: str) -> Accepts | None:
    """Know one log."""
    return (lambda signed: is_signed(signed.note, LOG)) if origin == ORIGIN else None


def record_in(folder: Path) -> WitnessRecord:
    """Return what a witness cosigned."""
    return WitnessRecord(folder, Witness(NAME, OTHER_KEY, lambda: NOW))
