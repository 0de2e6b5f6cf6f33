"""`griffie harvest`: harvest one source, or all sources that are due."""

import asyncio
import gc
import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import click
from rich.table import Table

from archive.archive import Archive
from archive.errors import ArchiveError, LeaseHeld
from archive.stores import Lease
from harvester.cli.console import err, explain_error, log_context, progress
from harvester.cli.workspace import Workspace
from harvester.errors import ConfigurationError, HarvesterError, HarvestRunning
from harvester.harvest.context import HarvestContext
from harvester.harvest.parts import DEFAULT_PARTS, PARTS, Part
from harvester.harvest.report import EXIT_CODES, Report, grouped
from harvester.harvest.run import harvest
from harvester.index import Index
from harvester.lock import harvest_lock, service_lock
from harvester.service.schedule import reconciled_from
from harvester.service.service import do_due
from harvester.settings import Settings
from harvester.settings.sources import source_options
from harvester.snapshot.kept import KeptIndexes
from harvester.snapshot.origin import read_origin, state_path
from harvester.snapshot.signing import NotStamped, sign_now
from harvester.source.registry import source_named

_logger = logging.getLogger("griffie")

COLOURS = {"complete": "green", "incomplete": "yellow", "held": "magenta", "failed": "red"}

EPILOG = """\b
Examples:
  griffie harvest SOURCE --since 2026-11-01   # papers from a date on
  griffie harvest SOURCE                      # all, or what is new since the last harvest
  griffie harvest SOURCE --only files         # a part of it alone
  griffie harvest --all --due                      # for cron, every minute: what [schedule] says

\b
Exit codes: 0 complete: nothing waits (or another harvest of this source is running), 3 incomplete
(the report says what failed or was quarantined, and which files wait until when) or held (it waits
for griffie release or discard), 75 the archive or the index cannot be used now."""


@click.command(epilog=EPILOG)
@click.argument("source", required=False)
@click.option("--all", "is_all", is_flag=True, help="Every source that the settings name.")
@click.option(
    "--due",
    "is_due",
    is_flag=True,
    help="Only what the schedule says is due now: harvests, and also reconciling and verifying.",
)
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]),
    help="Walk from what the source published on this date (UTC); where the last harvest stopped "
    "before that, from there.",
)
@click.option(
    "--only",
    "parts",
    type=click.Choice(PARTS),
    multiple=True,
    help="This part alone; may be given again. metadata: what is new. files: those to come. "
    "recheck: those of recent papers once more. reconcile: the metadata of the last "
    "schedule.reconcile_days before the newest entry once more.",
)
@click.pass_obj
def command(
    config: Path | None,
    source: str | None,
    since: datetime | None,
    parts: tuple[Part, ...],
    *,
    is_all: bool,
    is_due: bool,
) -> int:
    """Harvest SOURCE: metadata, files, texts. Safe to interrupt, safe to repeat."""
    if (source is None) != is_all:
        raise click.UsageError("name one source, or --all")
    workspace = Workspace.load(config)
    if source is not None:
        source_named(source, workspace.sources)
    # Millions of short-lived records: collecting garbage less often makes a harvest 5 % faster.
    gc.set_threshold(50_000)
    if is_due:
        if since is not None or parts:
            raise click.UsageError("--due goes together with neither --since nor --only")
        return _due(config, workspace, source)
    asked = HarvestRequest(
        since.replace(tzinfo=UTC) if since else None, frozenset(parts) or DEFAULT_PARTS
    )
    if since is not None and "metadata" not in asked.parts:
        raise click.UsageError("--since tells where the metadata is to begin, which is left out")
    if source is not None:
        return _one(workspace, source, asked)
    return max([_one_of_all(workspace, name, asked) for name in workspace.scheduled()], default=0)


class HarvestRequest(NamedTuple):
    """The requested parts of a harvest."""

    since: datetime | None
    parts: frozenset[Part]

    def of(self, source: str, index: Index, settings: Settings) -> "HarvestRequest":
        """Return the request with the day from which to reconcile, if requested and possible."""
        if "reconcile" not in self.parts:
            return self
        newest = reconciled_from(index.activity(source, 1))
        if newest is None:
            _logger.info("reconcile waits: the source has not been walked to its end")
            return self._replace(parts=self.parts - {"reconcile"})
        first = newest - timedelta(days=settings.schedule.of(source).reconcile_days)
        first = first.replace(hour=0, minute=0, second=0, microsecond=0)
        return self._replace(since=min(first, self.since or first))


def _one(workspace: Workspace, source: str, asked: HarvestRequest) -> int:
    spider, settings = workspace.sources[source], workspace.settings
    options = source_options(spider, settings.sources.get(source, {}))
    if (origin := read_origin(settings.index)) is not None:
        raise ConfigurationError(
            f"this archive follows {origin.location}, and a harvest would part its log from that "
            f"one; harvest there, or remove {state_path(settings.index)} to follow no more"
        )
    archive = workspace.open_archive()
    log_context(source=source)
    with (
        harvest_lock(settings.index.parent, source) as holder,
        writing_lease(archive, source, holder) as lease,
        progress() as bars,
        workspace.open_index(archive, bars) as index,
    ):
        asked = asked.of(source, index, settings)
        if not asked.parts:
            return 0
        context = HarvestContext(
            settings,
            archive,
            index,
            spider,
            options,
            bars,
            lease,
            forget_earlier=KeptIndexes(settings.index, 0).clear,
        )
        report = harvest(context, asked.since, asked.parts)
    tell(report)
    try:
        sign_now(archive, settings)
    except NotStamped as error:
        _logger.warning("%s", error)
    return EXIT_CODES[report.outcome]


def _one_of_all(workspace: Workspace, source: str, asked: HarvestRequest) -> int:
    """Harvest one source of several: report its errors, so that the others go on."""
    try:
        return _one(workspace, source, asked)
    except (HarvesterError, ArchiveError) as error:
        explain_error(str(error))
        return error.exit_code


def _due(config: Path | None, workspace: Workspace, source: str | None) -> int:
    archive = workspace.open_archive()
    with service_lock(workspace.settings.index.parent):
        with progress() as bars, workspace.open_index(archive, bars):
            pass  # creates a missing or outdated index
        codes = asyncio.run(do_due(config, workspace.settings, workspace.watch(), source))
    return max((75 if code is None else code for code in codes), default=0)


@contextmanager
def writing_lease(archive: Archive, source: str, holder: str) -> Iterator[Lease]:
    """Hold the lease of a source's log; one that is held elsewhere counts as a running harvest."""
    with ExitStack() as stack:
        try:
            lease = stack.enter_context(archive.lease(source, holder))
        except LeaseHeld as error:
            raise HarvestRunning(str(error)) from error
        yield lease


def tell(report: Report) -> None:
    """Print the result of a harvest: a table on a terminal, one log line elsewhere."""
    summary = {
        "outcome": report.outcome,
        **({"held": report.held} if report.held else {}),
        "harvest": report.harvest,
        "parts": report.parts,
        "seen": sum(report.seen.values()),
        **report.changes,
        "segments": report.segments,
        "durations_ms": report.durations_ms,
        "files": report.files,
        "file_bytes": report.file_bytes,
        "texts": report.texts,
        "unknown": report.unknown,
        "failures": len(report.failures),
        **({"put aside": len(report.aside)} if report.aside else {}),
        **({"waiting files": report.waiting} if report.waiting else {}),
    }
    if not err.is_terminal:
        _logger.info("harvest %s", report.outcome, extra={"fields": summary})
        return
    colour = COLOURS[report.outcome]
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for key, value in summary.items():
        shown = (
            ", ".join(f"{k} {v}" for k, v in value.items()) if isinstance(value, dict) else value
        )
        table.add_row(f"[dim]{key}", f"[{colour}]{shown}" if key == "outcome" else str(shown))
    err.print(table)
    for group in grouped(report.failures)[:10]:
        err.print(
            f"[yellow]{group['count']}x[/] {group['category']}: {group['reason']}", soft_wrap=True
        )
        err.print(f"   [dim]{group['examples'][0]['url']}", soft_wrap=True)
