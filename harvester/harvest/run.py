"""One harvest of one source, from catching up to the report."""

import asyncio
import logging
import signal
from collections.abc import Iterator, Set
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from archive.archive import Archive
from archive.errors import ArchiveError, ObjectNotFound
from harvester import __version__
from harvester.errors import HarvesterError, HarvestHeld
from harvester.harvest.baseline import WEEKS, Plausible, most_new
from harvester.harvest.context import HarvestContext
from harvester.harvest.crawl import Crawls
from harvester.harvest.decisions import DecisionWriter
from harvester.harvest.ids import harvest_id
from harvester.harvest.journal import HarvestName, Journal, JournalRules
from harvester.harvest.ledger import recollect
from harvester.harvest.parts import DEFAULT_PARTS, FILES, WALKS, Part
from harvester.harvest.phases import Harvest
from harvester.harvest.report import DIED, UNEXPECTED, Report, versions
from harvester.harvest.takedown import erase, extend
from harvester.index import FilePolicy, Index, IndexFault
from harvester.progress import Progress
from harvester.settings.sources import file_policy, polite
from harvester.times import Clock, from_text, to_text

BEAT_S = 5.0
LEFT_BY_THE_DEAD_S = 86_400
"""Age of a temporary file that no living harvest can still be writing."""

_logger = logging.getLogger(__name__)


def harvest(
    context: HarvestContext, since: datetime | None, parts: Set[Part] = DEFAULT_PARTS
) -> Report:
    """Harvest a source once; the report is in the archive and the index when this returns.

    Args:
        context: the source, the archive and the index.
        since: begin with what was published then, or at the position if that is earlier.
        parts: what to do; for `reconcile` the caller gives `since`.

    Raises:
        HarvestHeld: an earlier harvest waits for a decision; nothing was done.
        ArchiveError, IndexFault, HarvestBroken: the archive or the index cannot be used, or a step
            cannot be committed; what was committed before stays, and the report of the failed
            harvest is kept if that is possible.
    """
    archive, index, source = context.archive, context.index, context.source
    report = _new_report(source, since, context.clock)
    recollect(archive, index, source, context.progress)
    _close_crashed_harvests(archive, index, source)
    _refuse_held(index, source)
    index.begin_harvest(report.harvest, source, report.started_at)
    journals: list[Journal] = []
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        _run(context, report, since, parts, journals)
    except KeyboardInterrupt:
        report.settle(is_stopped=True)
    except (ArchiveError, HarvesterError, OSError) as error:
        report.error = str(error)
        raise
    except Exception as error:
        report.error = f"{UNEXPECTED}: {type(error).__name__}: {error}"
        raise
    finally:
        for journal in journals:
            _tell_of(journal, report)
        policy = file_policy(context.settings.files, context.spider, context.options)
        report.backlog = _backlog(index, report, policy)
        _finish(archive, index, report, context.clock)
        signal.signal(signal.SIGTERM, before)
    return report


def _run(
    context: HarvestContext,
    report: Report,
    since: datetime | None,
    parts: Set[Part],
    journals: list[Journal],
) -> None:
    """Run the phases; `journals` receives the journal, whose counts a failed harvest reports."""
    index, source = context.index, context.source
    _prepare(context)
    _refuse_held(index, source)
    journal = _begin_journal(context, report, since)
    journals.append(journal)
    report.head_before = index.applied(source)
    report.checkpoint_before = dict(journal.position)
    spider, options = context.spider, context.options
    politeness = polite(context.settings.fetch, spider.politeness(options))
    run = Harvest(context, journal, report, Crawls(politeness, spider.hosts(options)))
    asyncio.run(_crawl(run, since, parts))
    is_stopped = run.crawls.is_stopped or (FILES & parts and _is_stopped_in_texts(run))
    report.aside = _asides(index, source)
    waiting = index.waiting_files(source)
    report.waiting = None if waiting is None else waiting._asdict()
    report.settle(is_stopped=bool(is_stopped))


def _new_report(source: str, since: datetime | None, clock: Clock) -> Report:
    return Report(
        harvest=harvest_id(clock(), source),
        source=source,
        software=f"griffie {__version__}",
        started_at=to_text(clock()),
        since=to_text(since) if since else None,
        versions=versions(),
    )


def _begin_journal(context: HarvestContext, report: Report, since: datetime | None) -> Journal:
    rules = JournalRules(
        context.settings.files.attempts_per_week,
        context.settings.expect.of(context.source),
        partial(_most_new, context, since),
    )
    return Journal(
        context.archive,
        context.index,
        HarvestName(context.source, report.harvest),
        rules,
        lease=context.lease,
        clock=context.clock,
    )


def _close_crashed_harvests(archive: Archive, index: Index, source: str) -> None:
    """Write the reports of crashed harvests, known as such by whoever holds the source's lock."""
    for row in index.unfinished_harvests(source):
        with suppress(ObjectNotFound):
            # It died after writing its report to the archive and before the row in the index.
            index.finish_harvest(row.id, archive.report(source, row.id))
            continue
        report = Report(row.id, source, f"griffie {__version__}", row.started_at, error=DIED)
        _finish(archive, index, report, partial(from_text, row.ended_at or row.started_at))


def _refuse_held(index: Index, source: str) -> None:
    hold = index.open_hold(source)
    if hold is not None and hold.reasons:
        raise HarvestHeld(source, index.held_harvests(hold)[-1], hold.reasons)


def _prepare(context: HarvestContext) -> None:
    """Clean up after earlier harvests: old temporary files, unapplied segments, taken-down bytes.

    Files of taken-down papers that arrived since are taken down too.
    """
    archive, index, source = context.archive, context.index, context.source
    archive.store.sweep(LEFT_BY_THE_DEAD_S)
    context.progress.phase("catching up")
    index.catch_up(archive.log(source), on_segment=lambda _: context.progress.advance())
    extend(DecisionWriter(archive, index, context.lease, context.clock), source)
    try:
        erase(archive, index, context.forget_earlier)
    except IndexFault as error:
        _logger.warning("%s; the next harvest tries again", error)


def _most_new(context: HarvestContext, since: datetime | None) -> Plausible | None:
    walks = context.index.last_walks(context.source, WEEKS * 7)
    zone = ZoneInfo(context.settings.schedule.time_zone)
    expect = context.settings.expect.of(context.source)
    return most_new(walks, expect, zone, context.clock(), since)


async def _crawl(run: Harvest, since: datetime | None, parts: Set[Part]) -> None:
    beating = asyncio.create_task(_beat(run.context.progress))
    try:
        with _stopping(run.crawls):
            if WALKS & parts:
                with run.timed("metadata", parts & WALKS):
                    await run.metadata(since)
            if not FILES & parts or run.crawls.is_stopped:
                return
            # Held records offer no files, and nothing else may be written after them.
            if run.context.index.open_hold(run.report.source) is not None:
                _logger.info("files wait for the end of the walk, or for a decision about it")
                return
            with run.timed("files", parts & FILES):
                await run.files(parts)
    finally:
        beating.cancel()


async def _beat(progress: Progress) -> None:
    """Show signs of life while waiting for a slow source."""
    while True:
        progress.advance(0)
        await asyncio.sleep(BEAT_S)


def _is_stopped_in_texts(run: Harvest) -> bool:
    """Extract texts; return whether a signal interrupted that. The next harvest continues."""
    if run.context.index.open_hold(run.report.source) is not None:
        return False
    try:
        with run.timed("texts"):
            run.texts()
    except KeyboardInterrupt:
        return True
    return False


@contextmanager
def _stopping(crawls: Crawls) -> Iterator[None]:
    """End a crawl in order on SIGTERM or SIGINT: commit what was received, then report."""
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
        # Removing the handler restored the default of SIGTERM, which kills; SIGINT's is this one.
        signal.signal(signal.SIGTERM, signal.default_int_handler)


def _tell_of(journal: Journal, report: Report) -> None:
    """Copy the counts of the journal into a report."""
    report.segments = journal.segments
    report.seen = dict(journal.seen)
    report.unchanged = dict(+journal.unchanged)
    report.changes = dict(journal.applied)
    report.unknown = dict(journal.unknown)
    report.met = dict(journal.met)
    report.walk = journal.walk if report.walk else None
    report.freshest_updated = to_text(journal.freshest) if journal.freshest else None
    report.checkpoint = dict(journal.committed)


def _asides(index: Index, source: str) -> list[dict[str, str]]:
    return [
        {"name": row.name, "since": row.noted_at, "reason": row.reason, "url": row.url}
        for row in index.asides(source)
    ]


def _backlog(index: Index, report: Report, policy: FilePolicy) -> int:
    """Count the missing files; without news, reuse the last count, since counting takes long."""
    if not report.segments:
        for before in index.recent_harvests(report.source, 2):
            if before.report is not None and before.report.get("backlog") is not None:
                return int(before.report["backlog"])
    return index.missing_files(report.source, policy)


def _finish(archive: Archive, index: Index, report: Report, clock: Clock) -> None:
    """Complete the report and store it: in the index even if the archive is full."""
    report.ended_at = to_text(clock())
    report.head_after = index.applied(report.source)
    if report.outcome == "failed" and report.error is None:
        report.error = UNEXPECTED
    try:
        archive.put_report(report.source, report.harvest, report.to_json())
    except ArchiveError as error:
        _logger.error("the report could not be kept in the archive: %s", error)
    index.finish_harvest(report.harvest, report.to_json())
