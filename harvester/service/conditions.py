"""Derive conditions, what is wrong, from facts and expectations. Pure.

A condition is identified by its kind and, mostly, a source; its words may change.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from harvester.harvest.calendar import is_working_day, working_hours
from harvester.service.facts import Facts, SourceFacts
from harvester.service.supervise import STOPPED
from harvester.settings import Settings
from harvester.settings.service import ExpectSettings
from harvester.times import from_text

KINDS: Mapping[str, str] = {
    "held": "an implausible harvest waits for a decision: griffie release or griffie discard",
    "stale": "the source answers, and nothing new came for long in working hours",
    "failing": "several harvests in a row failed, or could not read all metadata",
    "overdue": "no harvest has ended for long: nothing runs",
    "numbers": "a day with fewer or more papers, or far fewer new records, than usual",
    "ahead": "the source dates its newest entry in the future",
    "aside": "the source sent what could not be read; it is kept aside and asked for again",
    "waiting": "files that the source offers and has not given for long",
    "backlog": "files to come, and more after each harvest",
    "job": "a job was ended because it hung or took too long, or died",
    "disk": "little room left",
    "verify": "a file that was not checked for long",
    "damage": "damage was found and not seen repaired",
    "index": "the index cannot be read",
}
_ENDED_IN_ORDER = {0, 3, 4, 75, 130}
"""Exit codes that commands choose; their reports explain them."""
_GROWN = 3
"""Consecutive increases of a backlog that are an alarm."""


AHEAD = timedelta(days=1)
"""Tolerance for entries dated after the harvest that saw them: clocks and zones differ."""


class Condition(NamedTuple):
    """A condition: something that is wrong now."""

    kind: str
    source: str
    """Empty if it concerns no single source."""
    detail: str


def conditions(facts: Facts, settings: Settings, now: datetime) -> list[Condition]:
    """Return the conditions, at most one for each kind and source, in the order of `KINDS`."""
    zone = ZoneInfo(settings.schedule.time_zone)
    found: list[Condition] = []
    for source in facts.sources:
        name = source.activity.source
        expect = settings.expect.of(name)
        schedule = settings.schedule.of(name)
        is_scheduled = bool(schedule.harvest or schedule.metadata)
        found += _of_source(source, expect, now, zone, is_scheduled=is_scheduled)
    found += _of_jobs(facts)
    found += _of_archive(facts, settings, now)
    order = list(KINDS)
    return sorted(found, key=lambda c: (order.index(c.kind), c.source))


def _of_source(
    facts: SourceFacts, expect: ExpectSettings, now: datetime, zone: ZoneInfo, *, is_scheduled: bool
) -> Iterator[Condition]:
    known, source = facts.activity, facts.activity.source
    if facts.held is not None:
        # Nothing else runs before the decision, which explains silence and lateness.
        yield Condition("held", source, f"{facts.held.harvest}: {'; '.join(facts.held.reasons)}")
        return
    failed = failures_in_a_row(known.reports)
    if failed >= expect.failures_in_a_row:
        yield Condition(
            "failing", source, f"{failed} harvests in a row; the last: {_why(known.reports[0])}"
        )
    elif known.reports and (quiet := _quiet_since(facts)) is not None:
        # If harvests fail, silence means nothing: the failures are the alarm.
        hours = working_hours(from_text(quiet), now, expect, zone)
        if hours >= expect.quiet_h:
            yield Condition(
                "stale", source, f"nothing new since {quiet}: {hours:.0f} working hours"
            )
    ended = known.last_ended_at or known.first_started_at
    if is_scheduled and ended and now - from_text(ended) > timedelta(hours=expect.overdue_h):
        yield Condition("overdue", source, f"the last harvest ended at {ended}")
    yield from _of_numbers(facts, expect)
    yield from _of_freshest(facts)
    yield from _of_what_is_left(facts, expect, now)
    yield from _of_backlog(facts, expect)


def _quiet_since(facts: SourceFacts) -> str | None:
    return facts.activity.last_news_at or facts.activity.first_started_at


def failures_in_a_row(reports: tuple[dict[str, Any], ...]) -> int:
    """Count the latest consecutive harvests that failed or could not read all metadata."""
    count = 0
    for report in reports:
        if not is_failure(report):
            break
        count += 1
    return count


def is_failure(report: Mapping[str, Any]) -> bool:
    """Tell whether a harvest could not do its work, apart from missing files and signals."""
    if report["outcome"] == "failed":
        return True
    return any(is_of_metadata(group["category"]) for group in report["failures"])


def is_of_metadata(category: str) -> bool:
    """Tell whether a failure concerns a category of the source, and not a file or signal."""
    return bool(category) and not category.startswith("file of ")


def _why(report: Mapping[str, Any]) -> str:
    if report.get("error"):
        return str(report["error"])
    groups = [g for g in report["failures"] if is_of_metadata(g["category"])]
    return "; ".join(f"{g['category']}: {g['reason']}" for g in groups[:3])


def _of_numbers(facts: SourceFacts, expect: ExpectSettings) -> Iterator[Condition]:
    day = date.fromisoformat(facts.yesterday)
    if not is_working_day(day, expect) or not facts.activity.reports:
        return
    least, most = expect.least_papers[day.weekday()], expect.most_papers[day.weekday()]
    count, source = facts.papers_yesterday, facts.activity.source
    if count < least:
        yield Condition("numbers", source, f"{count} papers of {day}; at least {least} are usual")
    elif most and count > most:
        yield Condition("numbers", source, f"{count} papers of {day}; at most {most} are usual")
    elif not least:
        yield from _of_new_records(facts, expect)


def _of_new_records(facts: SourceFacts, expect: ExpectSettings) -> Iterator[Condition]:
    """Yield an alarm about far fewer new records than the baseline of such days.

    Too few records are an alarm but never held, since there is nothing to hold back.
    """
    known, new, day = facts.baseline_yesterday, facts.new_yesterday, facts.yesterday
    if known is not None and new is not None and new * expect.most_new_times < known.least:
        usual = f"such days brought {known.least:,} to {known.most:,}"
        yield Condition("numbers", facts.activity.source, f"{new:,} new records on {day}; {usual}")


def _of_freshest(facts: SourceFacts) -> Iterator[Condition]:
    """Yield an alarm about a newest entry dated in the future, which is no reason to hold.

    It is one record's date, kept as the source gave it; walks go by the source's own order, and
    reconciling reckons from the present at the latest. A hold would stop a source for a slip.
    """
    for report in facts.activity.reports:
        freshest, ended = report.get("freshest_updated"), report.get("ended_at")
        if freshest and ended:
            if from_text(freshest) > from_text(ended) + AHEAD:
                source = facts.activity.source
                yield Condition("ahead", source, f"{freshest}, seen in {report['harvest']}")
            return


def _of_what_is_left(
    facts: SourceFacts, expect: ExpectSettings, now: datetime
) -> Iterator[Condition]:
    """Yield alarms about quarantined items and files that could not be fetched."""
    if not facts.activity.reports:
        return
    report, source = facts.activity.reports[0], facts.activity.source
    if aside := (report.get("aside") or {}).get("count"):
        first = report["aside"]["examples"][0]
        told = f"{aside:,} put aside; {first['name']} since {first['since']}: {first['reason']}"
        yield Condition("aside", source, told)
    waiting = report.get("waiting")
    if waiting and now - from_text(waiting["since"]) > timedelta(hours=expect.files_wait_h):
        told = (
            f"{waiting['files']:,} files, the first since {waiting['since']}; asked for again "
            f"between {waiting['next_at']} and {waiting['until']}"
        )
        yield Condition("waiting", source, told)


def _of_backlog(facts: SourceFacts, expect: ExpectSettings) -> Iterator[Condition]:
    left = [report.get("backlog") for report in facts.activity.reports[: _GROWN + 1]]
    sizes = [size for size in left if size is not None]
    if len(sizes) <= _GROWN or sizes[0] < expect.backlog_files:
        return
    if all(newer > older for newer, older in pairwise(sizes)):
        trend = ", ".join(map(str, reversed(sizes)))
        yield Condition("backlog", facts.activity.source, f"files to come: {trend}")


def _of_jobs(facts: Facts) -> Iterator[Condition]:
    ended = [job for job in facts.jobs.values() if job.ended_at is not None]
    # Jobs that were stopped with the service are done by the next one.
    left = [job for job in ended if job.said != STOPPED]
    bad = [job for job in left if job.said or job.code not in _ENDED_IN_ORDER]
    for job in sorted(bad):
        said = job.said or (f"exit code {job.code}" if job.code is not None else "it died")
        yield Condition("job", job.name, f"{said} (began {job.started_at})")


def _of_archive(facts: Facts, settings: Settings, now: datetime) -> Iterator[Condition]:
    alarm = settings.alarm
    low = [disk for disk in facts.disks if disk.free_bytes < alarm.least_free_bytes]
    if low:
        rooms = "; ".join(f"{disk.path}: {disk.free_bytes:,} bytes free" for disk in low)
        yield Condition("disk", "", f"{rooms}; at least {alarm.least_free_bytes:,} are wanted")
    longest = timedelta(days=alarm.verify_days)
    if facts.unchecked_since and now - from_text(facts.unchecked_since) > longest:
        yield Condition("verify", "", f"a file was last checked at {facts.unchecked_since}")
    if facts.fixity.damaged:
        key, what, _ = facts.fixity.damaged[0]
        more = f", and {len(facts.fixity.damaged) - 1} more" if facts.fixity.damaged[1:] else ""
        yield Condition("damage", "", f"{key}: {what}{more}")
