"""Find the feed's token for a date by bisection (tweedekamer/README.md 1.5).

Any integer is accepted as a token and gives the first entries after it, so the position of a
date can be found on `updated`, in some 25 requests for tens of millions of tokens.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

FIRST_GUESS = 2**25
"""Just above the feed's head of late 2026 (26.6 million)."""
CLOSE_ENOUGH = 200
"""Precision of the search; less than a page, since more would cost more than it saves."""
MARGIN = timedelta(hours=1)
"""`updated` is not strictly monotone over tokens: start a little earlier."""


@dataclass(frozen=True, slots=True)
class Bisection:
    """The state of a search: entries before `low` are too early, those after `high` late enough."""

    target: datetime
    low: int = 0
    high: int | None = None

    @classmethod
    def towards(cls, since: datetime) -> "Bisection":
        """Start a search for entries published from `since` (aware) on."""
        return cls(target=since - MARGIN)

    @property
    def is_done(self) -> bool:
        """Tell whether `low` is the result."""
        return self.high is not None and self.high - self.low <= CLOSE_ENOUGH

    @property
    def probe(self) -> int:
        """Return the next token to request."""
        if self.high is None:
            return max(self.low * 2, FIRST_GUESS)
        return (self.low + self.high) // 2

    def learn(self, first_updated: datetime | None) -> "Bisection":
        """Record the `updated` of the first entry after `probe`; None if there is none."""
        if first_updated is None or first_updated >= self.target:
            return replace(self, high=self.probe)
        return replace(self, low=self.probe)
