"""Whose logs a witness watches: those that the settings name, and the archive that it follows."""

from collections import defaultdict

from archive.archive import Archive
from archive.checkpoints import Signed, origin_of
from archive.errors import ArchiveError
from archive.notes import ED25519, NoteKey, is_signed
from archive.signers import read_signers
from archive.witnessing import Accepts, Trusted
from harvester.errors import ConfigurationError
from harvester.settings import SigningSettings


def watched_logs(settings: SigningSettings, followed: Archive | None) -> Trusted:
    """Return what tells whose signature counts for a log, by its origin line.

    Args:
        settings: name the verifier keys of logs; of a log that changes its key there may be two.
        followed: a copy of an archive, whose keys were checked when they came.

    Raises:
        ConfigurationError: one is no verifier key of a log.
    """
    named: defaultdict[str, list[NoteKey]] = defaultdict(list)
    for text in settings.watched:
        try:
            key = NoteKey.parse(text.strip())
        except ValueError as error:
            raise ConfigurationError(f"signing.watched: {error}") from error
        if key.algorithm != ED25519:
            raise ConfigurationError(f"signing.watched: {text!r} is a witness's key, not a log's")
        named[key.name].append(key)

    def trusted(origin: str) -> Accepts | None:
        keys = named.get(origin)
        if keys is not None:
            return lambda signed: any(is_signed(signed.note, key) for key in keys)
        return _of_followed(followed, origin) if followed is not None else None

    return trusted


def _of_followed(followed: Archive, origin: str) -> Accepts | None:
    """Return whose signature counts for a log of a copy; it is asked anew, since keys rotate."""
    log = origin.rpartition("/")[2]
    try:
        if origin != origin_of(followed, log):
            return None
        signers = read_signers(followed.store)
    except ArchiveError:
        return None  # nothing is cosigned for an archive that cannot be read
    if signers is None:
        return None

    def accepts(signed: Signed) -> bool:
        return signers.accepts(log, signed) is not None

    return accepts
