"""The forms in which KOOP writes a moment (1.6): Amsterdam time with its offset."""

from datetime import date, datetime

from spiders.netherlands.simulator.times import AMSTERDAM


def work_changed(moment: datetime) -> str:
    """Write `cd:datumTijdstipWijzigingWork`: seven digits after the point."""
    # The service counts in 100 ns; the seventh digit is made up, but the same each time.
    local = moment.astimezone(AMSTERDAM)
    seventh = local.microsecond * 7 % 9 + 1
    return f"{local:%Y-%m-%dT%H:%M:%S}.{local.microsecond:06d}{seventh}{_offset(local)}"


def timestamp(moment: datetime) -> str:
    """Write `gzd:timestamp`: up to six digits, trailing zeros dropped."""
    local = moment.astimezone(AMSTERDAM)
    digits = f"{local.microsecond:06d}".rstrip("0")
    return f"{local:%Y-%m-%dT%H:%M:%S}{f'.{digits}' if digits else ''}{_offset(local)}"


def local_day(moment: datetime) -> date:
    """Return the day of a moment in Amsterdam."""
    return moment.astimezone(AMSTERDAM).date()


def generated_on(moment: datetime) -> str:
    """Write the day in the comment of metadata_owms.xml: `2021-07-09+02:00`."""
    local = moment.astimezone(AMSTERDAM)
    return f"{local:%Y-%m-%d}{_offset(local)}"


def _offset(local: datetime) -> str:
    text = local.strftime("%z")
    return f"{text[:3]}:{text[3:5]}"
