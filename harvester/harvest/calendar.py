"""Count the working hours of a source, without holidays and recess."""

from datetime import date, datetime, time, timedelta, tzinfo

from harvester.settings.service import WEEKDAYS, ExpectSettings

LONGEST = timedelta(days=400)
"""Silence for longer than this exceeds any limit, so it is not counted further."""


def is_working_day(day: date, expect: ExpectSettings) -> bool:
    """Tell whether a source is expected to publish on a day."""
    if WEEKDAYS[day.weekday()] not in expect.working_days or day in expect.holidays:
        return False
    return not any(first <= day <= last for first, last in expect.recess)


def working_hours(since: datetime, until: datetime, expect: ExpectSettings, zone: tzinfo) -> float:
    """Return how many working hours lie between two moments, both aware."""
    since = max(since, until - LONGEST)
    day, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    total = timedelta()
    while day <= last:
        if is_working_day(day, expect):
            opens = datetime.combine(day, time(), zone) + timedelta(hours=expect.working_from_h)
            closes = datetime.combine(day, time(), zone) + timedelta(hours=expect.working_until_h)
            # Aware datetimes of one zone subtract by wall clock: an hour a year is neglected.
            total += max(timedelta(), min(closes, until) - max(opens, since))
        day += timedelta(days=1)
    return total / timedelta(hours=1)
