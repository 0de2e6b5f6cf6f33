"""Find the feed's token for a date by bisection (tweedekamer/README.md 1.5).

Any integer is accepted as a token and gives the first entries after it, so the position of a
date can be found on `updated`, in some 25 requests for tens of millions of tokens.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

FIRST_GUESS = 2**25
"""Just above the feed's head of late 2026 (26.6 million)."""
CLOSE_ENOUGH = 200
"""Less than a page: nearer costs more requests than it saves."""
MARGIN = timedelta(hours=1)
"""`updated` is not strictly monotone over tokens: start a little earlier."""


@dataclass(frozen=True, slots=True)
class Bisection:
    """The state of a search: everything before `low` is too early, `high` is late enough."""

    target: datetime
    low: int = 0
    high: int | None = None

    @classmethod
    def towards(cls, since: datetime) -> "Bisection":
        """Start a search for what was published from `since` (aware) on."""
        return cls(target=since - MARGIN)

    @property
    def is_done(self) -> bool:
        """Say whether `low` is the answer."""
        return self.high is not None and self.high - self.low <= CLOSE_ENOUGH

    @property
    def probe(self) -> int:
        """Return the token to ask for next."""
        if self.high is None:
            return max(self.low * 2, FIRST_GUESS)
        return (self.low + self.high) // 2

    def learn(self, first_updated: datetime | None) -> "Bisection":
        """Take in the `updated` of the first entry after `probe`; None: there is none."""
        if first_updated is None or first_updated >= self.target:
            return replace(self, high=self.probe)
        return replace(self, low=self.probe)
