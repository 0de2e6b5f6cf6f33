"""Times as Griffie stores them: UTC, ISO 8601, milliseconds and `Z`."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns the present as an aware UTC datetime; passed in, so that tests own time."""


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
