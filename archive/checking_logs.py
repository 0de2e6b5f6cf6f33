"""Check logs: their segments, the hash chain, and the heads that reports and signatures name."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import NamedTuple

from archive import keys
from archive.chain import Chain
from archive.entries import Head
from archive.errors import ObjectNotFound
from archive.evidence import Evidence
from archive.findings import Work
from archive.inspection import SegmentFacts, inspect_segment
from archive.orphans import die_with_parent
from archive.prefetch import prefetch
from archive.stores import ObjectStore

BLOCK = 256
"""Segments that are checked together when a check may end early."""
_FEW_SEGMENTS = 16
"""Starting a process takes longer than reading fewer than these."""
_AHEAD = 4


class Anchor(NamedTuple):
    """A head that a source's log must have, and the object that names it."""

    source: str
    head: Head
    told_by: str


class LogCheck:
    """The check of one log."""

    def __init__(
        self, work: Work, evidence: Evidence, source: str, anchors: Collection[Anchor]
    ) -> None:
        """List the log's segments; nothing is read yet."""
        self.work = work
        self.evidence = evidence
        self.source = source
        self.anchors = [anchor for anchor in anchors if anchor.source == source]
        self.sequences: list[tuple[str, int]] = []
        for info in work.store.list(keys.log_prefix(source)):
            sequence = keys.segment_sequence(info.key)
            if sequence is None:
                work.note(info.key, "is not part of the format")
            else:
                self.sequences.append((info.key, sequence))

    def whole(self) -> None:
        """Check each segment, the chain between them, and the anchors."""
        before = len(self.work.findings)
        chain = Chain(self.work, self.source)
        tree = self.evidence.tree(self.source)
        for (key, sequence), facts in _inspected(self.work, self.sequences):
            chain.add(key, sequence, facts)
            self.work.checked(key, facts.size_bytes)
            if tree is not None and facts.header is not None:
                tree.add(facts.leaves)
            elif tree is not None:
                tree.stop()
        self.work.digests[self.source] = list(chain.digests.values())
        if tree is not None:
            tree.end()
        self._end(chain, self.anchors)
        found = len(self.work.findings) - before
        self.work.remember([(keys.log_prefix(self.source), f"{found} findings" if found else None)])

    def _end(self, chain: Chain, anchors: Iterable[Anchor]) -> None:
        last = max(chain.digests, default=0)
        for anchor in anchors:
            found = chain.digests.get(anchor.head.sequence)
            key = keys.segment_key(self.source, anchor.head.sequence)
            if found is None:
                self.work.add_finding(key, f"is missing; {anchor.told_by} names it")
            elif found != anchor.head.sha256:
                self.work.add_finding(key, f"is not the segment that {anchor.told_by} names")
        chain.end(is_anchored=any(anchor.head.sequence == last for anchor in anchors))

    # In parts --------------------------------------------------------------------------------

    def blocks(self) -> list[str]:
        """Return the keys under which the ledger knows the blocks of the log."""
        last = self.sequences[-1][1] if self.sequences else 0
        return [keys.segment_key(self.source, first) for first in range(1, last + 1, BLOCK)]

    def block(self, name: str) -> None:
        """Check one block of segments, and that it follows the block before it."""
        work = self.work
        before = len(work.findings)
        first = keys.segment_sequence(name) or 1
        chain = Chain(work, self.source, after=self._head_before(first))
        within = [
            (key, sequence) for key, sequence in self.sequences if first <= sequence < first + BLOCK
        ]
        for (key, sequence), facts in _inspected(work, within):
            chain.add(key, sequence, facts)
            work.checked(key, facts.size_bytes)
        last = self.sequences[-1][1]
        stop = min(first + BLOCK, last + 1)
        if chain.sequence + 1 < stop:
            work.add_finding(keys.segment_key(self.source, chain.sequence + 1), "is missing")
        anchors = [
            anchor
            for anchor in self.anchors
            if first <= anchor.head.sequence < stop or anchor.head.sequence > last
        ]
        if stop == last + 1:
            self._end(chain, anchors)
        else:
            self._compare(chain, anchors)
        found = len(work.findings) - before
        work.remember([(name, f"{found} findings" if found else None)])

    def _compare(self, chain: Chain, anchors: Iterable[Anchor]) -> None:
        for anchor in anchors:
            if chain.digests.get(anchor.head.sequence, anchor.head.sha256) != anchor.head.sha256:
                key = keys.segment_key(self.source, anchor.head.sequence)
                self.work.add_finding(key, f"is not the segment that {anchor.told_by} names")

    def _head_before(self, first: int) -> Head | None:
        if first == 1:
            return None
        try:
            data = self.work.store.get(keys.segment_key(self.source, first - 1))
        except ObjectNotFound:
            return Head(first - 1, "")  # reported by the block that it belongs to
        return Head(first - 1, hashlib.sha256(data).hexdigest())


def _inspected(
    work: Work, sequences: Sequence[tuple[str, int]]
) -> Iterator[tuple[tuple[str, int], SegmentFacts]]:
    inspect = partial(_inspect_named, work.store)
    if work.workers == 1 or len(sequences) < _FEW_SEGMENTS:
        yield from ((item, inspect(item)) for item in sequences)
        return
    # Spawned, not forked: this process may hold threads and an open database.
    with ProcessPoolExecutor(
        work.workers, mp_context=get_context("spawn"), initializer=die_with_parent
    ) as pool:
        yield from prefetch(pool, inspect, sequences, work.workers * _AHEAD)


def _inspect_named(store: ObjectStore, item: tuple[str, int]) -> SegmentFacts:
    return inspect_segment(store, item[0])
