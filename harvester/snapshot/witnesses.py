"""Witnesses: who follows an archive and signs that its logs only grew."""

import logging
from collections.abc import Iterator
from typing import NamedTuple

from archive.archive import Archive
from archive.checkpoints import (
    COSIGNED,
    keep_cosignatures,
    kept_checkpoint,
    kept_key,
    last_checkpoint,
    signed_logs,
)
from archive.errors import Damage, LogForked, ObjectNotFound, TryLater
from archive.notes import NoteKey, signed_when
from archive.stores import ObjectStore
from archive.stores.location import open_store
from archive.stores.options import S3Options
from harvester.errors import ConfigurationError
from harvester.settings import SigningSettings

_logger = logging.getLogger(__name__)


class Watcher(NamedTuple):
    """A witness and the copy of this archive that it keeps."""

    key: NoteKey
    location: str


def watchers(settings: SigningSettings) -> list[Watcher]:
    """Read who watches this archive.

    Raises:
        ConfigurationError: one of them is no verifier key and location.
    """
    found = []
    for text in settings.witnesses:
        key, _, location = text.partition(" ")
        try:
            found.append(Watcher(NoteKey.parse(key), location.strip()))
        except ValueError as error:
            raise ConfigurationError(f"signing.witnesses: {error}") from error
    return found


def collect(archive: Archive, settings: SigningSettings, options: S3Options) -> list[str]:
    """Take over what witnesses signed of this archive; return the keys of what was taken.

    A witness that cannot be reached is waited for: its signature comes with a later round.

    Raises:
        LogForked: a witness saw another history, signed with the same key.
    """
    found: list[str] = []
    for watcher in watchers(settings):
        try:
            store = open_store(watcher.location, options)
            found += _collect_from(archive, store, watcher.key)
        except (TryLater, Damage) as error:
            if isinstance(error, LogForked):
                raise
            _logger.warning("the witness %s: %s", watcher.key.name, error)
    return found


def _collect_from(archive: Archive, store: ObjectStore, key: NoteKey) -> Iterator[str]:
    for log in signed_logs(archive.store):
        theirs = last_checkpoint(store, log)
        if theirs is None or not signed_when(theirs.note, key):
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
