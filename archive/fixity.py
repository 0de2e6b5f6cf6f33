"""Is what is stored still what was written? Reads everything, changes nothing."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from multiprocessing import get_context
from typing import NamedTuple, Protocol, TypeAlias

from archive import keys
from archive.ahead import ahead
from archive.archive import MARKER_KEY, Archive, read_marker, read_sealed
from archive.chain import Chain
from archive.entries import Head
from archive.errors import Damage, FormatUnknown, KeyInvalid
from archive.inspection import (
    PayloadFacts,
    SegmentFacts,
    inspect_payload,
    inspect_segment,
)
from archive.latest_heads import LATEST_KEY
from archive.orphans import die_with_parent
from archive.stores import ObjectInfo, ObjectStore

Progress: TypeAlias = Callable[[ObjectInfo], object]
"""Called with the key and the size of each object that was checked."""

_KNOWN_FOLDERS = ("harvests/", "heads/", "payloads/", "snapshots/", "texts/")
_FEW_SEGMENTS = 16
"""Fewer are read sooner than a process starts."""
_AHEAD = 4
_TOGETHER = 32
"""Payloads checked in one call of a thread, in a store that answers at once."""
_NOTED = 500
"""Results that are given to the ledger together."""


class Finding(NamedTuple):
    """One thing about one object."""

    object_key: str
    what: str


class Ledger(Protocol):
    """What the caller remembers of earlier checks, so that the next one goes on where they ended.

    Objects are told by their keys; a log stands for all its segments, `log/<source>/`.
    """

    def due(self, digests: Iterable[str]) -> Sequence[str]:
        """Return those payloads that are to be checked now: the damaged first, then the oldest."""
        ...

    def note(self, checked: Sequence[tuple[str, str | None]]) -> None:
        """Remember keys that were checked now, each with what is damaged, or None."""
        ...


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What `verify` found and how much it looked at."""

    findings: tuple[Finding, ...]
    """Damage; an archive without any is whole."""
    leftovers: tuple[Finding, ...]
    """What was taken down and is still there; each is a finding too."""
    notes: tuple[Finding, ...]
    """What is odd but harms nothing: objects that the format does not name, unused payloads."""
    segments: int
    entries: int
    payloads: int
    payloads_left: int
    """Not checked: they were not due, or there was no time left."""
    taken_down: int
    size_bytes: int
    digests: Mapping[str, Sequence[str]]
    """By source, of all segments that were read, in order."""


def verify(
    archive: Archive,
    *,
    sources: Iterable[str] | None = None,
    payloads: bool = True,
    expected_heads: Mapping[str, Head] | None = None,
    ledger: Ledger | None = None,
    is_over: Callable[[], bool] = lambda: False,
    workers: int = 0,
    progress: Progress | None = None,
) -> VerifyReport:
    """Check an archive against its own digests, and against heads kept elsewhere.

    Found without `expected_heads`: any change to a segment, a report, the marker, or a payload
    that the log names; any of these missing, save segments at the end of a log that no report
    names. With them: also a log whose end was cut off or written anew.

    Args:
        archive: is only read.
        sources: only their logs, reports and payloads; None means all.
        payloads: whether to read the payloads, which is nearly all of the work.
        expected_heads: by source, heads as they once were, kept outside the archive.
        ledger: is asked which payloads are due, and told what was found; None: all are.
        is_over: asked before more payloads are read; the logs are always checked in full.
        workers: processes that read segments, threads that read payloads; 0 means one for each
            processor, and in a bucket as many threads as it takes at once.
        progress: is told of every object.

    Raises:
        TryLater: the store cannot be read.
    """
    work = _Verification(
        archive, progress or (lambda _: None), ledger, is_over, workers or os.cpu_count() or 1
    )
    wanted = None if sources is None else set(sources)
    work.check_marker()
    heads = work.check_reports(wanted)
    for source, head in (expected_heads or {}).items():
        heads.append(_Anchor(source, head, "a head kept elsewhere"))
    logs = set(archive.sources()) | {anchor.source for anchor in heads}
    for source in sorted(logs if wanted is None else wanted):
        work.check_log(source, [anchor for anchor in heads if anchor.source == source])
    if payloads:
        work.check_taken_down()
        work.check_payloads(with_unnamed=wanted is None)
    if wanted is None:
        work.note_strays(logs)
    return work.report()


class _Anchor(NamedTuple):
    """A head that the log of a source must have, and who says so."""

    source: str
    head: Head
    told_by: str


@dataclass
class _Verification:
    """One run: gathers findings and counts."""

    archive: Archive
    progress: Progress
    ledger: Ledger | None
    is_over: Callable[[], bool]
    workers: int
    findings: list[Finding] = field(default_factory=list)
    leftovers: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)
    named: dict[bytes, int] = field(default_factory=dict)
    """Size by digest of every payload in the log."""
    taken_down: set[bytes] = field(default_factory=set)
    segments: int = 0
    entries: int = 0
    payloads: int = 0
    payloads_left: int = 0
    size_bytes: int = 0
    digests: dict[str, list[str]] = field(default_factory=dict)

    def report(self) -> VerifyReport:
        return VerifyReport(
            findings=tuple(self.findings),
            leftovers=tuple(self.leftovers),
            notes=tuple(self.notes),
            segments=self.segments,
            entries=self.entries,
            payloads=self.payloads,
            payloads_left=self.payloads_left,
            taken_down=len(self.taken_down),
            size_bytes=self.size_bytes,
            digests=self.digests,
        )

    @property
    def store(self) -> ObjectStore:
        return self.archive.store

    def find(self, key: str, what: str) -> None:
        self.findings.append(Finding(key, what))

    def note(self, key: str, what: str) -> None:
        self.notes.append(Finding(key, what))

    def checked(self, key: str, size_bytes: int) -> None:
        self.size_bytes += size_bytes
        self.progress(ObjectInfo(key, size_bytes))

    def remember(self, checked: Sequence[tuple[str, str | None]]) -> None:
        if self.ledger is not None and checked:
            self.ledger.note(checked)

    def check_marker(self) -> None:
        try:
            read_marker(self.store)
        except (Damage, FormatUnknown) as error:
            self.find(MARKER_KEY, str(error))

    def check_reports(self, wanted: set[str] | None) -> list[_Anchor]:
        """Check the reports' own digests; return the heads that they name."""
        anchors = []
        for info in self.store.list("harvests/"):
            source = info.key.split("/")[1]
            if wanted is not None and source not in wanted:
                continue
            try:
                report = read_sealed(self.store, info.key)
            except Damage as error:
                self.find(info.key, str(error))
                continue
            if head := _head_in(report.get("head_after")):
                anchors.append(_Anchor(source, head, info.key))
            self.checked(info.key, info.size_bytes)
        return anchors

    def check_log(self, source: str, anchors: list[_Anchor]) -> None:
        """Check each segment, then how it stands between its neighbours, then the anchors."""
        before = len(self.findings)
        chain = Chain(self, source)
        prefix = keys.log_prefix(source)
        sequences: list[tuple[str, int]] = []
        for info in self.store.list(prefix):
            sequence = keys.segment_sequence(info.key)
            if sequence is None:
                self.note(info.key, "is not part of the format")
            else:
                sequences.append((info.key, sequence))
        for (key, sequence), facts in self._inspected(sequences):
            chain.add(key, sequence, facts)
            self.checked(key, facts.size_bytes)
        digests = chain.digests
        self.digests[source] = list(digests.values())
        for anchor in anchors:
            found = digests.get(anchor.head.sequence)
            key = keys.segment_key(source, anchor.head.sequence)
            if found is None:
                self.find(key, f"is missing; {anchor.told_by} names it")
            elif found != anchor.head.sha256:
                self.find(key, f"is not the segment that {anchor.told_by} names")
        chain.end(is_anchored=any(a.head.sequence == max(digests, default=0) for a in anchors))
        found_here = len(self.findings) - before
        self.remember([(prefix, f"{found_here} findings" if found_here else None)])

    def _inspected(
        self, sequences: Sequence[tuple[str, int]]
    ) -> Iterator[tuple[tuple[str, int], SegmentFacts]]:
        inspect = partial(_inspect_named, self.store)
        if self.workers == 1 or len(sequences) < _FEW_SEGMENTS:
            yield from ((item, inspect(item)) for item in sequences)
            return
        # Spawned, not forked: this process may hold threads and an open database.
        with ProcessPoolExecutor(
            self.workers, mp_context=get_context("spawn"), initializer=die_with_parent
        ) as pool:
            yield from ahead(pool, inspect, sequences, self.workers * _AHEAD)

    def take_facts(self, key: str, facts: SegmentFacts) -> None:
        """Count a segment's entries and remember the payloads that they name."""
        self.segments += 1
        self.entries += facts.entries
        self.taken_down |= facts.taken_down
        for digest, size_bytes, line in facts.named:
            if self.named.setdefault(digest, size_bytes) != size_bytes:
                named = digest.hex()
                self.find(key, f"line {line} gives {named} another size than a line before")

    def check_taken_down(self) -> None:
        for digest in sorted(self.taken_down):
            for key in self.archive.keys_of(digest.hex()):
                self.leftovers.append(Finding(key, "was taken down, and is still there"))
        self.findings += self.leftovers

    def check_payloads(self, *, with_unnamed: bool) -> None:
        """Check what the log names, and what a kill left before the log could name it."""
        named = {digest: size for digest, size in self.named.items() if self._may_be_there(digest)}
        unnamed = set(self._unnamed()) if with_unnamed else set()
        digests: Iterable[bytes] = sorted(named.keys() | unnamed)
        total = len(named) + len(unnamed)
        if self.ledger is not None:
            digests = map(bytes.fromhex, self.ledger.due([digest.hex() for digest in digests]))
        results: list[tuple[str, str | None]] = []
        try:
            for facts in self._inspect_payloads(digests, named):
                self.payloads += 1
                self.checked(facts.key, facts.size_bytes)
                results.append((facts.key, facts.finding))
                if facts.finding is not None:
                    self.find(facts.key, facts.finding)
                elif facts.digest in unnamed:
                    self.note(facts.key, "is named by no log; a harvest was killed, or a log cut")
                if len(results) >= _NOTED:
                    self.remember(results)
                    results = []
        finally:
            self.remember(results)
        self.payloads_left = total - self.payloads

    def _may_be_there(self, digest: bytes) -> bool:
        return digest not in self.taken_down

    def _inspect_payloads(
        self, digests: Iterable[bytes], sizes: Mapping[bytes, int]
    ) -> Iterator[PayloadFacts]:
        at_once = self.store.at_once
        together = _TOGETHER if at_once == 1 else 1
        threads = max(at_once, self.workers)

        def inspect(group: Sequence[bytes]) -> list[PayloadFacts]:
            return [inspect_payload(self.store, digest, sizes.get(digest)) for digest in group]

        with ThreadPoolExecutor(threads, thread_name_prefix="verify") as pool:
            groups = self._until_over(digests, together)
            for _, facts in ahead(pool, inspect, groups, threads * 2):
                yield from facts

    def _until_over(self, digests: Iterable[bytes], together: int) -> Iterator[list[bytes]]:
        rest = iter(digests)
        while not self.is_over() and (group := list(islice(rest, together))):
            yield group

    def _unnamed(self) -> Iterator[bytes]:
        for info in self.store.list("payloads/"):
            digest = _payload_digest(info)
            if digest is None:
                self.note(info.key, "is not part of the format")
            elif digest not in self.named and self._may_be_there(digest):
                yield digest

    def note_strays(self, sources: Iterable[str]) -> None:
        logs = [keys.log_prefix(source) for source in sources]
        for key in _outside(self.archive, [*_KNOWN_FOLDERS, *logs]):
            if key not in (MARKER_KEY, LATEST_KEY):
                self.note(key, "is not part of the format")


def _inspect_named(store: ObjectStore, item: tuple[str, int]) -> SegmentFacts:
    return inspect_segment(store, item[0])


def _head_in(value: object) -> Head | None:
    if not isinstance(value, Mapping):
        return None
    sequence, sha256 = value.get("sequence"), value.get("sha256")
    if type(sequence) is not int or type(sha256) is not str:
        return None
    return Head(sequence, sha256)


def _payload_digest(info: ObjectInfo) -> bytes | None:
    name = info.key.rpartition("/")[2]
    try:
        is_payload = info.key == keys.payload_key(name)
    except KeyInvalid:
        return None
    return bytes.fromhex(name) if is_payload else None


def _outside(archive: Archive, folders: Iterable[str]) -> Iterator[str]:
    """Yield the keys below none of these folders, without listing what is in them."""
    after = ""
    while info := next(archive.store.list(after=after), None):
        inside = next((folder for folder in folders if info.key.startswith(folder)), None)
        if inside is None:
            yield info.key
        # No key has a character as great as this one.
        after = f"{inside}\x7f" if inside else info.key
