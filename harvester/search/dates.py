"""Days and spans of time as people type them: `2024-11-21`, `november 2024`, `last week`."""

import re
from datetime import date, timedelta
from typing import NamedTuple

from harvester.search.folding import words_of
from harvester.source.language import DateWords

MOST_WORDS = 3
"""Words of the longest date: 21 november 2024."""
_FIRST_YEAR = 1800
_iso = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?").fullmatch
_european = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})").fullmatch


class Span(NamedTuple):
    """Days from the first to the last, both included."""

    first: date
    last: date


def read_span(text: str, words: DateWords, today: date) -> Span | None:
    """Return the days that a text stands for; None when it is no date.

    Args:
        text: an ISO day, month or year, `21-11-2024`, or a date in words.
        words: the words of dates of the installed parliaments.
        today: what `last week` counts from.
    """
    plain = text.strip()
    if match := _iso(plain):
        year, month, day = (int(part) if part else 0 for part in match.groups())
        return _span(year, month, day)
    if match := _european(plain):
        return _span(int(match[3]), int(match[2]), int(match[1]))
    typed = words_of(plain)
    if relative := words.spans.get(" ".join(typed)):
        return _relative(*relative, today)
    numbers = [int(word) if word.isdecimal() and len(word) <= 4 else 0 for word in typed]
    if len(typed) == 2 and typed[0] in words.months:
        return _span(numbers[1], words.months[typed[0]], 0)
    if len(typed) == 3 and typed[1] in words.months and numbers[0]:
        return _span(numbers[2], words.months[typed[1]], numbers[0])
    if len(typed) == 3 and typed[0] in words.months and numbers[1]:
        return _span(numbers[2], words.months[typed[0]], numbers[1])
    return None


def is_written_out(text: str, words: DateWords) -> bool:
    """Tell whether a text can only be a date: a year alone is also a word of titles."""
    return not text.strip().isdecimal() or " ".join(words_of(text)) in words.spans


def _span(year: int, month: int, day: int) -> Span | None:
    """Return the span of a year, of a month of it (0: all), of a day of that (0: all)."""
    if year < _FIRST_YEAR:
        return None
    try:
        if day:
            return Span(date(year, month, day), date(year, month, day))
        first = date(year, month or 1, 1)
        following = date(year + (month in (0, 12)), month % 12 + 1 if month else 1, 1)
    except ValueError:
        return None
    return Span(first, following - timedelta(days=1))


def _relative(unit: str, number: int, today: date) -> Span:
    """Return a span that is counted from today: the week, month or year so many before this one."""
    if unit == "days":
        return Span(today - timedelta(days=number), today)
    if unit == "day":
        day = today - timedelta(days=number)
        return Span(day, day)
    if unit == "week":
        monday = today - timedelta(days=today.weekday() + 7 * number)
        return Span(monday, monday + timedelta(days=6))
    if unit == "month":
        months = 12 * today.year + today.month - 1 - number
        return _span(months // 12, months % 12 + 1, 0) or Span(today, today)
    return _span(today.year - number, 0, 0) or Span(today, today)
