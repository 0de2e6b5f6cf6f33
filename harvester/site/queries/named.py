"""Parties and people that a search names, in whatever way."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from harvester.search.folding import words_of
from harvester.site.queries.people import address_of
from harvester.site.queries.remembered import remembered_of

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
-- Only the first votes are looked at: of a label that has no party there may be a million.
SELECT p.abbreviation, was FROM label JOIN party AS p ON p.key =
       (SELECT max(party_key) FROM
               (SELECT party_key FROM vote WHERE actor_party = was LIMIT 200))
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


@dataclass(frozen=True, slots=True)
class _Person:
    """Somebody's record, and the folded words of their names."""

    key: int
    name: str
    family: tuple[str, ...]
    surname: tuple[str, ...]
    full: tuple[tuple[str, ...], ...]
    """The family name after what they are known as, after a first name, after the initials."""


@dataclass(frozen=True, slots=True)
class _Names:
    """The names of an index.

    Attributes:
        parties: each label with the words of each of its names, also of former ones.
        people: by the last word of their surnames.
    """

    parties: Sequence[tuple[str, tuple[str, ...]]]
    people: Mapping[str, Sequence[_Person]]


def named(connection: sqlite3.Connection, text: str) -> list[Named]:
    """Return the parties and people that a search names, the longest name first."""
    typed = tuple(words_of(text))
    if not 0 < len(typed) <= LONGEST:
        return []
    found: dict[tuple[str, str], Named] = {}
    for one in (*parties_in(connection, typed), *_people(connection, typed)):
        known = found.get((one.kind, one.id))
        if known is None or len(known.words) < len(one.words):
            found[one.kind, one.id] = one
    longest = max((len(one.words) for one in found.values() if one.kind == "person"), default=0)
    # "Jan de Vries" names one person; everybody called De Vries is meant only without "Jan".
    kept = (one for one in found.values() if one.kind != "person" or len(one.words) == longest)
    return sorted(kept, key=lambda one: (-len(one.words), one.kind, one.name, one.id))[:MOST]


def parties_in(connection: sqlite3.Connection, typed: Sequence[str]) -> Iterator[Named]:
    """Yield the parties of which a name stands among these folded words."""
    for label, words in _names_of(connection).parties:
        if words and len("".join(words)) >= SHORTEST and _holds(typed, words):
            yield Named("party", label, label, words)


def parties_named(connection: sqlite3.Connection, words: Sequence[str]) -> list[Named]:
    """Return the parties of which these folded words are a whole name, also a former one."""
    return [one for one in parties_in(connection, words) if one.words == tuple(words)]


def _people(connection: sqlite3.Connection, typed: Sequence[str]) -> Iterator[Named]:
    people = _names_of(connection).people
    for one in (person for word in dict.fromkeys(typed) for person in people.get(word, ())):
        found = [words for words in one.full if _holds(typed, words)]
        # A surname alone is a name only where nothing else is asked: Bakker, Visser, De Jong.
        if tuple(typed) in (one.family, one.surname):
            found.append(tuple(typed))
        if found:
            address = address_of(connection, one.key)
            yield from (Named("person", address, one.name, words) for words in found)


def _names_of(connection: sqlite3.Connection) -> _Names:
    return remembered_of(connection).get_or_read("names", lambda: _read_names(connection))


def _read_names(connection: sqlite3.Connection) -> _Names:
    rows = connection.execute(
        "SELECT abbreviation, name, name_en FROM party WHERE abbreviation IS NOT NULL"
    )
    parties = [(label, name) for label, *names in rows for name in (label, *names) if name]
    parties += connection.execute(_FORMER)
    people = defaultdict(list)
    for key, *names in connection.execute(
        "SELECT key, known_as, first_names, initials, prefix, surname FROM person "
        "WHERE surname IS NOT NULL"
    ):
        one = _person(key, *names)
        if one.surname:
            people[one.surname[-1]].append(one)
    return _Names([(label, tuple(words_of(name))) for label, name in parties], people)


def _person(
    key: int,
    known_as: str | None,
    first_names: str | None,
    initials: str | None,
    prefix: str | None,
    surname: str,
) -> _Person:
    family = " ".join(part for part in (prefix, surname) if part)
    firsts = [f for f in (known_as, (first_names or "").split(" ")[0], initials) if f]
    return _Person(
        key,
        f"{known_as or initials or ''} {family}".strip(),
        tuple(words_of(family)),
        tuple(words_of(surname)),
        tuple(tuple(words_of(f"{first} {family}")) for first in firsts),
    )


def _holds(typed: Sequence[str], words: Sequence[str]) -> bool:
    size = len(words)
    return any(tuple(typed[n : n + size]) == tuple(words) for n in range(len(typed) - size + 1))
