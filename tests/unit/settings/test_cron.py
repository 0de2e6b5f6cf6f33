"""A schedule means what crontab(5) says, in a named time zone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from harvester.settings.cron import next_start, parse_schedule

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
TUESDAY = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def starts(text: str, count: int = 1, after: datetime = TUESDAY) -> list[str]:
    trigger = parse_schedule(text, AMSTERDAM)
    found = []
    for _ in range(count):
        moment = next_start(trigger, after)
        assert moment is not None
        after = moment
        found.append(f"{moment.astimezone(AMSTERDAM):%a %Y-%m-%d %H:%M}")
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30 2 * * 0", "Sun 2026-11-29 02:30"),
        ("30 2 * * 7", "Sun 2026-11-29 02:30"),
        ("30 2 * * 1", "Mon 2026-11-30 02:30"),
        ("30 2 * * sat", "Sat 2026-11-28 02:30"),
        ("0 9 * * 1-5", "Wed 2026-11-25 09:00"),
        ("0 9 * * 5-7", "Fri 2026-11-27 09:00"),
        ("*/15 * * * *", "Tue 2026-11-24 13:15"),
        ("5/20 * * * *", "Tue 2026-11-24 13:05"),
        ("0 0 1 feb *", "Mon 2027-02-01 00:00"),
        ("@daily", "Wed 2026-11-25 00:00"),
        ("@weekly", "Sun 2026-11-29 00:00"),
        ("@hourly", "Tue 2026-11-24 14:00"),
        ("every 15min", "Tue 2026-11-24 13:15"),
        ("every 1d", "Wed 2026-11-25 01:00"),
    ],
)
def test_a_schedule_means_what_cron_says(text: str, expected: str) -> None:
    assert starts(text) == [expected]


def test_day_of_month_and_day_of_week_are_either() -> None:
    assert starts("0 6 1 * 5", 3) == [
        "Fri 2026-11-27 06:00",
        "Tue 2026-12-01 06:00",
        "Fri 2026-12-04 06:00",
    ]


def test_the_next_start_is_later_than_the_last_one() -> None:
    on_time = datetime(2026, 11, 24, 12, 15, tzinfo=UTC)
    assert starts("*/15 * * * *", after=on_time) == ["Tue 2026-11-24 13:30"]


def test_an_interval_does_not_depend_on_when_the_service_began() -> None:
    trigger = parse_schedule("every 10s", UTC)
    moment = next_start(trigger, datetime(2026, 11, 24, 12, 0, 3, tzinfo=UTC))
    assert moment == datetime(2026, 11, 24, 12, 0, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["", "* * * *", "60 * * * *", "* * * * 8", "x * * * *", "@reboot", "every 0s", "every day",
     "* * 0 * *", "*/0 * * * *", "5-1 * * * *", "* * * foo *"],
)  # fmt: skip
def test_what_is_no_schedule_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_schedule(text, AMSTERDAM)
