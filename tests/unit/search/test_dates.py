"""Days and spans are read in every way that people type them, counted from a day that is given."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.search.dates import Span, is_written_out, read_span
from spiders.netherlands.language import DUTCH

TODAY = date(2024, 11, 28)
"""A Thursday."""


def read(text: str, today: date = TODAY) -> tuple[str, str] | None:
    span = read_span(text, DUTCH.dates, today)
    return span and (span.first.isoformat(), span.last.isoformat())


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("2024-11-01", "2024-11-01", "2024-11-01"),
        ("2024-2", "2024-02-01", "2024-02-29"),
        ("2024-12", "2024-12-01", "2024-12-31"),
        ("2024", "2024-01-01", "2024-12-31"),
        ("21-11-2024", "2024-11-21", "2024-11-21"),
        ("1/3/2023", "2023-03-01", "2023-03-01"),
        ("21 november 2024", "2024-11-21", "2024-11-21"),
        ("21 Nov. 2024", "2024-11-21", "2024-11-21"),
        ("November 21, 2024", "2024-11-21", "2024-11-21"),
        ("november 2024", "2024-11-01", "2024-11-30"),
        ("mrt 2023", "2023-03-01", "2023-03-31"),
        ("vandaag", "2024-11-28", "2024-11-28"),
        ("Gisteren", "2024-11-27", "2024-11-27"),
        ("deze week", "2024-11-25", "2024-12-01"),
        ("vorige week", "2024-11-18", "2024-11-24"),
        ("last week", "2024-11-18", "2024-11-24"),
        ("vorige-week", "2024-11-18", "2024-11-24"),
        ("afgelopen week", "2024-11-21", "2024-11-28"),
        ("vorige maand", "2024-10-01", "2024-10-31"),
        ("vorig jaar", "2023-01-01", "2023-12-31"),
    ],
)
def test_a_date_is_read(typed: str, first: str, last: str) -> None:
    assert read(typed) == (first, last)


@pytest.mark.parametrize(
    "typed",
    ["", "week", "mei", "november", "2024-13", "2024-02-30", "30 februari 2024", "21 november",
     "99999", "0007", "0000-00-00", "36900", "november 24", "9999-99-99"],
)  # fmt: skip
def test_what_is_no_date_is_none(typed: str) -> None:
    assert read(typed) is None


def test_a_year_alone_is_also_a_word_of_titles() -> None:
    assert not is_written_out("2024", DUTCH.dates)
    assert is_written_out("november 2024", DUTCH.dates)


@given(today=st.dates(date(1900, 1, 1)), phrase=st.sampled_from(sorted(DUTCH.dates.spans)))
def test_spans_that_count_from_today_are_whole_and_none_lies_ahead(
    today: date, phrase: str
) -> None:
    span = read_span(phrase, DUTCH.dates, today)
    assert span is not None
    assert span.first <= today
    assert span.first <= span.last < date(9999, 12, 31) or today > date(9999, 1, 1)


@given(day=st.dates(date(1800, 1, 1), date(9998, 12, 31)))
def test_every_day_is_read_in_its_spellings(day: date) -> None:
    months = {number: name for name, number in DUTCH.dates.months.items()}
    for typed in (
        day.isoformat(),
        f"{day.day}-{day.month:02}-{day.year}",
        f"{day.day} {months[day.month]} {day.year}",
    ):
        assert read_span(typed, DUTCH.dates, TODAY) == Span(day, day)
    month = read_span(f"{day:%Y-%m}", DUTCH.dates, TODAY)
    assert month is not None
    assert month.first.day == 1
    assert (month.last + timedelta(days=1)).day == 1


@given(typed=st.text(max_size=40))
def test_whatever_is_typed_is_a_span_or_none(typed: str) -> None:
    span = read_span(typed, DUTCH.dates, TODAY)
    assert span is None or span.first <= span.last
