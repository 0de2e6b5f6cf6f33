"""Moments as KOOP writes them, in summer and in winter."""

from datetime import UTC, date, datetime

import pytest

from spiders.netherlands.simulator.koop import moments
from spiders.netherlands.simulator.koop.agenda import weekday


@pytest.mark.parametrize(
    ("moment", "changed", "stamp", "day"),
    [
        (
            datetime(2026, 7, 1, 22, 0, 0, 123456, tzinfo=UTC),
            "2026-07-02T00:00:00.1234564+02:00",
            "2026-07-02T00:00:00.123456+02:00",
            date(2026, 7, 2),
        ),
        (
            datetime(2026, 12, 1, 22, 0, 0, 120000, tzinfo=UTC),
            "2026-12-01T23:00:00.1200004+01:00",
            "2026-12-01T23:00:00.12+01:00",
            date(2026, 12, 1),
        ),
        (
            datetime(2026, 12, 31, 23, 0, tzinfo=UTC),
            "2027-01-01T00:00:00.0000001+01:00",
            "2027-01-01T00:00:00+01:00",
            date(2027, 1, 1),
        ),
    ],
)
def test_a_moment_is_local_with_its_offset(
    moment: datetime, changed: str, stamp: str, day: date
) -> None:
    assert moments.work_changed(moment) == changed
    assert moments.timestamp(moment) == stamp
    assert moments.local_day(moment) == day


@pytest.mark.parametrize(("day", "works"), [(2, 2), (3, 5), (4, 5), (5, 5)])
def test_the_weekend_waits_for_monday(day: int, works: int) -> None:
    assert weekday(date(2026, 10, day)) == date(2026, 10, works)
