"""A token bucket, as KOOP's front seems to have one: 20 requests, 5 more each second (1.5)."""

from collections.abc import Callable


class TokenBucket:
    """Holds tokens; each request takes one, and none is left for those who ask too fast."""

    def __init__(self, size: float, per_s: float, clock: Callable[[], float]) -> None:
        self._size = size
        self._per_s = per_s
        self._clock = clock
        self._left = size
        self._filled_at = clock()

    def take(self) -> bool:
        """Take a token; returns whether there was one."""
        now = self._clock()
        self._left = min(self._size, self._left + (now - self._filled_at) * self._per_s)
        self._filled_at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
