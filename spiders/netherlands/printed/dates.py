"""Dates as Dutch papers write them."""

import re
from datetime import date

_MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip
_WRITTEN = rf"(?P<day>\d{{1,2}})(?:e|ste|de)?\s(?P<month>{'|'.join(_MONTHS)})\s(?P<year>\d{{4}})"
_DATE = re.compile(rf"\b{_WRITTEN}\b", re.IGNORECASE)
_DATELINE = re.compile(
    rf"(?:[’'‘`´]\s?s-|[A-ZÀ-Þ])[\w\s.’'/()-]{{1,60}},\s(?:de\s)?{_WRITTEN}\s?\.?", re.IGNORECASE
)


def iso_date(text: str) -> str | None:
    """Return a date in ISO form; None if it is invalid."""
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        return None


def written_date(text: str) -> str | None:
    """Return the first written date (`2 juli 2026`) in ISO form."""
    return _iso(_DATE.search(text))


def dateline(paragraph: str) -> str | None:
    """Return the date of a paragraph that is only a place and a date: `Den Haag, 7 juli 2023`."""
    return _iso(_DATELINE.fullmatch(paragraph))


def _iso(match: re.Match[str] | None) -> str | None:
    if match is None:
        return None
    month = _MONTHS.index(match["month"].lower()) + 1
    return iso_date(f"{match['year']}-{month:02}-{int(match['day']):02}")
