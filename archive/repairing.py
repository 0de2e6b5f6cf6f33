"""Repair an archive from a second copy: only damaged or missing objects, verified first."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from archive import keys
from archive.archive import Archive
from archive.checkpoints import marker_identity
from archive.copying import Progress, fetch_payload
from archive.errors import ArchiveError, ObjectNotFound
from archive.evidence import ANYBODY, Trust
from archive.findings import Finding
from archive.fixity import verify


class Mended(NamedTuple):
    """The result of a repair."""

    before: tuple[Finding, ...]
    left: tuple[Finding, ...]
    """Objects that could not be repaired, and why."""
    after: tuple[Finding, ...]
    """Findings that remain."""


def mend(archive: Archive, other: Archive, trust: Trust, progress: Progress) -> Mended:
    """Verify an archive and restore damaged objects, until nothing more can be repaired.

    A damaged segment hides damage to the files that it names, so that one pass may not do.

    Args:
        archive: is changed.
        other: a second copy, not changed.
        trust: whose signatures count in both.
        progress: called with each object that was restored.

    Raises:
        TryLater: a store cannot be used.
    """
    found = verify(archive, trust=trust)
    before, tried = found.findings, frozenset[Finding]()
    left: tuple[Finding, ...] = ()
    while new := [finding for finding in found.findings if finding not in tried]:
        tried |= set(new)
        for leftover in found.leftovers:
            archive.store.erase(leftover.object_key)
        damaged = [finding for finding in found.findings if finding not in found.leftovers]
        left = tuple(repair(archive, other, damaged, progress, trust))
        found = verify(archive, trust=trust)
    return Mended(before, left, found.findings)


def repair(
    archive: Archive,
    other: Archive,
    findings: Iterable[Finding],
    progress: Progress,
    trust: Trust = ANYBODY,
) -> list[Finding]:
    """Replace damaged objects by those of a second copy, where they can be proved right.

    A payload is right by its name; a segment when the other's log is whole and has every undamaged
    segment of this one; anything else when a verification of the other archive finds no fault
    in it.

    Args:
        archive: is changed.
        other: is not changed.
        findings: of `verify` on `archive`.
        progress: called with each object that was restored.
        trust: whose signatures count.

    Returns:
        What could not be repaired, and why.
    """
    # A key that ends in a slash is a folder, which is right if the objects in it are.
    keys_found = (f.object_key for f in findings if not f.object_key.endswith("/"))
    damaged = dict.fromkeys(keys_found)
    work = _Repair(archive, other, frozenset(damaged), trust)
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
    trust: Trust
    compared: dict[str, str | None] = field(default_factory=dict)
    """By source, why the other's log is no copy of this one; None if it is a copy."""
    found_there: frozenset[str] | None = None

    def put_back(self, key: str) -> str | None:
        """Replace one object; return the reason if that failed."""
        try:
            if key.startswith("payloads/"):
                return self._put_payload(key)
            content = self.other.store.get(key)
            reason = self._why_not(key)
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

    def _why_not(self, key: str) -> str | None:
        if not key.startswith("log/"):
            if marker_identity(self.other) != marker_identity(self.archive):
                return "the other archive is another one, not a copy"
            if key in self._damaged_there():
                return "it is damaged in the other archive too"
            return None
        source = key.split("/")[1]
        if source not in self.compared:
            self.compared[source] = self._compare_logs(source)
        return self.compared[source]

    def _damaged_there(self) -> frozenset[str]:
        if self.found_there is None:
            found = verify(self.other, payloads=False, trust=self.trust).findings
            self.found_there = frozenset(finding.object_key for finding in found)
        return self.found_there

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
