"""Times as Griffie stores them: UTC, ISO 8601, milliseconds and `Z`."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from harvester.errors import ConfigurationError

Clock = Callable[[], datetime]
"""Returns the present as an aware UTC datetime; passed in, so that tests control time."""

DAY = timedelta(days=1, milliseconds=-1)
"""The time from a day's first millisecond to its last."""

is_day = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch


def now() -> datetime:
    """Return the present, aware and in UTC."""
    return datetime.now(UTC)


def to_text(moment: datetime) -> str:
    """Write an aware datetime as `2026-11-23T20:15:09.120Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_text(text: str) -> datetime:
    """Read what `to_text` wrote, or any ISO 8601 time with an offset; no offset means UTC."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def moment_of(text: str | None) -> datetime | None:
    """Return a source's time in UTC; None if it is absent, invalid, or not representable.

    The first and last days that a datetime can hold have no UTC in every zone, and a source may
    state any words as a time.
    """
    if text is None:
        return None
    try:
        return from_text(text.strip()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def read_moment(text: str) -> str:
    """Return a time as the log writes it; a day alone stands for its last millisecond, in UTC.

    The one rule for days in addresses, arguments and names of snapshots. Days of UTC because these
    are permanent: which papers a day holds must not change with a time zone's law or a setting.

    Raises:
        ConfigurationError: this is no time.
    """
    try:
        moment = from_text(text)
        return to_text(moment + DAY if is_day(text) else moment)
    except (ValueError, OverflowError) as error:  # the first and last days there are have no UTC
        raise ConfigurationError(
            f"{text!r} is no time; write 2026-11-23 or 2026-11-23T20:15:09Z"
        ) from error
