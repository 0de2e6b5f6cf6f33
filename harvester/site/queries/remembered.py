"""What all connections to one index remember of it for a while: names, and common words."""

import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from harvester.search.vocabulary import CommonWords, IndexVocabulary

KEPT_S = 60.0
"""How long what was read of an index is used; pages themselves are cached for a minute."""
_MOST_INDEXES = 8
Read = TypeVar("Read")


@dataclass(slots=True)
class Remembered:
    """What is remembered of one index.

    Attributes:
        common: how often its common words occur.
    """

    clock: Callable[[], float] = time.monotonic
    common: CommonWords = field(default_factory=CommonWords)
    _read: dict[str, tuple[float, Any]] = field(default_factory=dict)

    def get_or_read(self, name: str, read: Callable[[], Read]) -> Read:
        """Return what was read under a name, or read it if that was longer ago than `KEPT_S`."""
        until, value = self._read.get(name, (float("-inf"), None))
        if self.clock() <= until:
            known: Read = value
            return known
        found = read()
        self._read[name] = (self.clock() + KEPT_S, found)
        return found


_indexes: dict[str, Remembered] = {}
"""By path, the one added last at the end."""
_changing = threading.Lock()


def remembered_of(connection: sqlite3.Connection) -> Remembered:
    """Return what is remembered of the index of a connection; of one in memory nothing."""
    path = connection.execute("PRAGMA database_list").fetchone()[2]
    if not path:
        return Remembered()
    with _changing:
        if path not in _indexes:
            while len(_indexes) >= _MOST_INDEXES:
                del _indexes[next(iter(_indexes))]
            _indexes[path] = Remembered()
        return _indexes[path]


def vocabulary_of(connection: sqlite3.Connection) -> IndexVocabulary:
    """Return the words of the index of a connection."""
    return IndexVocabulary(connection, remembered_of(connection).common)
