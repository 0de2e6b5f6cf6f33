"""Copy an archive, verifying what is read and sending only what the copy lacks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from archive import keys
from archive.archive import MARKER_KEY, Archive, read_sealed
from archive.checkpoints import log_place, marker_identity, signed_logs
from archive.chunks import chunks
from archive.entries import TakedownEntry
from archive.errors import ArchiveExists, Damage, LogConflict, ObjectExists
from archive.findings import Finding
from archive.heads import heads_keys
from archive.latest_heads import write_latest
from archive.log import check_link, parse_stored
from archive.mutable import replace
from archive.payloads import Staged
from archive.signers import read_signers
from archive.signing import mark_signed
from archive.stores import ObjectInfo, ObjectStore

GROUP_FILES = 200
GROUP_BYTES = 64 * 1024 * 1024

Progress: TypeAlias = Callable[[ObjectInfo], object]
"""Called with each object that was copied."""


@dataclass(slots=True)
class CopyReport:
    """What was copied, and what could not be."""

    payloads: int = 0
    segments: int = 0
    reports: int = 0
    heads: int = 0
    """Signed heads, with their timestamps."""
    size_bytes: int = 0
    findings: tuple[Finding, ...] = ()
    """Damage in the original; damaged objects are not copied."""


def open_copy(original: Archive, store: ObjectStore) -> Archive:
    """Open the copy of an archive in a store, or begin one with the original's marker.

    Raises:
        ArchiveExists: another archive is there, which was left unchanged.
    """
    marker = original.store.get(MARKER_KEY)
    try:
        store.put_new(MARKER_KEY, marker)
    except ObjectExists as error:
        if marker_identity(Archive(store)) != marker_identity(original):
            raise ArchiveExists(repr(store)) from error
    return Archive(store)


def copy(original: Archive, target: Archive, progress: Progress) -> CopyReport:
    """Bring a copy up to date: files, then the segments that name them, reports, signed heads.

    Interrupted at any moment, the copy is a complete, shorter archive; the next call continues.

    Raises:
        ChainBroken: a log of the copy is not the beginning of the original's.
        Damage: a segment of the original is damaged; what comes before it was copied.
        LogConflict: someone else writes to the copy.
    """
    report = CopyReport()
    work = _Copying(original, target, progress, report)
    work.copy_payloads()
    for source in original.sources():
        work.copy_log(source)
    work.copy_reports()
    work.copy_heads()
    work.copy_evidence()
    report.findings = tuple(work.findings)
    return report


class _Copying:
    """One run."""

    def __init__(
        self, original: Archive, target: Archive, progress: Progress, report: CopyReport
    ) -> None:
        self.original = original
        self.target = target
        self.progress = progress
        self.report = report
        self.findings: list[Finding] = []

    def copy_payloads(self) -> None:
        group: list[Staged] = []
        for info in missing(self.original.store, self.target.store, "payloads/"):
            staged = fetch_payload(self.original, info, self.target)
            if staged is None:
                self.findings.append(Finding(info.key, "is not what its name says"))
                continue
            group.append(staged)
            self.done(info)
            self.report.payloads += 1
            if len(group) >= GROUP_FILES or sum(s.size_bytes for s in group) >= GROUP_BYTES:
                self.target.payloads.commit(group)
                group = []
        self.target.payloads.commit(group)

    def copy_log(self, source: str) -> None:
        """Append the segments that the copy lacks, each verified against the one before."""
        log = self.original.log(source)
        head = self.target.log(source).head()
        # Reading on after the copy's last segment checks that the original has that segment.
        for segment in log.read(head):
            key = keys.segment_key(source, segment.sequence)
            for entry in segment.entries:
                if isinstance(entry, TakedownEntry):
                    # Before the segment: a copy whose log has the takedown must not have the
                    # payload any more.
                    for sha256 in entry.payloads:
                        self.target.erase(sha256)
            try:
                self.target.store.put_new(key, self.original.store.get(key))
            except ObjectExists as error:
                raise LogConflict(source, segment.sequence) from error
            check_link(parse_stored(self.target.store, key), key, head)
            head = segment.head
            self.done(ObjectInfo(key, segment.size_bytes))
            self.report.segments += 1

    def copy_reports(self) -> None:
        for info in missing(self.original.store, self.target.store, "harvests/"):
            try:
                read_sealed(self.original.store, info.key)
            except Damage as error:
                self.findings.append(Finding(info.key, str(error)))
                continue
            self.target.store.put_derived(info.key, self.original.store.get(info.key))
            self.done(info)
            self.report.reports += 1

    def copy_evidence(self) -> None:
        """Copy checkpoints, tiles and keys, each after what it refers to."""
        store = self.target.store
        last = [f"{log_place(log)}checkpoint" for log in signed_logs(self.original.store)]
        for info in missing(self.original.store, store, "evidence/"):
            if info.key not in last:
                store.put_new(info.key, self.original.store.get(info.key))
                self.done(info)
        for key in last:
            data = self.original.store.get(key)
            if not store.exists(key) or store.get(key) != data:
                replace(store, key, data)
                self.done(ObjectInfo(key, len(data)))
        signers = read_signers(self.original.store)
        if signers is not None:
            mark_signed(self.target, signers.keys[0].key)

    def copy_heads(self) -> None:
        """Copy signed objects byte for byte: only the signer could make them again."""
        for info in missing(self.original.store, self.target.store, "heads/"):
            self.target.store.put_new(info.key, self.original.store.get(info.key))
            self.done(info)
            self.report.heads += 1
        if last := heads_keys(self.target)[-1:]:
            write_latest(self.target.store, last[0])

    def done(self, info: ObjectInfo) -> None:
        self.report.size_bytes += info.size_bytes
        self.progress(info)


def missing(original: ObjectStore, copy: ObjectStore, prefix: str) -> Iterator[ObjectInfo]:
    """Yield the objects that only the original has, by merging two sorted listings."""
    there = copy.list(prefix)
    held = next(there, None)
    for info in original.list(prefix):
        while held is not None and held.key < info.key:
            held = next(there, None)
        if held is None or held.key != info.key:
            yield info


def fetch_payload(original: Archive, info: ObjectInfo, target: Archive) -> Staged | None:
    """Copy a payload into the target's staging folder; None if its digest is not its name."""
    sha256 = info.key.rpartition("/")[2]
    writer = target.payloads.writer()
    try:
        with original.store.open(info.key) as file:
            for chunk in chunks(file):
                writer.write(chunk)
        staged = writer.close()
    except BaseException:
        writer.abort()
        raise
    if staged.sha256 == sha256:
        return staged
    staged.path.unlink()
    return None
