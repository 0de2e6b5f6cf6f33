"""The phases of one harvest: walk the source, fetch its files, extract their texts."""

import logging
from collections import Counter
from collections.abc import Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import monotonic
from typing import Any

from archive.entries import RecordEntry
from archive.errors import ArchiveError, EntryInvalid
from harvester.errors import HarvesterError
from harvester.harvest.context import HarvestContext
from harvester.harvest.crawl import Crawls, Item
from harvester.harvest.digests import compare_digests
from harvester.harvest.inline import inline_reader
from harvester.harvest.journal import Journal
from harvester.harvest.parts import PARTS, Part
from harvester.harvest.payloads import PayloadSpider
from harvester.harvest.report import Report, request_counts
from harvester.harvest.texts import extract_wanted
from harvester.harvest.twins import pair_texts
from harvester.index.columns import contained
from harvester.settings.sources import file_policy
from harvester.source.steps import Failure, Fetched, Step
from harvester.times import now, to_text

_logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Harvest:
    """One harvest under way; its methods are its phases, in order."""

    context: HarvestContext
    journal: Journal
    report: Report
    crawls: Crawls
    ended: set[str] = field(default_factory=set)
    """Categories whose walk ended with an error; their later pages are ignored."""

    @contextmanager
    def timed(self, phase: str, parts: Set[Part] = frozenset()) -> Iterator[None]:
        """Record in the report the duration of a phase, and the parts that it does."""
        started = monotonic()
        self.report.parts += sorted(parts, key=PARTS.index)
        try:
            yield
        finally:
            self.report.durations_ms[phase] = round((monotonic() - started) * 1000)

    async def metadata(self, since: datetime | None) -> None:
        """Walk the source from its position."""
        self.report.walk = self.journal.walk
        self.context.progress.phase("metadata")
        stats = await self.crawls.run(
            self.context.spider,
            self._take,
            self.ended,
            options=self.context.options,
            position=self.journal.position,
            since=since,
            memory=self.context.index.memory(self.report.source),
        )
        self._count(stats)
        if self.crawls.is_stopped:
            self.journal.commit()
        else:
            self.report.held = self.journal.conclude(is_whole=not self.report.failures)
        self.context.progress.phase("papers")
        self.context.index.refresh(self.context.progress.advance)

    async def files(self, parts: Set[Part]) -> None:
        """Fetch missing files, re-check held ones, or both."""
        policy = replace(
            file_policy(self.context.settings.files, self.context.spider, self.context.options),
            wants_missing="files" in parts,
            wants_rechecks="recheck" in parts,
        )
        source = self.report.source
        total = self.context.index.count_wanted_files(source, policy, now())
        if not total:
            return
        self.context.progress.phase("files", total)
        stats = await self.crawls.run(
            PayloadSpider,
            self._take,
            wanted=self.context.index.wanted_files(source, policy, now()),
            new_writer=self.context.archive.payloads.writer,
            read_inline=inline_reader(
                self.context.archive,
                self.context.index.connection,
                source,
                contained(self.context.spider.read),
            ),
            largest_bytes=self.context.settings.files.largest_bytes,
        )
        self.journal.commit()
        self.context.index.refresh()
        self._count(stats)

    def texts(self) -> None:
        """Extract the text of files that have none yet."""
        counts = extract_wanted(
            self.context.archive,
            self.context.index,
            self.context.settings.text,
            self.context.progress,
        )
        self.report.texts = dict(counts)
        self._compare_digests()
        pair_texts(self.context.archive, self.context.index, self.context.progress)
        self._withdraw_what_says_so()

    def _compare_digests(self) -> None:
        """Compare what sources state of each other's files with what is held of them."""
        context = self.context
        for one in compare_digests(context.archive, context.index, context.progress):
            finding = (
                f"{one.paper}: {one.source} states {one.stated} of {one.url}, and what "
                f"{one.other_source} gave there has {one.computed}"
            )
            self.report.findings.append(finding)
            _logger.warning("%s", finding)

    def _withdraw_what_says_so(self) -> None:
        """Log a withdrawal of records that are still listed but whose file says that they are gone.

        The entry has the fingerprint of the listed record, so that the next walk does not take the
        unchanged record for a return.
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
            for notice in self.context.index.notices(self.report.source)
            if self.context.spider.is_withdrawal(notice.words)
        ]
        if not gone:
            return
        for entry in gone:
            self.journal.take_step(Step(entry.id.partition("/")[0], (entry,), None))
        held = self.journal.conclude(is_whole=False)
        self.report.held = (*self.report.held, *held)
        self.context.index.refresh()

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
        """Take a page; a failure ends its category before the checkpoint moves.

        A failed commit concerns all categories, and ends the harvest.
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
            self.context.progress.advance(len(step.observations), step.category)

    def _take_file(self, fetched: Fetched) -> None:
        entry = fetched.entry
        self.journal.take_file(fetched)
        self.context.progress.advance()
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
        # Scrapy logs an exception of a spider and ends as if nothing had happened.
        for _ in range(stats.get("spider_exceptions/count", 0)):
            self._fail(Failure("spider", "an error in the program; the log has the traceback", ""))
