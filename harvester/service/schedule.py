"""Which jobs there are, and which of them are due."""

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
    """Something that is done again and again, as `griffie <arguments>` in a process of its own."""

    name: str
    lane: str
    """Jobs of one lane are done one after another."""
    trigger: BaseTrigger
    arguments: tuple[str, ...]
    reconciles: str | None = None
    """The source of which it walks the end once more (`reconciled_from`)."""


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
    """Tell whether a job is to be done now: never done, cut short, or its time has come since.

    Nobody works on it: whoever asks holds the right to start jobs. However many starts were missed,
    it is due once.
    """
    if run is None or run.ended_at is None or (run.said or "").startswith(STOPPED):
        return True
    following = next_start(job.trigger, from_text(run.started_at))
    return following is not None and following <= now


def reconciled_from(known: SourceActivity) -> datetime | None:
    """Return up to when a source is known; None while that is not certain.

    A walk from a date puts the position at the source's end, and what lies between the position and
    that date would be passed over. So the date is reckoned back from the newest entry that was
    seen, not from today, and only when the last harvest came to the end of its metadata.
    """
    for report in known.reports[:1]:
        is_stopped = any(group["category"] == "" for group in report["failures"])
        if not is_failure(report) and not is_stopped and known.freshest_updated:
            # A source may date an entry in the future; nothing of what lies before is known then.
            return min(from_text(known.freshest_updated), from_text(report["ended_at"]))
    return None
