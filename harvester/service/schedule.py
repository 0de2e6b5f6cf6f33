"""Which jobs there are, and which of them are due."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from apscheduler.triggers.base import BaseTrigger

from harvester.index.operations import JobRun
from harvester.service.conditions import is_failure
from harvester.service.cron import next_start, parse_schedule
from harvester.service.supervise import STOPPED
from harvester.settings import Settings
from harvester.times import from_text


@dataclass(frozen=True, slots=True)
class Job:
    """Something that is done again and again, as `griffie <arguments>` in a process of its own."""

    name: str
    lane: str
    """Jobs of one lane are done one after another."""
    trigger: BaseTrigger
    arguments: Callable[[datetime], tuple[str, ...]]
    """From the moment of the start."""
    reconciles: str | None = None
    """The source that it walks once more: pointless, and harmful, before the first walk's end."""


def jobs(settings: Settings, sources: Collection[str], *, jitter: bool = False) -> list[Job]:
    """Return the jobs of a schedule, those that matter most first."""
    found: list[Job] = []
    for source in sorted(sources):
        found += _of_source(settings, source, jitter=jitter)
    schedule = settings.schedule
    if schedule.verify:
        found.append(
            Job(
                "verify",
                "verify",
                _trigger(settings, schedule.verify, jitter=jitter),
                lambda _: ("verify", "--budget", schedule.verify_budget),
            )
        )
    return found


def _of_source(settings: Settings, source: str, *, jitter: bool) -> list[Job]:
    schedule = settings.schedule.of(source)
    found: list[Job] = []
    if schedule.harvest:
        found.append(
            Job(
                f"harvest {source}",
                source,
                _trigger(settings, schedule.harvest, jitter=jitter),
                lambda _: ("harvest", source),
            )
        )
    if schedule.reconcile:
        days = timedelta(days=schedule.reconcile_days)
        found.append(
            Job(
                f"reconcile {source}",
                source,
                _trigger(settings, schedule.reconcile, jitter=jitter),
                lambda now: ("harvest", source, "--since", (now - days).date().isoformat()),
                source,
            )
        )
    return found


def _trigger(settings: Settings, text: str, *, jitter: bool) -> BaseTrigger:
    schedule = settings.schedule
    zone = ZoneInfo(schedule.time_zone)
    return parse_schedule(text, zone, schedule.jitter_s if jitter else 0)


def is_due(job: Job, run: JobRun | None, now: datetime) -> bool:
    """Tell whether a job is to be done now: never done, cut short, or its time has come since.

    Nobody works on it: whoever asks holds the right to start jobs. However many starts were missed,
    it is due once.
    """
    if run is None or run.ended_at is None or (run.said or "").startswith(STOPPED):
        return True
    following = next_start(job.trigger, from_text(run.started_at))
    return following is not None and following <= now


def may_reconcile(reports: Collection[Mapping[str, Any]]) -> bool:
    """Tell whether the last harvest of a source came to the end of its metadata.

    A walk from a date puts the position at the end: what a first walk has not yet seen would
    be passed over.
    """
    for report in reports:
        is_stopped = any(group["category"] == "" for group in report["failures"])
        return not is_failure(report) and not is_stopped
    return False
