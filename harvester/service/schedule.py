"""The jobs of a schedule, and which of them are due."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from apscheduler.triggers.base import BaseTrigger

from harvester.harvest.parts import PARTS
from harvester.index.operations import JobRun, SourceActivity
from harvester.service.conditions import is_failure
from harvester.service.supervise import STOPPED
from harvester.settings import Settings
from harvester.settings.cron import next_start, parse_schedule
from harvester.times import from_text


@dataclass(frozen=True, slots=True)
class Job:
    """A recurring job: `griffie <arguments>` in its own process."""

    name: str
    lane: str
    """Jobs of one lane run one after another."""
    trigger: BaseTrigger
    arguments: tuple[str, ...]
    reconciles: str | None = None
    """The source that it reconciles (`reconciled_from`)."""


def jobs(settings: Settings, sources: Collection[str], *, jitter: bool = False) -> list[Job]:
    """Return the jobs of a schedule, most important first."""
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
                ("verify", "--budget", schedule.verify_budget),
            )
        )
    if schedule.snapshot:
        found.append(
            Job(
                "snapshot",
                "snapshot",
                _trigger(settings, schedule.snapshot, jitter=jitter),
                ("snapshot", "create"),
            )
        )
    return found


def _of_source(settings: Settings, source: str, *, jitter: bool) -> list[Job]:
    schedule = settings.schedule.of(source)
    found: list[Job] = []
    for name in ("harvest", *PARTS):
        times: str = getattr(schedule, name)
        if times:
            only = () if name == "harvest" else ("--only", name)
            found.append(
                Job(
                    f"{name} {source}",
                    source,
                    _trigger(settings, times, jitter=jitter),
                    ("harvest", source, *only),
                    source if name == "reconcile" else None,
                )
            )
    return found


def _trigger(settings: Settings, text: str, *, jitter: bool) -> BaseTrigger:
    schedule = settings.schedule
    zone = ZoneInfo(schedule.time_zone)
    return parse_schedule(text, zone, schedule.jitter_s if jitter else 0)


def is_due(job: Job, run: JobRun | None, now: datetime) -> bool:
    """Tell whether a job is due: never run, interrupted, or scheduled since its last run.

    It is not running, since the caller holds the right to start jobs. Missed starts count once.
    """
    if run is None or run.ended_at is None or (run.said or "").startswith(STOPPED):
        return True
    following = next_start(job.trigger, from_text(run.started_at))
    return following is not None and following <= now


def reconciled_from(known: SourceActivity) -> datetime | None:
    """Return the time up to which a source is completely known; None if that is uncertain.

    A walk from a date puts the position at the source's end, and what lies between the position and
    that date would be passed over. So the date is reckoned back from the newest entry that was
    seen, not from today, and only when the last harvest came to the end of its metadata.
    """
    for report in known.reports[:1]:
        is_stopped = any(group["category"] == "" for group in report["failures"])
        if not is_failure(report) and not is_stopped and known.freshest_updated:
            # A source may date an entry in the future, which says nothing of the time before.
            return min(from_text(known.freshest_updated), from_text(report["ended_at"]))
    return None
