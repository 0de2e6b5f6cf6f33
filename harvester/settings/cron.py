"""Schedules: cron expressions with cron's semantics, `@daily`, or `every 90s`.

APScheduler's cron trigger differs from cron: Monday is day 0, there is no `@daily`, and day of
month and day of week must both match. These expressions are translated.
"""

import re
from datetime import datetime, tzinfo

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

_ALIASES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_EVERY_S = {"s": 1, "min": 60, "h": 3600, "d": 86_400}
_EPOCH = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
"""Intervals count from this moment, so that a restart does not delay them."""
_is_every = re.compile(r"every (\d+(?:\.\d+)?) ?(s|min|h|d)").fullmatch


def parse_schedule(text: str, zone: tzinfo, jitter_s: float = 0) -> BaseTrigger:
    """Return the trigger for a schedule.

    Args:
        text: five cron fields, an alias, or `every <number><s|min|h|d>`.
        zone: of the cron fields.
        jitter_s: most random delay of a start, in seconds.

    Raises:
        ValueError: the message says what is not understood.
    """
    jitter = round(jitter_s) or None
    if every := _is_every(text.strip()):
        seconds = float(every[1]) * _EVERY_S[every[2]]
        if seconds < 1:
            raise ValueError(f"{text!r} is too often; once a second is the most")
        return IntervalTrigger(
            seconds=round(seconds), start_date=_EPOCH, timezone=zone, jitter=jitter
        )
    fields = _ALIASES.get(text.strip(), text).split()
    if len(fields) != 5:
        raise ValueError(
            f"{text!r} is no schedule; write five cron fields, {', '.join(_ALIASES)} or every 15min"
        )
    minute, hour, day, month, weekday = fields
    for field, least, most in ((minute, 0, 59), (hour, 0, 23), (day, 1, 31)):
        _numbers(field, least, most, ())
    names: dict[str, object] = {"minute": minute, "hour": hour, "month": _month(month)}
    names |= {"timezone": zone, "jitter": jitter}
    # crontab(5): if both are restricted, either of them is enough.
    if not day.startswith("*") and not weekday.startswith("*"):
        return OrTrigger(
            [
                CronTrigger(day=day, **names),
                CronTrigger(day_of_week=_weekdays(weekday), **names),
            ]
        )
    return CronTrigger(day=day, day_of_week=_weekdays(weekday), **names)


def _weekdays(field: str) -> str:
    """Name the days that cron numbers from Sunday, which is 0 and 7."""
    if field == "*":
        return field
    return ",".join(sorted({_DAYS[n % 7] for n in _numbers(field, 0, 7, _DAYS)}))


def _month(field: str) -> str:
    if field == "*":
        return field
    return ",".join(map(str, _numbers(field, 1, 12, ("", *_MONTHS))))


def _numbers(field: str, least: int, most: int, names: tuple[str, ...]) -> list[int]:
    """Expand lists, ranges, steps and names of a field."""
    found: set[int] = set()
    for part in field.lower().split(","):
        reach, _, step = part.partition("/")
        first, dash, last = reach.partition("-")
        if first == "*" and not dash:
            low, high = least, most
        else:
            low = _number(first, field, names)
            # A step without a range extends to the end (crontab(5) of Debian).
            high = _number(last, field, names) if dash else most if step else low
        if not (least <= low <= high <= most) or (step and not re.fullmatch(r"[1-9]\d*", step)):
            raise ValueError(f"{part!r} is no part of a cron field from {least} to {most}")
        found.update(range(low, high + 1, int(step or 1)))
    return sorted(found)


def _number(text: str, field: str, names: tuple[str, ...]) -> int:
    if text and text in names:
        return names.index(text)
    if re.fullmatch(r"\d{1,2}", text):
        return int(text)
    raise ValueError(f"{text!r} in {field!r} is neither a number nor a name")


def next_start(trigger: BaseTrigger, after: datetime) -> datetime | None:
    """Return when a job that last started at `after` is due again."""
    # The trigger returns the first time from `now` on, which must be later than `after`.
    found: datetime | None = trigger.get_next_fire_time(None, after)
    while found is not None and found <= after:
        found = trigger.get_next_fire_time(found, found)
    return found
