"""The baseline of a source: what it usually brings on each kind of day. Pure.

A kind of day is a weekday on which the source is expected to publish, or a quiet day: a weekend, a
holiday, recess. A day counts as one of its kind when a walk ended on it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta, tzinfo
from typing import NamedTuple

from harvester.harvest.calendar import is_working_day
from harvester.index.operations import Walk
from harvester.settings.service import WEEKDAYS, ExpectSettings
from harvester.times import from_text

WEEKS = 8
"""How far back walks are considered, counted from the last one."""
LEAST_DAYS = 4
"""Fewer days of a kind make no baseline."""
QUIET = "quiet day"
_DAY = timedelta(days=1)


class Baseline(NamedTuple):
    """The new records of a kind of day, summed over the walks of each day."""

    least: int
    most: int
    days: int


class Plausible(NamedTuple):
    """How many new records are plausible, and the reasoning."""

    most: float
    because: str


def kind_of_day(day: date, expect: ExpectSettings) -> str:
    """Name the kind of a day."""
    return WEEKDAYS[day.weekday()] if is_working_day(day, expect) else QUIET


def new_by_day(walks: Iterable[Walk], zone: tzinfo) -> dict[date, int]:
    """Sum the new records of walks by the local day on which they ended."""
    found: dict[date, int] = defaultdict(int)
    for walk in walks:
        found[_day(walk.ended_at, zone)] += walk.new
    return dict(found)


def baseline(
    walks: Collection[Walk], expect: ExpectSettings, zone: tzinfo, now: datetime
) -> dict[str, Baseline]:
    """Return the baseline of each kind of day before today that has enough days."""
    by_kind: dict[str, list[int]] = defaultdict(list)
    today = now.astimezone(zone).date()
    for day, new in new_by_day(walks, zone).items():
        if day < today:
            by_kind[kind_of_day(day, expect)].append(new)
    return {
        kind: Baseline(min(counts), max(counts), len(counts))
        for kind in (*WEEKDAYS, QUIET)
        if len(counts := by_kind[kind]) >= LEAST_DAYS
    }


def most_new(
    walks: Collection[Walk],
    expect: ExpectSettings,
    zone: tzinfo,
    now: datetime,
    since: datetime | None = None,
) -> Plausible | None:
    """Return how many new records a walk that ends now may bring; None without a baseline.

    The walk covers the days since the last complete one, or since `since`. It may bring
    `most_new_times` the sum of the largest days of these kinds.

    Args:
        walks: complete and applied ones of the last `WEEKS`.
        expect: what is plausible of the source.
        zone: of days.
        now: the end of the walk.
        since: the date that the walk was told to begin with.
    """
    if not walks:
        return None
    known = baseline(walks, expect, zone, now)
    last = max(_day(walk.ended_at, zone) for walk in walks)
    first = last if since is None else min(last, since.astimezone(zone).date())
    today = now.astimezone(zone).date()
    days = [first + _DAY * n for n in range(max(0, (today - first).days) + 1)]
    kinds = [kind_of_day(day, expect) for day in days]
    if any(kind not in known for kind in kinds):
        return None
    largest = sum(known[kind].most for kind in kinds)
    span = f"{days[0]}" if len(days) == 1 else f"{days[0]} to {days[-1]}"
    return Plausible(
        expect.most_new_times * largest,
        f"such days ({_in_words(kinds)}: {span}) brought at most {largest:,} in {WEEKS} weeks; "
        f"at most {expect.most_new_times:g} times that is plausible",
    )


def _day(moment: str, zone: tzinfo) -> date:
    return from_text(moment).astimezone(zone).date()


def _in_words(kinds: list[str]) -> str:
    if len(kinds) > 5:
        return f"{len(kinds)} days"
    return ", ".join(kinds)


def in_words(known: Mapping[str, Baseline]) -> str:
    """Describe a baseline in one line."""
    return ", ".join(f"{kind} {u.least:,} to {u.most:,}" for kind, u in known.items())
