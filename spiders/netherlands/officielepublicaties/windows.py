"""The windows of days of a walk, and its position. Pure.

The service knows changes by the day (`dt.modified`, Dutch date). A window is a span of such days;
an open one ends now. A day is over only once the next one has begun, so today is never done, and
some earlier days are walked again each time, since the service's index lags behind publication.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """The days from `first` to `last`, inclusive; to this moment if `last` is None."""

    first: date
    last: date | None = None

    def narrower(self, yesterday: date) -> "Window | None":
        """Return the first half of the past days; None if there is nothing to halve."""
        last = yesterday if self.last is None else self.last
        if last < self.first or self.last == self.first:
            return None
        return Window(self.first, self.first + (last - self.first) // 2)

    def following(self, yesterday: date, *, is_wider: bool) -> "Window":
        """Return the window after this closed one: as long, twice as long, or open."""
        assert self.last is not None
        days = (self.last - self.first).days + 1
        first = self.last + DAY
        last = self.last + DAY * days * (2 if is_wider else 1)
        return Window(first, None if last >= yesterday else last)


@dataclass(frozen=True, slots=True)
class Place:
    """The position of the walk, as the checkpoint holds it."""

    first: date
    """Everything modified before this day is done."""
    last: date | None = None
    """The end of the current closed window; None otherwise, since an open one begins anew."""
    after: str | None = None
    """The last done identifier in that window."""
    newest: date | None = None
    """The latest day of a change seen so far."""

    @classmethod
    def from_json(cls, cursor: Mapping[str, Any]) -> "Place":
        """Read what `to_json` wrote.

        Raises:
            ValueError: this is no position.
        """
        first, last, newest = (_day(cursor.get(name)) for name in ("first", "last", "newest"))
        if first is None:
            raise ValueError("the cursor has no first day")
        return cls(first, last, cursor.get("after"), newest)

    def to_json(self) -> dict[str, str | None]:
        """Return the position as JSON."""
        return {
            "first": self.first.isoformat(),
            "last": self.last.isoformat() if self.last else None,
            "after": self.after,
            "newest": self.newest.isoformat() if self.newest else None,
        }

    @property
    def window(self) -> Window:
        """The next window to walk."""
        return Window(self.first, self.last)

    def having_seen(self, newest: date | None) -> "Place":
        """Record the latest change of a page."""
        seen = [day for day in (self.newest, newest) if day is not None]
        return replace(self, newest=max(seen, default=None))

    def within(self, window: Window, after: str | None) -> "Place":
        """Move to an identifier in a window.

        Progress in an open window is not kept: a record that changes later may sort before the
        identifier where the walk broke off.
        """
        is_closed = window.last is not None
        return Place(window.first, window.last, after if is_closed else None, self.newest)

    def at_the_end(self, yesterday: date, overlap_days: int) -> "Place":
        """Move to where the next walk begins, after this one has reached the present.

        Not beyond what was seen, so that nothing is lost if the index stands still for days and
        then catches up.
        """
        seen = self.first if self.newest is None else self.newest
        overlap = timedelta() if self.newest is None else DAY * overlap_days
        return Place(min(seen, yesterday) - overlap, newest=self.newest)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
