"""Witnesses: others who sign that the logs of this archive only grew.

Some follow it and keep a copy, from which their signatures are taken; others are asked over HTTP
(C2SP tlog-witness).
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from archive.archive import Archive
from archive.checkpoints import (
    COSIGNED,
    Signed,
    keep_cosignatures,
    kept_checkpoint,
    kept_key,
    kept_sizes,
    last_checkpoint,
    log_place,
    signed_logs,
)
from archive.errors import Damage, LogForked, ObjectNotFound, TryLater
from archive.merkle import consistency_proof
from archive.notes import NoteKey, NoteSignature, signed_when
from archive.stores import ObjectStore
from archive.stores.location import open_store
from archive.stores.options import S3Options
from archive.submissions import Submission
from archive.tiles import TileReader
from harvester.errors import ConfigurationError
from harvester.settings import SigningSettings
from harvester.snapshot.submitting import NotCosigned, SeenAt, Unreachable, submit

SUBMIT = "submit"
LOOKED_BACK = 3
"""Checkpoints before the last one that are looked at for what a witness saw last."""

_logger = logging.getLogger(__name__)


class Watcher(NamedTuple):
    """A witness, and where to get its signatures."""

    key: NoteKey
    location: str
    """Where its copy of this archive is, or where checkpoints are submitted."""
    is_asked: bool
    """Whether checkpoints are submitted there, over HTTP."""


def watchers(settings: SigningSettings) -> list[Watcher]:
    """Read who watches this archive.

    Raises:
        ConfigurationError: one of them is no verifier key and location.
    """
    found = []
    for text in settings.witnesses:
        key, _, location = text.partition(" ")
        words = location.split(maxsplit=1)
        is_asked = words[:1] == [SUBMIT]
        url = "".join(words[1:]) if is_asked else location.strip()
        try:
            found.append(Watcher(NoteKey.parse(key), url, is_asked))
        except ValueError as error:
            raise ConfigurationError(f"signing.witnesses: {error}") from error
        if is_asked and not url.startswith(("https://", "http://")):
            raise ConfigurationError(
                f"signing.witnesses: {url!r} is no address to submit to, like https://example.org"
            )
    return found


@dataclass
class Witnesses:
    """Those of one archive, during one run of its signer."""

    archive: Archive
    settings: SigningSettings
    options: S3Options
    failed: dict[str, str] = field(default_factory=dict)
    """By name, why a witness gave no signature; a later run tries again."""
    unreachable: list[Watcher] = field(default_factory=list)

    def collect(self) -> Iterator[str]:
        """Take over what followers signed; yield the keys of what was stored.

        Raises:
            LogForked: a witness saw another history, signed with the same key.
        """
        for watcher in watchers(self.settings):
            if watcher.is_asked:
                continue
            try:
                store = open_store(watcher.location, self.options)
                yield from _collect_from(self.archive, store, watcher.key)
            except (TryLater, Damage) as error:
                if isinstance(error, LogForked):
                    raise
                _logger.warning("the witness %s: %s", watcher.key.name, error)

    def ask(self, logs: Sequence[str]) -> list[str]:
        """Submit the last checkpoint of each log to whoever has not signed it.

        A witness that cannot be reached is not asked again in this run.

        Returns:
            The keys of what was stored.
        """
        found = []
        for watcher in watchers(self.settings):
            if not watcher.is_asked or watcher in self.unreachable:
                continue
            for log in logs:
                try:
                    found += self._ask(log, watcher)
                except Unreachable as error:
                    self.unreachable.append(watcher)
                    self._tell(watcher, log, error)
                    break
                except (NotCosigned, TryLater, Damage) as error:
                    self._tell(watcher, log, error)
        return found

    def _tell(self, watcher: Watcher, log: str, error: Exception) -> None:
        name, said = watcher.key.name, self.failed.get(watcher.key.name)
        self.failed[name] = "; ".join(filter(None, (said, f"{log}: {error}")))

    def _ask(self, log: str, watcher: Watcher) -> list[str]:
        """Have one witness sign the last checkpoint of a log; return the key of what was stored.

        Raises:
            NotCosigned: it did not.
        """
        store = self.archive.store
        last = last_checkpoint(store, log)
        if last is None:
            return []
        signed = kept_checkpoint(store, log, last.checkpoint.size)
        if signed_when(signed.note, watcher.key) is not None:
            return []
        try:
            lines = self._submit(log, signed, watcher, self._seen_last(log, signed, watcher.key))
        except SeenAt as told:
            if told.size > signed.checkpoint.size:
                raise NotCosigned(_what_it_saw(told.size, signed)) from told
            try:
                lines = self._submit(log, signed, watcher, told.size)
            except SeenAt as again:
                raise NotCosigned(_what_it_saw(again.size, signed)) from again
        keep_cosignatures(store, log, signed, lines)
        return [kept_key(log, signed.checkpoint.size) + COSIGNED]

    def _seen_last(self, log: str, signed: Signed, key: NoteKey) -> int:
        """Return the largest size at which a witness signed lately; 0 where it did not."""
        sizes = kept_sizes(self.archive.store, log)
        earlier = [size for size in sizes if size < signed.checkpoint.size][-LOOKED_BACK:]
        for size in reversed(earlier):
            note = kept_checkpoint(self.archive.store, log, size).note
            if signed_when(note, key) is not None:
                return size
        return 0

    def _submit(
        self, log: str, signed: Signed, watcher: Watcher, old_size: int
    ) -> list[NoteSignature]:
        size, root = signed.checkpoint.size, signed.checkpoint.root
        node = TileReader(self.archive.store, log_place(log), size, root).node
        proof = tuple(consistency_proof(node, old_size, size))
        return submit(watcher.location, Submission(old_size, proof, signed), watcher.key)


def _what_it_saw(size: int, signed: Signed) -> str:
    if size == signed.checkpoint.size:
        return f"it cosigned another log of {size} lines: compare your checkpoint with its own"
    return (
        f"it cosigned {size} lines, and this archive has signed {signed.checkpoint.size}: another "
        "machine signs too, or the archive was rolled back"
    )


def _collect_from(archive: Archive, store: ObjectStore, key: NoteKey) -> Iterator[str]:
    for log in signed_logs(archive.store):
        theirs = last_checkpoint(store, log)
        if theirs is None or signed_when(theirs.note, key) is None:
            continue
        size = theirs.checkpoint.size
        try:
            ours = kept_checkpoint(archive.store, log, size)
        except ObjectNotFound:
            continue  # they are ahead: another machine signs, and is seen here later
        if ours.checkpoint.root != theirs.checkpoint.root:
            raise LogForked(log, size, [kept_key(log, size), repr(store)])
        if ours.note.text != theirs.note.text:
            continue
        lines = [line for line in theirs.note.signatures if line.key_id == key.id]
        if any(line not in ours.note.signatures for line in lines):
            keep_cosignatures(archive.store, log, ours, lines)
            yield kept_key(log, size) + COSIGNED
