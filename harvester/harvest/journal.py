"""Turn the items of spiders into segments of the log: drop unchanged records, commit, apply.

The journal is the only writer of a source's log during a harvest. It writes a segment when it has
gathered enough, always with the matching checkpoint, so that no position moves without its data.

An implausible harvest must not be applied before a person has decided, and a walk can be judged
only at its end. So news that fits into one segment waits until then. More news than that begins a
hold, which is released at the end of the walk if it is plausible: the index never shows a part of a
held harvest. Only the first walk of a source, which may take days, is applied as it goes; the log
records when it ended.
"""

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any, NamedTuple

from archive.archive import Archive
from archive.canonical import encode
from archive.entries import Aside, DecisionEntry, Entry, HoldEntry, RecordEntry, Segment
from archive.errors import ArchiveError, EntryInvalid
from archive.log import Log
from archive.stores import Lease
from harvester.errors import HarvestBroken, HarvesterError
from harvester.harvest.baseline import Plausible
from harvester.harvest.expectations import is_to_be_weighed, judge
from harvester.harvest.report import Walked
from harvester.index import Attempt, Index
from harvester.index.holds import change
from harvester.index.takedowns import taken_payloads
from harvester.settings.service import ExpectSettings
from harvester.source.steps import Fetched, Step, sift
from harvester.times import Clock, moment_of, now, to_text

MOST_ENTRIES = 4_000
MOST_RAW_CHARACTERS = 64 * 1024 * 1024
"""A single page may have this much; segments have a limit (archive/README.md)."""
LONGEST_S = 5.0
LONGEST_WAIT_S = 300.0
"""Waiting news is written after this time, as held: a kill costs no more of a slow walk."""
MOST_FILES = 200
MOST_FILE_BYTES = 64 * 1024 * 1024
"""A group of files is made durable together."""

_logger = logging.getLogger(__name__)


class HarvestName(NamedTuple):
    """Which harvest of which source."""

    source: str
    id: str


@dataclass(frozen=True, slots=True)
class JournalRules:
    """The rules for a harvest."""

    attempts_per_week: int
    """Attempts to fetch a file that fails."""
    expect: ExpectSettings | None = None
    """What is plausible of the source; None holds nothing."""
    most_new: Callable[[], Plausible | None] = lambda: None
    """Returns at the end of a walk how many new records are plausible."""


class Journal:
    """Take steps and files of one harvest of one source."""

    def __init__(
        self,
        archive: Archive,
        index: Index,
        name: HarvestName,
        rules: JournalRules,
        *,
        lease: Lease | None = None,
        clock: Clock = now,
    ) -> None:
        """Continue the log of a source where the index stands (catch up before).

        Args:
            archive: whose log is written, with the right to write it in `lease`.
            index: where it is applied.
            name: of the harvest.
            rules: of the harvest.
        """
        source, expect = name.source, rules.expect
        self._archive = archive
        self._index = index
        self._log: Log = archive.log(source, lease)
        self._source, self._harvest = name
        self._clock = clock
        self._attempts_per_week = rules.attempts_per_week
        self._head = index.applied(source)
        self._expect = expect
        self._most_new = rules.most_new
        self._is_held = index.open_hold(source) is not None
        """Whether an open hold of a crashed harvest is continued, and judged with this one."""
        self._weighed: Counter[str] = Counter(index.held_counts(source))
        self._is_concluded = False
        self._is_first = expect is not None and not index.has_been_walked(source)
        self.walk: Walked = "first" if self._is_first else "cut short"
        self._position: dict[str, Any] = dict(index.log_checkpoint(source))
        self.committed: Mapping[str, Any] = dict(self._position)
        """The committed position of each category."""
        self._taken_down = taken_payloads(index.connection)
        self._entries: list[Entry] = []
        self._pending: dict[str, tuple[str, str]] = {}
        self._fetched: list[Fetched] = []
        self._asides: list[Aside] = []
        self.open_asides = {row.name: (row.url, row.sha256) for row in index.asides(source)}
        """The quarantined items, by name: address and digest."""
        self._raw_characters = 0
        self._has_moved = False
        self._last_commit = monotonic()
        self.seen: Counter[str] = Counter()
        self.unchanged: Counter[str] = Counter()
        self.applied: Counter[str] = Counter()
        self.unknown: Counter[str] = Counter()
        self.met: Counter[str] = Counter()
        self.segments = 0
        self.freshest: datetime | None = None

    @property
    def position(self) -> Mapping[str, Any]:
        """The position of each category, including gathered but uncommitted steps."""
        return self._position

    def take_step(self, step: Step) -> None:
        """Gather the news of a page, and commit if enough is gathered or it is time.

        Raises:
            ArchiveError, IndexFault, HarvestBroken: see `commit`.
            Exception: anything else; nothing of the step was taken, and its position did not move.
        """
        # Everything that may fail comes before any of the step is kept.
        encode(step.cursor)
        news, weighed = self._news(step)
        newest = self._newest(step)
        asides = self._asides_of(step)
        self.seen[step.category] += len(step.observations)
        self.unchanged[step.category] += len(step.observations) - len(news)
        self._weighed.update(weighed)
        self.freshest = newest
        self.unknown.update(step.unknown)
        self.met.update(step.met)
        self._keep_aside(asides)
        self._entries.extend(news)
        self._pending.update((entry.id, (entry.state, entry.fingerprint)) for entry in news)
        if step.cursor is not None and self._position.get(step.category) != step.cursor:
            self._position[step.category] = step.cursor
            self._has_moved = True
        # News waits for the end of the walk if possible, to be judged and applied together.
        waits = bool(self._entries) and self._is_to_be_judged()
        longest_s = LONGEST_WAIT_S if waits else LONGEST_S
        is_late = monotonic() - self._last_commit > longest_s
        self._raw_characters += sum(len(entry.raw) for entry in news)
        self._raw_characters += sum(len(aside.raw or b"") for aside in asides)
        is_much = len(self._entries) >= MOST_ENTRIES or self._raw_characters >= MOST_RAW_CHARACTERS
        if is_much or is_late:
            self.commit()

    def _asides_of(self, step: Step) -> list[Aside]:
        """Return newly quarantined items, and the ends of earlier quarantines."""
        names = {aside.name for aside in step.asides}
        came = {e.id for e in step.observations if e.id in self.open_asides} - names
        gone: set[str] = set()
        if step.asked_again is not None:
            there = self.open_asides.items()
            gone = {name for name, (url, _) in there if url == step.asked_again} - names - came
        at = to_text(self._clock())
        return [
            *(Aside(step.category, name, at, "the record came") for name in sorted(came)),
            *(Aside(step.category, name, at, "not sent any more") for name in sorted(gone)),
            *(a for a in step.asides if self.open_asides.get(a.name, ("", ""))[1] != a.sha256),
        ]

    def _keep_aside(self, asides: Sequence[Aside]) -> None:
        for aside in asides:
            self._asides.append(aside)
            if aside.sha256 is None:
                self.open_asides.pop(aside.name, None)
            else:
                self.open_asides[aside.name] = (aside.url, aside.sha256)
                _logger.warning("put aside: %s: %s (%s)", aside.name, aside.reason, aside.url)

    def take_file(self, fetched: Fetched) -> None:
        """Gather the outcome of an attempt, and commit if a group is complete."""
        self._fetched.append(fetched)
        size_bytes = sum(item.staged.size_bytes for item in self._fetched if item.staged)
        is_late = monotonic() - self._last_commit > LONGEST_S
        if len(self._fetched) >= MOST_FILES or size_bytes >= MOST_FILE_BYTES or is_late:
            self.commit()

    def conclude(self, *, is_whole: bool = True) -> tuple[str, ...]:
        """Judge the walk and commit its rest; return the reasons if it is held.

        Args:
            is_whole: all metadata of the source was read without failures.

        Raises:
            ArchiveError: see `commit`.
        """
        reasons = self._judge()
        self._is_concluded = True
        self.walk = "first" if self._is_first else "ended"
        if reasons:
            self._entries.insert(0, HoldEntry(to_text(self._clock()), reasons))
            self._is_held = True
            self.commit()
            self.applied.update(self._index.held_counts(self._source))
            return reasons
        if self._is_held:
            self._release("as plausible as expected")
        elif self._is_first and is_whole:
            self._release("the source has been walked to its end")
        self.commit()
        return ()

    def _release(self, reason: str) -> None:
        entry = DecisionEntry(to_text(self._clock()), "released", reason, "griffie")
        self._entries.insert(0, entry)
        self._is_held = self._is_first = False

    def _judge(self) -> tuple[str, ...]:
        expect = self._expect
        if expect is None or self._is_first or not is_to_be_weighed(self._weighed, expect):
            return ()
        present = self._index.present(self._source)
        return judge(self._weighed, present, expect, self._most_new())

    def _is_to_be_judged(self) -> bool:
        """Tell whether the gathered news has yet to be judged."""
        is_done = self._expect is None or self._is_first or self._is_concluded
        return not (is_done or self._is_held)

    def commit(self) -> None:
        """Commit what is gathered: payloads, then the segment that names them, then the index.

        Without news, no segment is written: only the index keeps the position of the walk, which
        may be lost without harm.

        Raises:
            ArchiveError, IndexFault: nothing of it is visible; the next harvest repeats it.
            HarvestBroken: the same, after an unexpected error.
        """
        try:
            self._commit()
        except Exception as error:
            # An invalid entry is a defect of its maker, not of the archive.
            is_foreseen = isinstance(error, (ArchiveError, HarvesterError, OSError))
            if is_foreseen and not isinstance(error, EntryInvalid):
                raise
            raise HarvestBroken(self._source, error) from error

    def _commit(self) -> None:
        fetched, self._fetched = self._fetched, []
        news = [f for f in fetched if self._is_news(f)]
        kept = [f.staged for f in news if f.staged and f.staged.sha256 not in self._taken_down]
        self._archive.payloads.commit(kept)
        entries = [*self._entries, *(f.entry for f in news)]
        if entries or self._asides:
            if self._entries and self._is_to_be_judged():
                entries.insert(0, HoldEntry(to_text(self._clock()), ()))
                self._is_held = True
            self._write(entries)
        elif self._has_moved and not self._is_held:
            self._index.advance(self._source, self._position)
        self.committed = dict(self._position)
        if fetched:
            self._settle(fetched, {id(staged) for staged in kept})
        self._entries.clear()
        self._asides.clear()
        self._raw_characters = 0
        self._pending.clear()
        self._has_moved = False
        self._last_commit = monotonic()

    def _newest(self, step: Step) -> datetime | None:
        """Return the newest time seen so far; pages come in the order of publication.

        An invalid time does not count, and is reported as an unknown value.
        """
        for entry in reversed(step.observations):
            moment = moment_of(entry.updated)
            if moment is not None:
                return max(self.freshest or moment, moment)
            if entry.updated is not None:
                self.unknown[f"{step.category}.updated is no time"] += 1
        return self.freshest

    def _is_known_otherwise(
        self, entry: RecordEntry, before: tuple[str, str] | None, former: str | None
    ) -> bool:
        """Tell whether a record is unchanged in substance, though not in its bytes."""
        if before is None or entry.state != "present":
            return False
        if before == ("present", former):
            return self._index.updated(self._source, entry.id) == entry.updated
        # It was withdrawn because of its file: the record, still listed, says nothing new.
        return before == ("withdrawn", entry.fingerprint)

    def _news(self, step: Step) -> tuple[list[RecordEntry], Counter[str]]:
        """Drop observations that the index or this segment already has; count the changes."""
        known = self._index.known(self._source, [entry.id for entry in step.observations])
        known |= {e.id: self._pending[e.id] for e in step.observations if e.id in self._pending}
        news: list[RecordEntry] = []
        weighed: Counter[str] = Counter()
        for entry in step.observations:
            before, after = known.get(entry.id), (entry.state, entry.fingerprint)
            former = step.formerly.get(entry.id)
            if before != after and not self._is_known_otherwise(entry, before, former):
                weighed[change(before, after)] += 1
                known[entry.id] = after
                news.append(entry)
        return news, weighed

    def _is_news(self, fetched: Fetched) -> bool:
        wanted = fetched.wanted
        return self._index.is_news(self._source, fetched.entry, wanted.reason, wanted.sha256)

    def _settle(self, fetched: Sequence[Fetched], kept: Set[int]) -> None:
        """Drop bytes that are not named or were taken down, and record every attempt."""
        for item in fetched:
            if item.staged is not None and id(item.staged) not in kept:
                item.staged.path.unlink(missing_ok=True)
        attempts = [
            Attempt(item.entry, item.etag, item.last_modified, item.is_misfit) for item in fetched
        ]
        self._index.note_attempts(self._source, attempts, self._attempts_per_week, self._clock())

    def _write(self, entries: Sequence[Entry]) -> None:
        try:
            segment = self._append(entries)
        except EntryInvalid:
            writable, invalid = sift(entries, to_text(self._clock()))
            if not invalid:
                raise
            self._keep_aside(invalid)
            segment = self._append(writable)
        applied = self._index.apply(segment, self._log)
        self._head = self._index.applied(self._source)
        self.segments += 1
        self.applied.update(applied.counts)
        self.unknown.update(applied.unknown)
        _logger.debug("segment %d: %d entries", segment.sequence, len(entries))

    def _append(self, entries: Sequence[Entry]) -> Segment:
        return self._log.append(
            entries,
            self._position,
            after=self._head,
            harvest=self._harvest,
            written_at=to_text(self._clock()),
            asides=self._asides,
        )
