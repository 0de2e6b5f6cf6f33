"""Format dates, times and sizes in the reader's language."""

import re
from datetime import UTC, datetime
from functools import lru_cache

from markupsafe import Markup

from harvester.site.language import Words
from harvester.source.registry import time_zone
from harvester.times import to_text

_day = re.compile(r"(\d{4})-(\d\d)-(\d\d)").match


def day(words: Words, date: object) -> Markup:
    """Write a date in full: 24 November 2026; an invalid one stays unchanged."""
    return _written(words, str(date))


@lru_cache(maxsize=8192)
def _written(words: Words, date: str) -> Markup:
    match = _day(date)
    if not match:
        return Markup("{}").format(date)
    said = _said(words, match[1], match[2], match[3])
    return Markup('<time datetime="{}">{}</time>').format(match[0], said)


@lru_cache(maxsize=4096)
def _said(words: Words, year: str, month: str, date: str) -> str:
    name = words(f"month.{month}") if "01" <= month <= "12" else month
    return f"{int(date)} {name} {year}"


def month(words: Words, date: object) -> str:
    """Write the month of a date: November 2026."""
    match = _day(str(date))
    return f"{words(f'month.{match[2]}')} {match[1]}" if match else ""


def moment(words: Words, time: object) -> Markup:
    """Write a time in the parliament's zone, with UTC in the element's title."""
    at = parsed(str(time))
    if at is None:
        return Markup("{}").format(time)
    local = at.astimezone(time_zone())
    said = _said(words, f"{local:%Y}", f"{local:%m}", f"{local:%d}")
    # HTML takes three digits of a second at most; sources give up to seven.
    return Markup('<time datetime="{}" title="{} UTC">{}, {}</time>').format(
        to_text(at), f"{at:%Y-%m-%d %H:%M:%S}", said, f"{local:%H:%M}"
    )


def parsed(time: str) -> datetime | None:
    """Read a time of the index; None if it is invalid."""
    try:
        at = datetime.fromisoformat(time)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def size(words: Words, count: int) -> str:
    """Write a number of bytes with a unit."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000 or unit == "GB":
            break
        count = round(count / 1000)
    return f"{words.number(count)} {unit}"


def kind_of_file(media_type: str | None) -> str:
    """Return the short name of a media type: PDF, Word, XML."""
    known = {
        "application/pdf": "PDF",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word (docx)",
        "application/msword": "Word (doc)",
        "application/vnd.oasis.opendocument.text": "OpenDocument",
        "application/rtf": "RTF",
        "text/rtf": "RTF",
        "text/html": "HTML",
        "application/xhtml+xml": "HTML",
        "text/xml": "XML",
        "application/xml": "XML",
        "application/zip": "ZIP",
    }
    return known.get(media_type or "", media_type or "?")
