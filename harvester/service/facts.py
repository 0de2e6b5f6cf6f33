"""Read the facts about a running archive: sources, jobs, checks, disks."""

import os
import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from archive.stores.location import is_bucket
from harvester.harvest.baseline import WEEKS, Baseline, baseline, kind_of_day, new_by_day
from harvester.index.connection import SCHEMA_VERSION, open_readonly
from harvester.index.fixity import FixityState, fixity_state
from harvester.index.holds import harvests, open_hold
from harvester.index.operations import (
    JobRun,
    Lasting,
    SourceActivity,
    activity,
    job_runs,
    last_walks,
    lasting,
    papers_dated,
    unchecked_since,
)
from harvester.settings import Settings

MOST_REPORTS = 20


class Held(NamedTuple):
    """A harvest that waits for a decision."""

    harvest: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """The facts about one source."""

    activity: SourceActivity
    held: Held | None
    papers_yesterday: int
    yesterday: str
    baselines: Mapping[str, Baseline] = field(default_factory=dict)
    """By kind of day, for kinds with enough known days."""
    new_yesterday: int | None = None
    """New records of yesterday; None if no walk ended then."""
    baseline_yesterday: Baseline | None = None
    """The baseline of days like yesterday, without yesterday."""


@dataclass(frozen=True, slots=True)
class Disk:
    """Free space of a place."""

    path: str
    free_bytes: int


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that conditions are derived from."""

    sources: tuple[SourceFacts, ...]
    jobs: dict[str, JobRun]
    fixity: FixityState
    unchecked_since: str | None
    disks: tuple[Disk, ...]
    lasting: tuple[Lasting, ...]


def gather(
    connection: sqlite3.Connection, settings: Settings, sources: Collection[str], now: datetime
) -> Facts:
    """Read facts from the index and the disks.

    Args:
        sources: the scheduled ones; others are ignored.
    """
    return Facts(
        sources=tuple(_of_source(connection, settings, source, now) for source in sorted(sources)),
        jobs=job_runs(connection),
        fixity=fixity_state(connection),
        unchecked_since=unchecked_since(connection),
        disks=disks(settings),
        lasting=tuple(lasting(connection)),
    )


def _of_source(
    connection: sqlite3.Connection, settings: Settings, source: str, now: datetime
) -> SourceFacts:
    zone = ZoneInfo(settings.schedule.time_zone)
    yesterday = (now.astimezone(zone) - timedelta(days=1)).date()
    walks, expect = last_walks(connection, source, WEEKS * 7), settings.expect.of(source)
    before = baseline(walks, expect, zone, now - timedelta(days=1))
    return SourceFacts(
        activity(connection, source, MOST_REPORTS),
        _held(connection, source),
        papers_dated(connection, source, yesterday.isoformat()),
        yesterday.isoformat(),
        baseline(walks, expect, zone, now),
        new_by_day(walks, zone).get(yesterday),
        before.get(kind_of_day(yesterday, expect)),
    )


def _held(connection: sqlite3.Connection, source: str) -> Held | None:
    hold = open_hold(connection, source)
    if hold is None or not hold.reasons:
        return None
    return Held(harvests(connection, hold)[-1], hold.reasons)


def disks(settings: Settings) -> tuple[Disk, ...]:
    """Return the free space of the index and of an archive in a folder."""
    folders = {settings.index.parent}
    if not is_bucket(settings.archive):
        folders.add(Path(settings.archive))
    return tuple(
        Disk(str(folder), _free_bytes(folder)) for folder in sorted(folders) if folder.is_dir()
    )


def _free_bytes(folder: Path) -> int:
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


def open_to_read(path: Path) -> sqlite3.Connection:
    """Open an index read-only.

    Raises:
        sqlite3.Error: it is missing, unreadable, or has another schema.
    """
    connection = open_readonly(path)
    try:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version != SCHEMA_VERSION:
            raise sqlite3.OperationalError(
                f"schema version {version}, not {SCHEMA_VERSION}; the next harvest makes it again"
            )
    except sqlite3.Error:
        connection.close()
        raise
    return connection
