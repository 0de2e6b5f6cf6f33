"""One way from what somebody asks to what is found: for pages, data, feeds and the command line."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from harvester.search.folding import words_of
from harvester.search.query import Note
from harvester.search.relax import Known, Reading
from harvester.site.queries import matches, search
from harvester.site.queries.columns import columns_of
from harvester.site.queries.conditions import Narrowing, Reader
from harvester.site.queries.matches import Matches
from harvester.site.queries.named import Named, named
from harvester.site.queries.things import things

_STEP = 1_000
"""Papers that are asked for at once."""


@dataclass(frozen=True, slots=True)
class Understood:
    """How a search was understood.

    Attributes:
        reading: its words, and what papers must be besides.
        narrowings: the latter, by the values of the index.
        cards: what it names.
        notes: what was read otherwise than typed.
    """

    reading: Reading = search.ALL
    narrowings: Sequence[Narrowing] = ()
    cards: Sequence[Named] = ()
    notes: Sequence[Note] = ()

    @property
    def party(self) -> str | None:
        """The label of the only party that is named."""
        labels = [card.id for card in self.cards if card.kind == "party"]
        return labels[0] if len(labels) == 1 else None


def understand(
    connection: sqlite3.Connection, text: str, today: date, *, relax: bool = True
) -> Understood:
    """Return how a search is understood.

    Args:
        connection: prepared by the site's reader.
        text: what was typed.
        today: what `last week` counts from.
        relax: whether it may be read otherwise if it finds little.
    """
    if not text:
        return Understood()
    columns = columns_of(connection)
    people = named(connection, text)
    parties = [card for card in people if card.kind == "party"]
    known = Known(
        [word for card in people for word in card.words],
        (parties[0].id, parties[0].words) if len(parties) == 1 else None,
        today,
    )
    reading = search.read(connection, text, known, relax=relax)
    reader = Reader(connection, columns, today)
    narrowings, notes = reader.read(reading.conditions)
    if any(c.field != "on" and not c.typed for c in reading.conditions):
        found = matches.matching(connection, reading, {}, narrowings)
        if not len(found.narrowed):  # it was meant as words after all
            reading = search.read(connection, text, replace(known, is_literal=True), relax=relax)
            narrowings, notes = reader.read(reading.conditions)
    cards = [*things(connection, columns, text), *_days(reading, narrowings), *people]
    return Understood(reading, narrowings, cards, (*reading.notes, *notes))


def _days(reading: Reading, narrowings: Sequence[Narrowing]) -> list[Named]:
    """Return the days that are named without a field."""
    spans = [n for n in narrowings if n.facet == "days" and not n.is_unwanted]
    typed = [c.value for c in reading.conditions if c.field == "on" and not c.typed]
    # Conditions that were read from plain words come after those with a field.
    return [
        Named("days", "/".join(span.values), words, tuple(words_of(words)))
        for span, words in zip(spans[len(spans) - len(typed) :], typed, strict=True)
    ]


def matching(
    connection: sqlite3.Connection, understood: Understood, filters: Mapping[str, str]
) -> Matches:
    """Return what a search finds that was understood."""
    return matches.matching(connection, understood.reading, filters, understood.narrowings)


def find_ids(connection: sqlite3.Connection, text: str, today: date) -> list[str]:
    """Return the ids of all papers that have the words of a search, in any of their forms.

    Nothing is left out or repaired: nobody is there to be told.
    """
    understood = understand(connection, text, today, relax=False)
    if not understood.reading.is_anything:
        return []
    keys = matching(connection, understood, {}).narrowed.tolist()
    return [
        id_
        for start in range(0, len(keys), _STEP)
        for (id_,) in connection.execute(
            "SELECT id FROM paper WHERE key IN "
            f"({', '.join(map(str, keys[start : start + _STEP]))})"
        )
    ]
