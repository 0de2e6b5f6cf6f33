"""Requests to cosign a checkpoint, as C2SP tlog-witness writes them. Pure."""

import base64
from collections.abc import Sequence
from typing import NamedTuple

from archive.checkpoints import Signed, read_checkpoint
from archive.merkle import HASH_BYTES
from archive.notes import NOTE_LIMIT_BYTES, NoteSignature, parse_signatures

PROOF_LINES = 63
"""More hashes are in no consistency proof."""
LIMIT_BYTES = NOTE_LIMIT_BYTES + (PROOF_LINES + 2) * 64
SIZE_LIMIT = 1 << 63


class Submission(NamedTuple):
    """A checkpoint, and the proof that its log begins with an older, smaller tree."""

    old_size: int
    proof: tuple[bytes, ...]
    signed: Signed

    def body(self) -> bytes:
        """Write it as a request's body."""
        lines = [f"old {self.old_size}", *(base64.b64encode(one).decode() for one in self.proof)]
        return (
            "".join(f"{line}\n" for line in (*lines, "")).encode() + str(self.signed.note).encode()
        )


def read_submission(body: bytes) -> Submission:
    """Read a request's body; neither signatures nor the proof are checked.

    Raises:
        ValueError: it is not as tlog-witness says.
    """
    if len(body) > LIMIT_BYTES:
        raise ValueError("longer than any request")
    head, gap, note = body.partition(b"\n\n")
    if not gap:
        raise ValueError("no empty line before the checkpoint")
    old, *hashes = head.decode("ascii").split("\n")
    if len(hashes) > PROOF_LINES:
        raise ValueError(f"more than {PROOF_LINES} lines of proof")
    signed = read_checkpoint(note)
    if signed.checkpoint.size >= SIZE_LIMIT:
        raise ValueError("larger than any log")
    return Submission(_old_size(old), tuple(map(_hash, hashes)), signed)


def _old_size(line: str) -> int:
    number = line.removeprefix("old ")
    if not line.startswith("old ") or not number.isdecimal() or str(int(number)) != number:
        raise ValueError("the first line is not `old` and a size")
    return int(number)


def _hash(line: str) -> bytes:
    data = base64.b64decode(line, validate=True)
    if len(data) != HASH_BYTES or base64.b64encode(data).decode() != line:
        raise ValueError("a line of the proof is no hash")
    return data


def read_answer(body: bytes) -> Sequence[NoteSignature]:
    """Read the cosignatures that a witness answers; they are not checked.

    Raises:
        ValueError: they are no lines of signatures.
    """
    return parse_signatures(body.decode())
