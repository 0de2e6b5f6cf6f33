"""The forms in which the source writes a moment (tweedekamer/README.md 1.3).

Every function takes aware datetimes; the texts are what goes over the wire.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def atom_updated(moment: datetime) -> str:
    """Write an entry's `updated`: UTC with `Z` and 0-7 decimals, trailing zeros dropped."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}{_fraction(moment.microsecond)}Z"


def feed_updated(moment: datetime) -> str:
    """Write a feed's `updated`: Amsterdam time with its offset, trailing zeros dropped."""
    local = moment.astimezone(AMSTERDAM)
    return f"{local:%Y-%m-%dT%H:%M:%S}{_fraction(moment.microsecond)}{_offset(local)}"


def parlis(moment: datetime) -> str:
    """Write `bijgewerkt` of a Parlis entity: Amsterdam wall clock, no offset, 7 decimals."""
    local = moment.astimezone(AMSTERDAM)
    return f"{local:%Y-%m-%dT%H:%M:%S}.{local.microsecond // 1000:03d}0000"


def sesam(moment: datetime) -> str:
    """Write `bijgewerkt` of a Sesam entity: UTC with `Z`, whole seconds."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def with_offset(moment: datetime) -> str:
    """Write `bijgewerkt` of an `ns1:` entity: Amsterdam time, 7 decimals and the offset."""
    local = moment.astimezone(AMSTERDAM)
    return f"{parlis(moment)}{_offset(local)}"


def wall_clock(moment: datetime) -> str:
    """Write a moment inside a Parlis entity: Amsterdam time without offset."""
    return f"{moment.astimezone(AMSTERDAM):%Y-%m-%dT%H:%M:%S}"


def day(value: date) -> str:
    """Write a day inside a Parlis entity: midnight of the wall clock."""
    return f"{value.isoformat()}T00:00:00"


def at(value: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """Return the moment of a wall-clock time in Amsterdam, as UTC."""
    local = datetime(value.year, value.month, value.day, hour, minute, second, tzinfo=AMSTERDAM)
    return local.astimezone(UTC)


def parliamentary_year(value: date) -> str:
    """Return the vergaderjaar of a day: it turns on the third Tuesday of September."""
    first = date(value.year, 9, 1)
    prinsjesdag = first + timedelta(days=(1 - first.weekday()) % 7 + 14)
    start = value.year if value >= prinsjesdag else value.year - 1
    return f"{start}-{start + 1}"


def _fraction(microsecond: int) -> str:
    # The source counts in 100 ns; the seventh digit is made up, but the same each time.
    digits = f"{microsecond:06d}{microsecond * 7 % 10}".rstrip("0")
    return f".{digits}" if digits else ""


def _offset(local: datetime) -> str:
    text = local.strftime("%z")
    return f"{text[:3]}:{text[3:5]}"
