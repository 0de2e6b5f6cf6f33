"""A witness's record: the last checkpoint that it cosigned of each log, and what it refused.

A witness cosigns a checkpoint when the log only grew since the last one that it cosigned (C2SP
tlog-witness). All that signs with one key shares one record, or it could vouch for two histories.
"""

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from archive.checkpoints import Signed, stored_checkpoint
from archive.errors import ObjectNotFound
from archive.merkle import EMPTY_ROOT, is_consistent
from archive.mutable import replace
from archive.notes import NoteSignature, cosign_note
from archive.stores.local import LocalStore
from archive.submissions import Submission

Accepts = Callable[[Signed], bool]
"""Tell whether a checkpoint has a signature by a key that counts for its log."""
Trusted = Callable[[str], Accepts | None]
"""Return what tells that of a log, by its origin line; None of a log that is not known."""

KEPT_REFUSALS = 100
"""Of each log and kind: a stolen key must not fill the disk."""


class Refusal(Exception):
    """A checkpoint was not cosigned.

    Refusal
    ├── OriginUnknown    of this log nothing is cosigned
    ├── NotTrusted       no key that counts signed it
    ├── OldSizeTooLarge  the proof is from a size larger than the checkpoint's
    ├── SizeDiffers      the proof is from another size than was cosigned last
    └── Inconsistent     the log does not begin with what was cosigned
    """


class OriginUnknown(Refusal):
    """Of this log nothing is cosigned here."""


class NotTrusted(Refusal):
    """No key that counts for this log signed the checkpoint."""


class OldSizeTooLarge(Refusal):
    """The proof begins at a size that is larger than that of the checkpoint."""


class SizeDiffers(Refusal):
    """The proof does not begin at the size that was cosigned last, or the root there differs."""

    def __init__(self, size: int, what: str) -> None:
        super().__init__(what)
        self.size = size
        """What was cosigned last."""


class Inconsistent(Refusal):
    """The proof does not lead from what was cosigned last to this checkpoint."""


class Witness(NamedTuple):
    """Who signs that nothing contradicts a checkpoint."""

    name: str
    key: Ed25519PrivateKey
    clock: Callable[[], datetime]

    def line(self, signed: Signed) -> NoteSignature:
        """Sign a checkpoint that was checked."""
        return cosign_note(signed.note.text, self.name, self.key, int(self.clock().timestamp()))


@dataclass(frozen=True)
class WitnessRecord:
    """What a witness cosigned, in a folder of its own.

    Several processes may use it at once; a kill at any moment leaves it whole.
    """

    folder: Path
    witness: Witness

    def last(self, origin: str) -> Signed | None:
        """Return the last checkpoint that was cosigned of a log.

        Raises:
            DocumentDamaged: it cannot be read.
        """
        try:
            return stored_checkpoint(self._store(), _last_key(origin))
        except ObjectNotFound:
            return None

    def cosign(self, submission: Submission, trusted: Trusted) -> NoteSignature:
        """Cosign a checkpoint that extends the last one, and record it first.

        Raises:
            Refusal: it was not cosigned. Where it may contradict what was cosigned, both are kept.
            DocumentDamaged: the record cannot be read; nothing was cosigned.
        """
        signed = submission.signed
        accepts = trusted(signed.checkpoint.origin)
        if accepts is None:
            raise OriginUnknown(f"{signed.checkpoint.origin} is not watched here")
        if not accepts(signed):
            raise NotTrusted(f"no key that counts for {signed.checkpoint.origin} signed this")
        with self._locked():
            last = self.last(signed.checkpoint.origin)
            try:
                _check(submission, last)
            except (SizeDiffers, Inconsistent):
                if last is not None:
                    self._keep_evidence(submission, last)
                raise
            return self._record(signed)

    def cosign_followed(
        self, signed: Signed, prove: Callable[[int], Sequence[bytes]]
    ) -> NoteSignature | None:
        """Cosign a checkpoint whose signature was checked, and whose tree is at hand.

        Args:
            signed: the checkpoint.
            prove: makes the proof of consistency from a smaller size.

        Returns:
            The cosignature, which was made before if the checkpoint is not new; None where a later
            checkpoint was cosigned already.

        Raises:
            Refusal: the log does not begin with what was cosigned; both checkpoints are kept.
        """
        with self._locked():
            last = self.last(signed.checkpoint.origin)
            size = last.checkpoint.size if last else 0
            if size > signed.checkpoint.size:
                return None
            if last is not None and last.note.text == signed.note.text:
                return next(one for one in last.note.signatures if one.name == self.witness.name)
            submission = Submission(size, tuple(prove(size)), signed)
            try:
                _check(submission, last)
            except Refusal:
                if last is not None:
                    self._keep_evidence(submission, last)
                raise
            return self._record(signed)

    def _record(self, signed: Signed) -> NoteSignature:
        store, origin = self._store(), signed.checkpoint.origin
        line = self.witness.line(signed)
        recorded = str(signed.note.with_signatures((line,))).encode()
        store.put_derived(_kept_key(origin, signed.checkpoint.size), recorded)
        replace(store, _last_key(origin), recorded)
        return line

    def contradictions(self, origin: str) -> list[str]:
        """Return the keys of checkpoints of which no more than one in two can be true."""
        return [info.key for info in self._store().list(f"contradictions/{_name(origin)}/")]

    def _keep_evidence(self, submission: Submission, last: Signed) -> None:
        """Keep a refused checkpoint with the one that it may contradict.

        Two of one size with different roots prove that two histories were signed. A smaller one, or
        one with a wrong proof, proves nothing: anybody can send an old one, or a wrong proof. Each
        kind has its own limit, so that such requests cannot crowd out the proofs.
        """
        signed, store = submission.signed, self._store()
        checkpoint, known = signed.checkpoint, last.checkpoint
        kind, other = "doubtful", last
        try:
            other = stored_checkpoint(store, _kept_key(checkpoint.origin, checkpoint.size))
        except ObjectNotFound:
            if checkpoint.size > known.size and submission.old_size != known.size:
                return  # who does not know what was cosigned last asks in this way
        else:
            if other.checkpoint.root == checkpoint.root:
                return  # sent again
            kind = "contradictions"
        prefix = f"{kind}/{_name(checkpoint.origin)}/"
        if sum(1 for _ in store.list(prefix)) >= KEPT_REFUSALS:
            return
        for one in (other, signed):
            data = str(one.note).encode()
            digest = hashlib.sha256(data).hexdigest()[:16]
            store.put_derived(f"{prefix}{one.checkpoint.size}-{digest}", data)

    def _store(self) -> LocalStore:
        self.folder.mkdir(parents=True, exist_ok=True)
        return LocalStore(self.folder)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Have nobody else read and replace the record meanwhile."""
        self.folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _check(submission: Submission, last: Signed | None) -> None:
    """Check that a checkpoint extends the last one, in the order that tlog-witness gives."""
    checkpoint = submission.signed.checkpoint
    known = last.checkpoint.size if last else 0
    root = last.checkpoint.root if last else EMPTY_ROOT
    old = submission.old_size
    if old > checkpoint.size:
        raise OldSizeTooLarge(f"the proof is from {old}, and the checkpoint has {checkpoint.size}")
    if old != known:
        raise SizeDiffers(known, f"{known} lines were cosigned last, and the proof is from {old}")
    if old == checkpoint.size and checkpoint.root != root:
        raise SizeDiffers(known, f"another log of {known} lines was cosigned")
    if not is_consistent(old, root, checkpoint.size, checkpoint.root, submission.proof):
        raise Inconsistent(f"the proof does not lead from {old} to {checkpoint.size} lines")


def _name(origin: str) -> str:
    return hashlib.sha256(origin.encode()).hexdigest()[:32]


def _last_key(origin: str) -> str:
    return f"last/{_name(origin)}"


def _kept_key(origin: str, size: int) -> str:
    return f"cosigned/{_name(origin)}/{size:012}"
