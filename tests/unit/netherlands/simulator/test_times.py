"""The forms of a moment (spiders/netherlands/tweedekamer/README.md 1.3)."""

from datetime import UTC, date, datetime

import pytest

from spiders.netherlands.simulator import times

SUMMER = datetime(2026, 9, 10, 11, 40, 40, 903000, tzinfo=UTC)
WINTER = datetime(2026, 12, 10, 11, 40, 40, tzinfo=UTC)


def test_parlis_writes_the_wall_clock_of_amsterdam_without_offset() -> None:
    assert times.parlis(SUMMER) == "2026-09-10T13:40:40.9030000"
    assert times.parlis(WINTER) == "2026-12-10T12:40:40.0000000"


def test_sesam_writes_utc_in_whole_seconds() -> None:
    assert times.sesam(SUMMER) == "2026-09-10T11:40:40Z"


def test_prefixed_entities_carry_an_offset() -> None:
    assert times.with_offset(SUMMER) == "2026-09-10T13:40:40.9030000+02:00"
    assert times.with_offset(WINTER) == "2026-12-10T12:40:40.0000000+01:00"


@pytest.mark.parametrize(
    ("microsecond", "text"),
    [(0, ""), (500_000, ".5"), (809_095, ".8090955"), (453_334, ".4533348")],
)
def test_updated_has_up_to_seven_decimals_without_trailing_zeros(
    microsecond: int, text: str
) -> None:
    moment = WINTER.replace(microsecond=microsecond)
    assert times.atom_updated(moment) == f"2026-12-10T11:40:40{text}Z"
    assert times.feed_updated(moment) == f"2026-12-10T12:40:40{text}+01:00"


def test_the_parliamentary_year_turns_on_the_third_tuesday_of_september() -> None:
    assert times.parliamentary_year(date(2026, 9, 14)) == "2025-2026"
    assert times.parliamentary_year(date(2026, 9, 15)) == "2026-2027"
