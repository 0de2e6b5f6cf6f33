"""What searches say of papers besides words, read by the values that the index has."""

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from harvester.search.dates import read_span
from harvester.search.folding import words_of
from harvester.search.query import Condition, Note
from harvester.site.language import LANGUAGES, catalogue, slug
from harvester.site.queries.columns import Columns, Numbers
from harvester.site.queries.named import parties_named
from harvester.source.registry import dossier_label, ministry_names, search_language

DAYS = ("since", "until", "on")
"""Fields that say when a paper was published."""
_FIRST, _LAST = "0000-00-00", "9999-99-99"
_STEP = 1_000
_MOST_TOLD = 8
"""Known values that are told when somebody asks for another."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """One condition, as the index takes it.

    Attributes:
        facet: what is compared; `days` compares dates.
        values: any of these will do; of days the first and the last.
        is_unwanted: papers that are so are left out.
    """

    facet: str
    values: tuple[str, ...]
    is_unwanted: bool = False


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads conditions.

    Attributes:
        connection: to the index.
        columns: the values that its papers have.
        today: what `last week` counts from.
    """

    connection: sqlite3.Connection
    columns: Columns
    today: date

    def read(self, conditions: Iterable[Condition]) -> tuple[list[Narrowing], list[Note]]:
        """Return what papers must be, and what could not be read."""
        narrowings: list[Narrowing] = []
        notes: list[Note] = []
        for condition in conditions:
            if condition.field == "initials":
                narrowings.append(Narrowing("initials", tuple(words_of(condition.value))))
                continue
            if condition.field in DAYS:
                days = self._days(condition)
                narrowings += [days] if days else []
                notes += [] if days else [Note("no_date", condition.typed)]
                continue
            values = self._values(condition.field, condition.value)
            narrowings.append(Narrowing(condition.field, tuple(values), condition.is_unwanted))
            if not values:
                known = ", ".join(self._known(condition.field))
                name = "unknown_value" if known else "unknown"
                notes.append(Note(name, condition.typed or condition.value, known))
        return narrowings, notes

    def _days(self, condition: Condition) -> Narrowing | None:
        span = read_span(condition.value, search_language().dates, self.today)
        if span is None:
            return None
        first = _FIRST if condition.field == "until" else span.first.isoformat()
        last = _LAST if condition.field == "since" else span.last.isoformat()
        return Narrowing("days", (first, last), condition.is_unwanted)

    def _values(self, facet: str, typed: str) -> list[str]:
        """Return the values of a facet that somebody means."""
        words = words_of(typed)
        known = self.columns.values_of(facet)
        if facet == "dossier":
            label = dossier_label(typed) or typed.strip().upper()
            return [v for v in known if v.upper() == label or v.startswith(f"{label}-")]
        equal = [value for value in known if words in _names(facet, value)]
        if equal or not words:
            return equal
        if facet == "party":
            labels = {one.id for one in parties_named(self.connection, words)}
            return [value for value in known if value in labels]
        if facet == "ministry":
            return [value for value in known if is_ministry(words, value)]
        return [value for value in known if words[0] == words_of(value)[0]] if words else []

    def _known(self, facet: str) -> Sequence[str]:
        if facet == "dossier":
            return ()
        return sorted(self.columns.values_of(facet))[:_MOST_TOLD]


def _names(facet: str, value: str) -> list[list[str]]:
    """Return the words of all names of a value: its own, and those in the site's languages."""
    found = [value]
    for language in LANGUAGES:
        words = catalogue(language)
        for key in (f"value.{facet}.{slug(value)}", f"kinds.{value}" if facet == "kind" else ""):
            found += [words[key]] if key in words else []
    return [words_of(name) for name in found]


def is_ministry(words: Collection[str], value: str) -> bool:
    """Tell whether words name the ministry that papers call by this value."""
    own = words_of(value)
    if not own:
        return False
    names = [words_of(name) for name in ministry_names(value)]
    bare = list(words)
    if bare in names or bare == own or bare == [_initials(value)]:
        return True
    return {*bare} <= {*own} and len("".join(bare)) > 3


def _of_name(connection: sqlite3.Connection, keys: Sequence[int], name: Sequence[str]) -> list[int]:
    """Return those keys whose papers somebody signed whose name begins with these words.

    For the full-text index `A.J. de Vries` has the words `J. de Vries` too.
    """
    kept: list[int] = []
    for start in range(0, len(keys), _STEP):
        places = ", ".join(map(str, keys[start : start + _STEP]))
        kept += [
            key
            for key, people in connection.execute(
                f"SELECT key, people FROM paper WHERE key IN ({places}) ORDER BY key"
            )
            if any(words_of(one)[: len(name)] == [*name] for one in (people or "").split(", "))
        ]
    return kept


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split() if word[:1].isupper()).lower()


def apply(
    connection: sqlite3.Connection,
    columns: Columns,
    keys: Numbers,
    narrowings: Iterable[Narrowing],
) -> Numbers:
    """Return those keys whose papers are as they must be."""
    for narrowing in narrowings:
        if narrowing.facet == "initials":
            keys = np.array(_of_name(connection, keys.tolist(), narrowing.values), np.int64)
            continue
        if narrowing.facet == "days":
            first, last = narrowing.values
            is_so = columns.dated(keys, first, last)
        else:
            is_so = columns.having(keys, narrowing.facet, narrowing.values)
        keys = keys[np.logical_xor(is_so, narrowing.is_unwanted)]
    return keys
