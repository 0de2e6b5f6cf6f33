"""Parties and people that a search names, in whatever way."""

import sqlite3
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from harvester.search.folding import words_of
from harvester.site.queries.people import address_of

MOST = 6
"""Things that are shown above the papers."""
LONGEST = 12
"""Words of a search that may name something."""
SHORTEST = 2
"""Letters of a name that stands among other words."""


# Each label under which votes are booked, by one look at the index of votes for each, and what the
# party of one of these votes is called now. Votes keep the label that a party had then.
_FORMER = """
WITH RECURSIVE label (was) AS (
  SELECT min(actor_party) FROM vote
  UNION ALL
  SELECT (SELECT min(actor_party) FROM vote WHERE actor_party > was) FROM label
   WHERE was IS NOT NULL
)
SELECT p.abbreviation, was FROM label JOIN party AS p ON p.key =
       (SELECT party_key FROM vote WHERE actor_party = was AND party_key IS NOT NULL LIMIT 1)
 WHERE p.abbreviation <> was
"""


class Named(NamedTuple):
    """A thing that a search names.

    Attributes:
        kind: `party`, `person`, `ministry`, `committee`, `dossier`, `paper` or `days`.
        id: How its page is addressed.
        name: What it is called.
        words: The folded words of the search that name it.
    """

    kind: str
    id: str
    name: str
    words: tuple[str, ...]
    papers: int = 0
    """How many papers it has, if that is known."""


@lru_cache(maxsize=20_000)
def _words(name: str) -> tuple[str, ...]:
    return tuple(words_of(name))


def named(connection: sqlite3.Connection, text: str) -> list[Named]:
    """Return the parties and people that a search names, the longest name first."""
    typed = tuple(words_of(text))
    if not 0 < len(typed) <= LONGEST:
        return []
    found: dict[tuple[str, str], Named] = {}
    for one in (*_parties(connection, typed), *_people(connection, typed)):
        known = found.get((one.kind, one.id))
        if known is None or len(known.words) < len(one.words):
            found[one.kind, one.id] = one
    longest = max((len(one.words) for one in found.values() if one.kind == "person"), default=0)
    # "Jan de Vries" names one person; everybody called De Vries is meant only without "Jan".
    kept = (one for one in found.values() if one.kind != "person" or len(one.words) == longest)
    return sorted(kept, key=lambda one: (-len(one.words), one.kind, one.name, one.id))[:MOST]


def _parties(connection: sqlite3.Connection, typed: Sequence[str]) -> Iterator[Named]:
    for label, name in _party_names(connection):
        words = _words(name)
        if words and len("".join(words)) >= SHORTEST and _holds(typed, words):
            yield Named("party", label, label, words)


def parties_named(connection: sqlite3.Connection, words: Sequence[str]) -> list[Named]:
    """Return the parties of which these folded words are a whole name, also a former one."""
    return [one for one in _parties(connection, words) if one.words == tuple(words)]


def _party_names(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """Yield the label of each party with each of its names, also those that it had."""
    rows = connection.execute(
        "SELECT abbreviation, name, name_en FROM party WHERE abbreviation IS NOT NULL"
    )
    for label, *names in rows:
        yield from ((label, name) for name in (label, *names) if name)
    yield from connection.execute(_FORMER)


def _people(connection: sqlite3.Connection, typed: Sequence[str]) -> Iterator[Named]:
    rows = connection.execute(
        "SELECT key, known_as, first_names, initials, prefix, surname FROM person "
        "WHERE surname IS NOT NULL"
    )
    for key, known_as, first_names, initials, prefix, surname in rows:
        if _words(surname)[-1:] and _words(surname)[-1] not in typed:
            continue
        family = " ".join(part for part in (prefix, surname) if part)
        name = f"{known_as or initials or ''} {family}".strip()
        firsts = [f for f in (known_as, (first_names or "").split(" ")[0], initials) if f]
        for words in (_words(f"{first} {family}") for first in firsts):
            if _holds(typed, words):
                yield Named("person", address_of(connection, key), name, words)
        # A surname alone is a name only where nothing else is asked: Bakker, Visser, De Jong.
        if tuple(typed) in (_words(family), _words(surname)):
            yield Named("person", address_of(connection, key), name, tuple(typed))


def _holds(typed: Sequence[str], words: Sequence[str]) -> bool:
    size = len(words)
    return any(tuple(typed[n : n + size]) == tuple(words) for n in range(len(typed) - size + 1))
