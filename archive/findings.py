"""Findings of a verification, and the ledger that lets the next one continue."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, TypeAlias, TypeVar

from archive.archive import Archive
from archive.inspection import SegmentFacts
from archive.memory import Seen
from archive.prefetch import prefetch
from archive.stores import ObjectInfo, ObjectStore

Progress: TypeAlias = Callable[[ObjectInfo], object]
"""Called with the key and the size of each object that was checked."""
Given = TypeVar("Given")
Got = TypeVar("Got")


class Finding(NamedTuple):
    """One finding about one object."""

    object_key: str
    what: str


class Ledger(Protocol):
    """What the caller remembers of earlier checks, so that the next one continues after them.

    Objects are told by their keys; a log stands for all its segments, `log/<source>/`, and in a
    check that may end early its 256 first by the key of the first of them, and so on.
    """

    def due(self, digests: Iterable[str]) -> Sequence[str]:
        """Return the payloads to check now: damaged ones first, then those checked longest ago."""
        ...

    def due_objects(self, keys: Iterable[str]) -> Sequence[str]:
        """Return the objects to check now, in the same order."""
        ...

    def note(self, checked: Sequence[tuple[str, str | None]]) -> None:
        """Remember that keys were checked, each with its damage or None."""
        ...


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """The result of `verify`: findings, and how much was read."""

    findings: tuple[Finding, ...]
    """Damage; an archive without any is intact."""
    leftovers: tuple[Finding, ...]
    """Payloads that were taken down and still exist; each is a finding too."""
    notes: tuple[Finding, ...]
    """Remarks that are no damage: objects outside the format, unused payloads."""
    segments: int
    entries: int
    payloads: int
    payloads_left: int
    """Objects left unchecked: not due, or no time left."""
    taken_down: int
    size_bytes: int
    digests: Mapping[str, Sequence[str]]
    """By source, the digests of all segments in order; of completely read logs only."""
    signer: str | None = None
    """The first key that signed this archive, as hex."""
    seen: Mapping[str, Seen] = field(default_factory=dict)
    """By log, the largest tree that matches its signature; none for damaged logs."""


@dataclass
class Work:
    """One verification under way: what it reads and gathers."""

    archive: Archive
    progress: Progress
    ledger: Ledger | None
    workers: int
    stack: ExitStack
    findings: list[Finding] = field(default_factory=list)
    leftovers: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)
    named: dict[bytes, int] = field(default_factory=dict)
    """Size by digest of every payload in the segments that were read."""
    taken_down: set[bytes] = field(default_factory=set)
    segments: int = 0
    entries: int = 0
    payloads: int = 0
    payloads_left: int = 0
    size_bytes: int = 0
    digests: dict[str, list[str]] = field(default_factory=dict)
    _pool: ThreadPoolExecutor | None = None

    @property
    def store(self) -> ObjectStore:
        """Of the archive."""
        return self.archive.store

    @property
    def threads(self) -> int:
        """How many objects are read at once."""
        return max(self.store.at_once, self.workers)

    def add_finding(self, key: str, what: str) -> None:
        """Record damage of an object, once."""
        finding = Finding(key, what)
        if finding not in self.findings[-20:]:
            self.findings.append(finding)

    def note(self, key: str, what: str) -> None:
        """Record a remark about an object that is not damage."""
        self.notes.append(Finding(key, what))

    def checked(self, key: str, size_bytes: int) -> None:
        """Count a checked object, and report progress."""
        self.size_bytes += size_bytes
        self.progress(ObjectInfo(key, size_bytes))

    def remember(self, checked: Sequence[tuple[str, str | None]]) -> None:
        """Enter results in the ledger."""
        if self.ledger is not None and checked:
            self.ledger.note(checked)

    def in_order(self, keys: Iterable[str]) -> Sequence[str]:
        """Return the keys of those objects that are due."""
        return list(keys) if self.ledger is None else self.ledger.due_objects(keys)

    def read_ahead(
        self, call: Callable[[Given], Got], items: Iterable[Given]
    ) -> Iterator[tuple[Given, Got]]:
        """Yield each item with the result of `call`, computing several at once."""
        if self._pool is None:
            pool = ThreadPoolExecutor(self.threads, thread_name_prefix="verify")
            self._pool = self.stack.enter_context(pool)
        return prefetch(self._pool, call, items, self.threads * 2)

    def take_facts(self, key: str, facts: SegmentFacts) -> None:
        """Count a segment's entries and remember the payloads that they name."""
        self.segments += 1
        self.entries += facts.entries
        self.taken_down |= facts.taken_down
        for digest, size_bytes, line in facts.named:
            if self.named.setdefault(digest, size_bytes) != size_bytes:
                named = digest.hex()
                self.add_finding(key, f"line {line} gives {named} another size than a line before")

    def report(self) -> VerifyReport:
        """Return the report of the verification so far."""
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
