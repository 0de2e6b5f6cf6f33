"""Who signed what, as the site tells it; whoever doubts it checks the archive's own objects."""

import logging
from bisect import bisect_left
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from archive import timestamps
from archive.archive import Archive
from archive.checkpoints import (
    OBJECTS,
    STAMP,
    Signed,
    kept_checkpoint,
    kept_key,
    kept_sizes,
    last_checkpoint,
    origin_of,
    signed_logs,
)
from archive.errors import Damage, Misuse, ObjectNotFound, TryLater
from archive.notes import NoteKey, signed_when
from archive.signers import Signers, read_signers
from harvester.site.reader import TtlCache
from harvester.times import to_text

MOST_REMEMBERED = 4096

_logger = logging.getLogger(__name__)


class Cosignature(NamedTuple):
    """A witness's signature, which was checked."""

    name: str
    at: str


@dataclass(frozen=True, slots=True)
class Signature:
    """A checkpoint that counts."""

    since: str
    """When it was signed, by the signer's clock."""
    signed_by: str
    """Public key, as hex."""
    lines: int
    """Of the log, which it covers."""
    checkpoint: str
    """Its address on this site."""
    cosigned: tuple[Cosignature, ...]
    """By witnesses that this site knows."""
    timestamp: str | None
    """When an authority saw it (RFC 3161); whose it is was not checked."""

    def shown(self) -> dict[str, Any]:
        """Return it as JSON shows it."""
        cosigned = [one._asdict() for one in self.cosigned]
        return {**asdict(self), "cosigned": cosigned}


class LogShown(NamedTuple):
    """A log that is signed."""

    log: str
    verifier_key: str
    """What tools of others need to check its checkpoints."""
    last: Signature | None
    """None where who signed it last does not count, which `griffie verify` tells."""
    note: str


@dataclass(frozen=True, slots=True)
class Signatures:
    """What is signed of one archive, remembered for a minute: each paper's page asks for it."""

    archive: Archive
    witnesses: tuple[NoteKey, ...] = ()
    """Those whose signatures this site can check."""
    cache: TtlCache = field(default_factory=lambda: TtlCache(worth_s=0, most=MOST_REMEMBERED))
    heads: TtlCache = field(
        default_factory=lambda: TtlCache(kept_s=86_400, worth_s=0, most=MOST_REMEMBERED)
    )
    """Segments at which checkpoints end, which never change."""

    def signers(self) -> Signers | None:
        """Return whose signatures count; None of an archive that nobody signs.

        Raises:
            Damage: the keys are damaged.
        """
        return self.cache.get_or_find("signers", lambda: read_signers(self.archive.store))

    def is_signed(self) -> bool:
        """Tell whether anybody signs this archive."""
        try:
            return self.signers() is not None
        except (Damage, TryLater) as error:
            _logger.warning("signatures cannot be shown: %s", error)
            return False

    def covering(self, source: str, segment: int) -> Signature | None:
        """Return the oldest checkpoint that covers a segment: since then it is provable.

        Raises:
            Damage: a checkpoint is damaged.
        """
        sizes = self.cache.get_or_find(
            ("sizes", source), lambda: kept_sizes(self.archive.store, source)
        )
        at = bisect_left(sizes, segment, key=lambda size: self._head(source, size))
        if at == len(sizes):
            return None
        found = self._remembered(source, sizes[at])
        if found is None or found.cosigned:
            return found
        # What witnesses signed later covers it as well.
        last = self._remembered(source, sizes[-1])
        return replace(found, cosigned=last.cosigned) if last else found

    def _remembered(self, source: str, size: int) -> Signature | None:
        return self.cache.get_or_find((source, size), lambda: self._signature(source, size))

    def _head(self, source: str, size: int) -> int:
        def read() -> int:
            head = kept_checkpoint(self.archive.store, source, size).checkpoint.head
            return head.sequence if head else 0

        return self.heads.get_or_find((source, size), read)

    def _signature(self, log: str, size: int) -> Signature | None:
        return self._checked(log, kept_checkpoint(self.archive.store, log, size))

    def _checked(self, log: str, signed: Signed) -> Signature | None:
        signers = self.signers()
        signer = signers.accepts(log, signed) if signers else None
        if signer is None:
            return None
        times = ((key.name, signed_when(signed.note, key)) for key in self.witnesses)
        cosigned = [Cosignature(name, _utc(time_s)) for name, time_s in times if time_s is not None]
        checkpoint = signed.checkpoint
        key = kept_key(log, checkpoint.size)
        return Signature(
            checkpoint.time, signer, checkpoint.size, f"/archive/{key}", tuple(cosigned),
            self._stamped_at(key),
        )  # fmt: skip

    def _stamped_at(self, key: str) -> str | None:
        store = self.archive.store
        try:
            return timestamps.check(store.get(key + STAMP), store.get(key), None)
        except (ObjectNotFound, ValueError, Misuse):
            return None  # there is none, `griffie verify` tells what is wrong, or no library here

    def logs(self) -> list[LogShown]:
        """Return all logs that are signed, those of sources first.

        Raises:
            Damage: a checkpoint, or what names the keys, is damaged.
        """
        signers = self.signers()
        found = []
        for log in sorted(signed_logs(self.archive.store), key=lambda log: (log == OBJECTS, log)):
            signed = last_checkpoint(self.archive.store, log)
            if signed is not None and signers is not None:
                key = str(NoteKey(origin_of(self.archive, log), signers.current))
                found.append(LogShown(log, key, self._checked(log, signed), str(signed.note)))
        return found

    def provable(self, segments: dict[tuple[str, int], int]) -> dict[tuple[str, int], Signature]:
        """Return since when versions are provable; those that are not yet signed are left out.

        Args:
            segments: by source and number of a version, the last segment that tells of it.
        """
        found: dict[tuple[str, int], Signature] = {}
        try:
            for (source, version), segment in segments.items():
                signature = self.covering(source, segment)
                if signature is not None:
                    found[source, version] = signature
        except (Damage, TryLater) as error:
            _logger.warning("signatures cannot be shown: %s", error)
        return found


def _utc(time_s: int) -> str:
    return to_text(datetime.fromtimestamp(time_s, UTC))
