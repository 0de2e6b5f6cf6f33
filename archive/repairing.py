"""Mend an archive from a second copy: exactly what is damaged or missing, checked first."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from archive import canonical, keys
from archive.archive import Archive
from archive.copying import Progress, fetch_payload
from archive.errors import ArchiveError, ObjectNotFound
from archive.findings import Finding


def repair(
    archive: Archive, other: Archive, findings: Iterable[Finding], progress: Progress
) -> list[Finding]:
    """Replace what `verify` found damaged by what a second copy has, where that is right.

    A payload is right by its name, a report or the marker by its seal, and a segment when the
    other's log is whole and has every undamaged segment of this one.

    Args:
        archive: is changed.
        other: is only read.
        findings: of `verify` on `archive`.
        progress: is told of each object that was put back.

    Returns:
        What could not be repaired, and why.
    """
    damaged = dict.fromkeys(finding.object_key for finding in findings)
    work = _Repair(archive, other, frozenset(damaged))
    left = []
    for key in damaged:
        reason = work.put_back(key)
        if reason is None:
            progress(archive.store.head(key))
        else:
            left.append(Finding(key, reason))
    return left


@dataclass
class _Repair:
    """One run."""

    archive: Archive
    other: Archive
    damaged: frozenset[str]
    compared: dict[str, str | None] = field(default_factory=dict)
    """By source, why the other's log is no copy of this one; None when it is."""

    def put_back(self, key: str) -> str | None:
        """Replace one object; return why not, or None."""
        try:
            if key.startswith("payloads/"):
                return self._put_payload(key)
            content = self.other.store.get(key)
            reason = self._why_not(key, content)
        except ObjectNotFound:
            return "the other archive does not have it"
        except ArchiveError as error:
            return str(error)
        if reason is None:
            writer = self.archive.payloads.writer()
            writer.write(content)
            self.archive.store.replace(key, writer.close().path)
        return reason

    def _put_payload(self, key: str) -> str | None:
        staged = fetch_payload(self.other, self.other.store.head(key), self.archive)
        if staged is None:
            return "it is damaged in the other archive too"
        self.archive.store.replace(key, staged.path)
        return None

    def _why_not(self, key: str, content: bytes) -> str | None:
        if not key.startswith("log/"):
            try:
                canonical.unseal(content)
            except ValueError as error:
                return f"it is damaged in the other archive too: {error}"
            return None
        source = key.split("/")[1]
        if source not in self.compared:
            self.compared[source] = self._compare_logs(source)
        return self.compared[source]

    def _compare_logs(self, source: str) -> str | None:
        try:
            for segment in self.other.log(source).read(None):
                key = keys.segment_key(source, segment.sequence)
                if key in self.damaged or not self.archive.store.exists(key):
                    continue
                if self.archive.store.get(key) != self.other.store.get(key):
                    return f"the other archive's log is another one: {key} differs"
        except ArchiveError as error:
            return f"the other archive's log is damaged: {error}"
        return None
