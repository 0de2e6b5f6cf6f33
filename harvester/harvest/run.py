"""One harvest of one source, from catching up to the report."""

import asyncio
import logging
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from archive.archive import Archive
from archive.entries import RecordEntry
from archive.errors import ArchiveError, EntryInvalid, ObjectNotFound
from archive.stores import Lease
from harvester import __version__
from harvester.errors import HarvesterError, HarvestHeld
from harvester.harvest.baseline import WEEKS, Plausible, most_new
from harvester.harvest.crawl import Crawls, Item
from harvester.harvest.ids import harvest_id
from harvester.harvest.journal import Journal
from harvester.harvest.ledger import recollect
from harvester.harvest.parts import FILES, PARTS, USUAL, WALKS, Part
from harvester.harvest.payloads import PayloadSpider
from harvester.harvest.report import DIED, UNEXPECTED, Report, request_counts, versions
from harvester.harvest.takedown import erase, extend
from harvester.harvest.texts import extract_wanted
from harvester.index import FilePolicy, Index, IndexFault
from harvester.progress import Progress
from harvester.settings import Settings
from harvester.settings.sources import file_policy, polite
from harvester.source.spider import SourceSpider
from harvester.source.steps import Failure, Fetched, Step
from harvester.times import Clock, from_text, now, to_text

BEAT_S = 5.0
LEFT_BY_THE_DEAD_S = 86_400
"""Age of a temporary file that no living harvest can still be writing."""

_logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Harvest:
    """What one harvest works with. Its methods are its phases, in order."""

    settings: Settings
    archive: Archive
    index: Index
    spider: type[SourceSpider]
    options: BaseModel
    progress: Progress
    journal: Journal
    report: Report
    crawls: Crawls
    ended: set[str] = field(default_factory=set)
    """Categories whose walk an error has ended; their later pages are not taken."""

    @contextmanager
    def timed(self, phase: str, parts: Set[Part] = frozenset()) -> Iterator[None]:
        """Note in the report how long a phase takes, and which parts of a harvest it does."""
        started = monotonic()
        self.report.parts += sorted(parts, key=PARTS.index)
        try:
            yield
        finally:
            self.report.durations_ms[phase] = round((monotonic() - started) * 1000)

    async def metadata(self, since: datetime | None) -> None:
        """Walk the source from its position."""
        self.report.walk = self.journal.walk
        self.progress.phase("metadata")
        stats = await self.crawls.run(
            self.spider,
            self._take,
            self.ended,
            options=self.options,
            position=self.journal.position,
            since=since,
            memory=self.index.memory(self.report.source),
        )
        self._count(stats)
        if self.crawls.is_stopped:
            self.journal.commit()
        else:
            self.report.held = self.journal.conclude(is_whole=not self.report.failures)
        self.progress.phase("papers")
        self.index.refresh(self.progress.advance)

    async def files(self, parts: Set[Part]) -> None:
        """Fetch what the index wants: what is to come, what is here once more, or both."""
        policy = replace(
            file_policy(self.settings.files, self.spider, self.options),
            wants_missing="files" in parts,
            wants_rechecks="recheck" in parts,
        )
        source = self.report.source
        total = self.index.count_wanted_files(source, policy, now())
        if not total:
            return
        self.progress.phase("files", total)
        stats = await self.crawls.run(
            PayloadSpider,
            self._take,
            wanted=self.index.wanted_files(source, policy, now()),
            new_writer=self.archive.payloads.writer,
            largest_bytes=self.settings.files.largest_bytes,
        )
        self.journal.commit()
        self.index.refresh()
        self._count(stats)

    def texts(self) -> None:
        """Extract the text of files that have none yet."""
        counts = extract_wanted(self.archive, self.index, self.settings.text, self.progress)
        self.report.texts = dict(counts)
        self._withdraw_what_says_so()

    def _withdraw_what_says_so(self) -> None:
        """Log as withdrawn what is still listed, and whose file is the notice that it is gone.

        The entry has the fingerprint of the record that is listed: as long as that says nothing
        else, the next walk does not take it for a return.
        """
        gone = [
            RecordEntry(
                id=notice.record,
                state="withdrawn",
                observed_at=to_text(now()),
                fingerprint=notice.fingerprint,
                url=notice.url,
                media_type="text/plain",
                raw=notice.words,
                reason=f"source: its file says: {notice.words[:200]}",
            )
            for notice in self.index.notices(self.report.source)
            if self.spider.is_withdrawal(notice.words)
        ]
        if not gone:
            return
        for entry in gone:
            self.journal.take_step(Step(entry.id.partition("/")[0], (entry,), None))
        held = self.journal.conclude(is_whole=False)
        self.report.held = (*self.report.held, *held)
        self.index.refresh()

    def _take(self, item: Item) -> None:
        if isinstance(item, Fetched):
            self._take_file(item)
        elif item.category in self.ended:
            _logger.debug("%s has ended: not taken", item.category)
        elif isinstance(item, Step):
            self._take_step(item)
        else:
            self._fail(item)

    def _take_step(self, step: Step) -> None:
        """Take a page; whatever fails on it ends its category before the checkpoint moves.

        What fails when a segment is committed concerns all categories, and ends the harvest.
        """
        try:
            self.journal.take_step(step)
        except Exception as error:
            is_of_all = isinstance(error, (ArchiveError, HarvesterError, OSError))
            if is_of_all and not isinstance(error, EntryInvalid):
                raise
            _logger.exception("%s ends before the page that could not be taken", step.category)
            self.ended.add(step.category)
            reason = f"a page could not be taken: {type(error).__name__}: {error}"
            self._fail(Failure(step.category, reason, ""))
        else:
            self.progress.advance(len(step.observations), step.category)

    def _take_file(self, fetched: Fetched) -> None:
        entry = fetched.entry
        self.journal.take_file(fetched)
        self.progress.advance()
        outcome = "unchanged" if fetched.is_unchanged else "failed" if entry.error else "fetched"
        self.report.files[outcome] = self.report.files.get(outcome, 0) + 1
        if fetched.staged is not None:
            self.report.file_bytes += fetched.staged.size_bytes
        if entry.error is not None:
            self._fail(Failure(f"file of {entry.record.partition('/')[0]}", entry.error, entry.url))

    def _fail(self, failure: Failure) -> None:
        self.report.failures.append(failure)
        _logger.warning("%s: %s (%s)", failure.category, failure.reason, failure.url)

    def _count(self, stats: dict[str, Any]) -> None:
        total = Counter(self.report.requests) + request_counts(stats)
        self.report.requests = dict(total)
        # Scrapy logs what a spider raises, and ends as if nothing had been.
        for _ in range(stats.get("spider_exceptions/count", 0)):
            self._fail(Failure("spider", "an error in the program; the log has the traceback", ""))


def harvest(
    settings: Settings,
    archive: Archive,
    index: Index,
    spider: type[SourceSpider],
    options: BaseModel,
    *,
    since: datetime | None,
    parts: Set[Part] = USUAL,
    progress: Progress,
    lease: Lease | None = None,
    forget_earlier: Callable[[], object] = lambda: None,
    clock: Clock = now,
) -> Report:
    """Harvest a source once; the report is in the archive and the index when this returns.

    The caller holds the source's lock, and of an archive that others may write to the lease.

    Args:
        since: walk from what was published then on; where the position is before that, from there.
        parts: what to do; `reconcile` is a walk like `metadata`, and the caller says since when.
        forget_earlier: removes the indexes of earlier days; called when words were taken down.

    Raises:
        HarvestHeld: an earlier harvest waits for a decision; nothing was done.
        ArchiveError, IndexFault, HarvestBroken: the archive or the index cannot be used, or a step
            not be committed; what was committed before stays, and the report of the failed
            harvest is kept if that is possible.
    """
    source = spider.name
    report = _new_report(source, since, clock)
    recollect(archive, index, source, progress)
    _close_crashed_harvests(archive, index, source)
    _refuse_held(index, source)
    index.begin_harvest(report.harvest, source, report.started_at)
    journal: Journal | None = None
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        _prepare(archive, index, source, progress, lease, forget_earlier)
        _refuse_held(index, source)
        journal = _begin_journal(settings, archive, index, report, since, lease, clock)
        report.head_before = index.applied(source)
        report.checkpoint_before = dict(journal.position)
        crawls = Crawls(polite(settings.fetch, spider.politeness(options)), spider.hosts(options))
        run = Harvest(settings, archive, index, spider, options, progress, journal, report, crawls)
        asyncio.run(_crawl(run, since, parts))
        is_stopped = run.crawls.is_stopped or (FILES & parts and _is_stopped_in_texts(run))
        report.aside = _asides(index, source)
        waiting = index.waiting_files(source)
        report.waiting = None if waiting is None else waiting._asdict()
        report.settle(is_stopped=bool(is_stopped))
    except KeyboardInterrupt:
        report.settle(is_stopped=True)
    except (ArchiveError, HarvesterError, OSError) as error:
        report.error = str(error)
        raise
    except Exception as error:
        report.error = f"{UNEXPECTED}: {type(error).__name__}: {error}"
        raise
    finally:
        if journal is not None:
            _tell_of(journal, report)
        policy = file_policy(settings.files, spider, options)
        report.backlog = _backlog(index, report, policy)
        _finish(archive, index, report, clock)
        signal.signal(signal.SIGTERM, before)
    return report


def _new_report(source: str, since: datetime | None, clock: Clock) -> Report:
    return Report(
        harvest=harvest_id(clock(), source),
        source=source,
        software=f"griffie {__version__}",
        started_at=to_text(clock()),
        since=to_text(since) if since else None,
        versions=versions(),
    )


def _begin_journal(
    settings: Settings,
    archive: Archive,
    index: Index,
    report: Report,
    since: datetime | None,
    lease: Lease | None,
    clock: Clock,
) -> Journal:
    return Journal(
        archive,
        index,
        report.source,
        report.harvest,
        attempts_per_week=settings.files.attempts_per_week,
        expect=settings.expect.of(report.source),
        most_new=partial(_most_new, index, settings, report.source, since, clock),
        lease=lease,
        clock=clock,
    )


def _close_crashed_harvests(archive: Archive, index: Index, source: str) -> None:
    """Give those a report that were killed: whoever holds the source's lock knows them dead."""
    for row in index.unfinished_harvests(source):
        with suppress(ObjectNotFound):
            # It died between its report in the archive and the row in the index.
            index.finish_harvest(row.id, archive.report(source, row.id))
            continue
        report = Report(row.id, source, f"griffie {__version__}", row.started_at, error=DIED)
        _finish(archive, index, report, partial(from_text, row.ended_at or row.started_at))


def _refuse_held(index: Index, source: str) -> None:
    hold = index.open_hold(source)
    if hold is not None and hold.reasons:
        raise HarvestHeld(source, index.held_harvests(hold)[-1], hold.reasons)


def _prepare(
    archive: Archive,
    index: Index,
    source: str,
    progress: Progress,
    lease: Lease | None,
    forget_earlier: Callable[[], object],
) -> None:
    """Heal what an earlier harvest left: old temporary files, segments not applied, bytes.

    What came since of papers that were taken down goes, too.
    """
    archive.store.sweep(LEFT_BY_THE_DEAD_S)
    progress.phase("catching up")
    index.catch_up(archive.log(source), on_segment=lambda _: progress.advance())
    extend(archive, index, source, lease=lease)
    try:
        erase(archive, index, forget_earlier)
    except IndexFault as error:
        _logger.warning("%s; the next harvest tries again", error)


def _most_new(
    index: Index, settings: Settings, source: str, since: datetime | None, clock: Clock
) -> Plausible | None:
    walks = index.last_walks(source, WEEKS * 7)
    zone = ZoneInfo(settings.schedule.time_zone)
    return most_new(walks, settings.expect.of(source), zone, clock(), since)


async def _crawl(run: Harvest, since: datetime | None, parts: Set[Part]) -> None:
    beating = asyncio.create_task(_beat(run.progress))
    try:
        with _stopping(run.crawls):
            if WALKS & parts:
                with run.timed("metadata", parts & WALKS):
                    await run.metadata(since)
            if not FILES & parts or run.crawls.is_stopped:
                return
            # What is held names no files, and nothing else may be written after it.
            if run.index.open_hold(run.report.source) is not None:
                _logger.info("files wait for the end of the walk, or for a decision about it")
                return
            with run.timed("files", parts & FILES):
                await run.files(parts)
    finally:
        beating.cancel()


async def _beat(progress: Progress) -> None:
    """Show life also while a slow source is waited for; a program that hangs does not get here."""
    while True:
        progress.advance(0)
        await asyncio.sleep(BEAT_S)


def _is_stopped_in_texts(run: Harvest) -> bool:
    """Extract texts; return whether a signal ended that early. What is missing comes next time."""
    if run.index.open_hold(run.report.source) is not None:
        return False
    try:
        with run.timed("texts"):
            run.texts()
    except KeyboardInterrupt:
        return True
    return False


@contextmanager
def _stopping(crawls: Crawls) -> Iterator[None]:
    """End a crawl in order on SIGTERM or SIGINT: what came is committed, then the report."""
    loop = asyncio.get_running_loop()
    tasks: set[asyncio.Task[None]] = set()

    def stop() -> None:
        task = loop.create_task(crawls.stop())
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
        # That has put SIGTERM's deadly default back; SIGINT's is this one.
        signal.signal(signal.SIGTERM, signal.default_int_handler)


def _tell_of(journal: Journal, report: Report) -> None:
    """Put into a report what the journal counted."""
    report.segments = journal.segments
    report.seen = dict(journal.seen)
    report.unchanged = dict(+journal.unchanged)
    report.changes = dict(journal.applied)
    report.unknown = dict(journal.unknown)
    report.walk = journal.walk if report.walk else None
    report.freshest_updated = to_text(journal.freshest) if journal.freshest else None
    report.checkpoint = dict(journal.committed)


def _asides(index: Index, source: str) -> list[dict[str, str]]:
    return [
        {"name": row.name, "since": row.noted_at, "reason": row.reason, "url": row.url}
        for row in index.asides(source)
    ]


def _backlog(index: Index, report: Report, policy: FilePolicy) -> int:
    """Count the files to come; where nothing was new it is what it was: counting all takes long."""
    if not report.segments:
        for before in index.recent_harvests(report.source, 2):
            if before.report is not None and before.report.get("backlog") is not None:
                return int(before.report["backlog"])
    return index.missing_files(report.source, policy)


def _finish(archive: Archive, index: Index, report: Report, clock: Clock) -> None:
    """Complete the report and keep it; an archive that is full keeps it in the index at least."""
    report.ended_at = to_text(clock())
    report.head_after = index.applied(report.source)
    if report.outcome == "failed" and report.error is None:
        report.error = UNEXPECTED
    try:
        archive.put_report(report.source, report.harvest, report.to_json())
    except ArchiveError as error:
        _logger.error("the report could not be kept in the archive: %s", error)
    index.finish_harvest(report.harvest, report.to_json())
