"""The words of a few papers, in memory: looked up a hundred thousand times."""

import sqlite3
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from harvester.search.vocabulary import TABLE


@dataclass(frozen=True, slots=True)
class MemoryVocabulary:
    """A `Vocabulary` of an index that is small, as it is now.

    Attributes:
        known: each word, and in how many papers it occurs.
    """

    known: Mapping[str, int]
    _sorted: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, connection: sqlite3.Connection) -> "MemoryVocabulary":
        """Read all words of an index whose connection has been given `attach`."""
        known = {
            str(word): int(papers)
            for word, papers in connection.execute(f"SELECT term, doc FROM temp.{TABLE}")  # noqa: S608
        }
        return cls(known, sorted(known))

    def papers(self, words: Iterable[str]) -> Mapping[str, int]:
        """Return in how many papers each word occurs, without those that occur in none."""
        return {word: self.known[word] for word in words if word in self.known}

    def beginning(self, prefix: str) -> Iterator[tuple[str, int]]:
        """Yield words with this beginning, in order, and in how many papers each occurs."""
        for at in range(bisect_left(self._sorted, prefix), len(self._sorted)):
            word = self._sorted[at]
            if not word.startswith(prefix):
                return
            yield word, self.known[word]

    def has_beginning(self, prefix: str) -> bool:
        """Tell whether a word begins so."""
        return next(self.beginning(prefix), None) is not None
