"""What was asked of the simulator, so that tests can assert politeness and retries."""

from collections import Counter, defaultdict
from typing import Any


class Tally:
    """Counts requests by kind of path and status."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget everything but the requests under way."""
        self._statuses: dict[str, Counter[str]] = defaultdict(Counter)
        self._categories: dict[str, Counter[str]] = defaultdict(Counter)
        self._agents: Counter[str] = Counter()
        self._conditional = 0
        self._peak = 0
        self._under_way = getattr(self, "_under_way", 0)

    def begin(self, user_agent: str, is_conditional: bool) -> None:
        """Note that a request came in."""
        self._under_way += 1
        self._peak = max(self._peak, self._under_way)
        self._agents[user_agent] += 1
        self._conditional += is_conditional

    def end(self, kind: str, category: str | None, outcome: str) -> None:
        """Note how a request ended: a status, or `reset`, `cut`, `cut_chunked`."""
        self._under_way -= 1
        self._statuses[kind][outcome] += 1
        if category is not None:
            self._categories[category][outcome] += 1

    def as_json(self) -> dict[str, Any]:
        """Return the counts."""
        return {
            "requests": {kind: dict(found) for kind, found in sorted(self._statuses.items())},
            "feed_by_category": {name: dict(n) for name, n in sorted(self._categories.items())},
            "user_agents": dict(self._agents),
            "conditional": self._conditional,
            "peak_concurrency": self._peak,
        }
