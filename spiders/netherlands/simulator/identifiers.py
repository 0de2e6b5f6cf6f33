"""Made-up identifiers in the source's forms; the same seed gives the same ones."""

from collections import Counter
from random import Random
from uuid import UUID


class Identifiers:
    """Hands out guids, sids and numbers in the order in which they are asked for."""

    def __init__(self, seed: int) -> None:
        self._rng = Random(f"{seed}/identifiers")  # noqa: S311 - not for secrets
        self._counts: Counter[str] = Counter()

    def guid(self) -> str:
        """Return a new guid."""
        return str(UUID(int=self._rng.getrandbits(128), version=4))

    def sid(self) -> str:
        """Return a new security identifier, as actors carry them."""
        parts = [str(self._rng.randrange(10**8, 4 * 10**9)) for _ in range(4)]
        return "S-1-365867521-2120874753-" + "-".join(parts)

    def numbered(self, year: int, letter: str) -> str:
        """Return the next number of a kind in a year: 2026D40001 for a document.

        Letters: D document, Z case, P agenda item, A activity.
        """
        series = f"{year}{letter}"
        self._counts[series] += 1
        return f"{series}{40_000 + self._counts[series]:05d}"
