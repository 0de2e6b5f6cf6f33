"""What every paper is, as numbers in memory: counting and sorting very many takes no time.

SQLite counts what a broad search finds by looking up each paper, at a microsecond each and for
each count anew. Here a connection keeps the few facts of each paper, 20 bytes, in arrays. Before
each use they are brought up to the state that the connection reads: nothing is ever out of date.
"""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[np.int64]
Codes: TypeAlias = NDArray[np.int32]

TRAITS = ("kind", "year", "chamber", "sender", "outcome", "advice", "changed", "withdrawn")
"""What `paper_facet.traits` holds, in its order."""
SENDERS = ("ministry", "party")
"""The two kinds of senders: of a motion the party of who tabled it, else the ministry."""
_SEPARATOR = "\x1f"
_STEP = 20_000
"""Changes read at once. Each step counts: a reader who was interrupted goes on from there."""
_MOST_CONNECTIONS = 8
_MOST_SHARED = 4
_CHANGES = (
    "SELECT c.number, c.key, f.published_on, f.dossier, f.traits, "
    "coalesce(unixepoch(f.known_at), 0) FROM facet_change AS c "
    "LEFT JOIN paper_facet AS f ON f.key = c.key WHERE c.number > ? ORDER BY c.number LIMIT ?"
)


class Names:
    """Values, each with a code: the place in which it came, from 1. Code 0 is no value."""

    def __init__(self) -> None:
        """Know no value."""
        self.values: list[str | None] = [None]
        self._codes: dict[str | None, int] = {None: 0}

    def codes(self, values: Iterable[str | None]) -> list[int]:
        """Return the codes of values, new ones if need be."""
        known, found = self._codes, []
        for value in values:
            code = known.get(value)
            if code is None:
                code = known[value] = len(self.values)
                self.values.append(value)
            found.append(code)
        return found

    def known(self, value: str) -> int:
        """Return the code of a value, -1 when no paper ever had it."""
        return self._codes.get(value, -1)


class Columns:
    """The facts of each paper, by its key, as one connection saw them last.

    Attributes:
        traits: what they are, with `facets` to tell them apart; 0 where there is no paper.
        known_s: when they became known here, in seconds since 1970.
    """

    def __init__(self) -> None:
        """Know of no paper."""
        self._number = 0
        self._one_at_a_time = threading.Lock()
        self._dates, self._dossiers, self._traits = Names(), Names(), Names()
        self._facets = {name: Names() for name in (*TRAITS, *SENDERS)}
        self._facets_of_traits: list[tuple[int, ...]] = [(0,) * len(self._facets)]
        self.date, self.dossier, self.traits = (np.zeros(1, np.int32) for _ in range(3))
        self.known_s: Numbers = np.zeros(1, np.int64)
        self._make_tables()

    def catch_up(self, connection: sqlite3.Connection) -> None:
        """Take over what changed since; within the transaction of what is asked next."""
        with self._one_at_a_time:
            while changes := connection.execute(_CHANGES, (self._number, _STEP)).fetchall():
                self._put(changes)
                self._number = changes[-1][0]
                if len(changes) < _STEP:
                    return

    def _put(self, changes: Sequence[tuple[Any, ...]]) -> None:
        _, keys, dates, dossiers, traits, known_s = zip(*changes, strict=True)
        self._make_room(max(keys) + 1)
        at = np.array(keys, np.int64)
        known = len(self._traits.values), len(self._dates.values)
        self.date[at] = self._dates.codes(dates)
        self.known_s[at] = known_s
        self.dossier[at] = self._dossiers.codes(dossiers)
        self.traits[at] = self._traits.codes(traits)
        if known != (len(self._traits.values), len(self._dates.values)):
            self._make_tables()

    def _make_room(self, wanted: int) -> None:
        if wanted > len(self.traits):
            more = wanted + wanted // 8 - len(self.traits)
            self.date, self.dossier, self.traits = (
                np.concatenate((column, np.zeros(more, np.int32)))
                for column in (self.date, self.dossier, self.traits)
            )
            self.known_s = np.concatenate((self.known_s, np.zeros(more, np.int64)))

    def _make_tables(self) -> None:
        for joined in self._traits.values[len(self._facets_of_traits) :]:
            values = zip(self._facets.values(), _split(str(joined)), strict=True)
            self._facets_of_traits.append(tuple(names.codes([value])[0] for names, value in values))
        table: Codes = np.array(self._facets_of_traits, np.int32)
        self.facets = {name: table[:, place].copy() for place, name in enumerate(self._facets)}
        # Dates sort as texts, papers without one before all others.
        order = sorted(range(len(self._dates.values)), key=lambda n: self._dates.values[n] or "")
        self._newest = self._dates.values[order[-1]] or ""
        self._rank_of_date: Numbers = np.argsort(np.array(order)).astype(np.int64)

    def all_keys(self) -> Numbers:
        """Return the keys of all papers."""
        return np.flatnonzero(self.traits)

    def present(self, keys: Numbers) -> Numbers:
        """Return those keys that papers have."""
        within = keys[keys < len(self.traits)]
        there: Numbers = within[self.traits[within] > 0]
        return there

    def misses(self, filters: Mapping[str, str]) -> dict[str, NDArray[np.bool_]]:
        """Return for each filter of a facet which traits are not so."""
        return {
            name: self.facets[name] != self._facets[name].known(value)
            for name, value in filters.items()
            if name in self.facets
        }

    def values_of(self, facet: str) -> list[str]:
        """Return every value of a facet, or every dossier, that a paper ever had."""
        names = self._dossiers if facet == "dossier" else self._facets[facet]
        return [value for value in names.values if value]

    def having(self, keys: Numbers, facet: str, values: Iterable[str]) -> NDArray[np.bool_]:
        """Return for each key whether its paper has one of these values."""
        names = self._dossiers if facet == "dossier" else self._facets[facet]
        codes = [names.known(value) for value in values]
        if facet == "dossier":
            return np.isin(self.dossier[keys], codes)
        is_so: NDArray[np.bool_] = np.isin(self.facets[facet], codes)[self.traits[keys]]
        return is_so

    def dated(self, keys: Numbers, first: str, last: str) -> NDArray[np.bool_]:
        """Return for each key whether its paper is of these days, first and last included."""
        days = self._dates.values
        is_within = np.array([day is not None and first <= day <= last for day in days])
        is_so: NDArray[np.bool_] = is_within[self.date[keys]]
        return is_so

    def of_dossier(self, keys: Numbers, label: str) -> Numbers:
        """Return those keys whose papers are in a dossier."""
        inside: Numbers = keys[self.dossier[keys] == self._dossiers.known(label)]
        return inside

    def names_of(self, facet: str, papers: NDArray[Any]) -> dict[str, int]:
        """Return how many papers there are of each value, from how many of each trait."""
        names = self._facets[facet].values
        counts = np.bincount(self.facets[facet], weights=papers, minlength=len(names))
        return {str(names[code]): int(counts[code]) for code in np.flatnonzero(counts)}

    def told(self, facet: str, keys: Numbers) -> list[str]:
        """Return the value of a facet, or the `day`, of each of these papers; empty for none."""
        names = self._dates if facet == "day" else self._facets[facet]
        codes = self.date[keys] if facet == "day" else self.facets[facet][self.traits[keys]]
        return [names.values[code] or "" for code in codes.tolist()]

    def dossiers_of(self, keys: Numbers) -> dict[str, int]:
        """Return how many of these papers are in each dossier."""
        codes, papers = np.unique(self.dossier[keys], return_counts=True)
        names = self._dossiers.values
        pairs = zip(codes.tolist(), papers.tolist(), strict=True)
        return {str(names[code]): count for code, count in pairs if code}

    def by_date(self, keys: Numbers, is_newest_first: bool, limit: int, offset: int) -> list[int]:
        """Return some keys in the order of their papers' dates, and then of their own."""
        places = self._rank_of_date[self.date[keys]] * len(self.traits) + keys
        return _in_order(keys, -places if is_newest_first else places, limit, offset)

    def ages_in_years(self, keys: Sequence[int]) -> list[float]:
        """Return how much older each paper is than the newest one, about; without a date 100."""
        days = [self._dates.values[self.date[key]] or "" for key in keys]
        return [_years(self._newest) - _years(day) if day else 100.0 for day in days]

    def by_known(self, keys: Numbers, limit: int) -> list[int]:
        """Return the keys of those papers that became known last, the last one first."""
        return _in_order(keys, -(self.known_s[keys] * len(self.traits) + keys), limit, 0)


def _years(day: str) -> float:
    return int(day[:4]) + int(day[5:7] or 1) / 12


def _split(traits: str) -> list[str]:
    """Return the values of all facets from the traits of a paper."""
    values = traits.split(_SEPARATOR)
    kind, sender = values[TRAITS.index("kind")], values[TRAITS.index("sender")]
    return [*values, *(("", sender) if kind == "motion" else (sender, ""))]


def _in_order(keys: Numbers, places: Numbers, limit: int, offset: int) -> list[int]:
    """Return some keys in the order of their places, the lowest first."""
    wanted = offset + limit
    if wanted < len(keys):
        nearest = np.argpartition(places, wanted)[:wanted]
        keys, places = keys[nearest], places[nearest]
    ordered: list[int] = keys[np.argsort(places)][offset:wanted].tolist()
    return ordered


_kept: dict[int, tuple[sqlite3.Connection, Columns]] = {}
"""By connection, the one used last at the end."""
_shared: dict[object, Columns] = {}
_changing = threading.Lock()


def columns_of(connection: sqlite3.Connection) -> Columns:
    """Return what the papers are in the state of the index that a connection reads now."""
    with _changing:
        kept, columns = _kept.pop(id(connection), (None, None))
        if kept is not connection or columns is None:
            columns = Columns()
        _kept[id(connection)] = (connection, columns)
        while len(_kept) > _MOST_CONNECTIONS:
            del _kept[next(iter(_kept))]
    columns.catch_up(connection)
    return columns


@contextmanager
def sharing(connection: sqlite3.Connection, key: object) -> Iterator[None]:
    """Let connections to a file that never changes know what the last one knew.

    Args:
        key: names the file.
    """
    with _changing:
        columns = _shared.pop(key, None) or Columns()
        _shared[key] = columns
        while len(_shared) > _MOST_SHARED:
            del _shared[next(iter(_shared))]
        _kept[id(connection)] = (connection, columns)
    try:
        yield
    finally:
        with _changing:
            _kept.pop(id(connection), None)
