"""Run many saved searches against few papers: the small index of what is new.

Saved searches are read and run by the same code as those of the site, on an index that holds the
new papers only; the large one is attached beside it for everything else. Most searches are ruled
out before that by a word of which the new papers have no form.
"""

import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs

from harvester.alerts.vocabulary import MemoryVocabulary
from harvester.index.connection import readonly_uri
from harvester.search.folding import words_of
from harvester.search.forms import SHORTEST, Forms
from harvester.search.query import Customs, Query, Term, read_query
from harvester.search.relax import MOST_WORDS, Reading, any_form
from harvester.search.vocabulary import attach
from harvester.site.queries import Row, search
from harvester.site.queries.finding import Understood, matching, understand
from harvester.site.queries.named import parties_in
from harvester.site.search_params import SearchParams
from harvester.source.registry import search_language, spellings

_COPIED = ("paper", "paper_facet")
_ORDER = "newest"


class Arguments:
    """A query string as the arguments of a request."""

    def __init__(self, query: str, longest: int = 4000) -> None:
        """Read a query string; of a name that occurs twice the first counts."""
        self._values = {name: values[0] for name, values in parse_qs(query[:longest]).items()}

    def get(self, name: str) -> str | None:
        """Return an argument."""
        return self._values.get(name)


def read_search(value: str) -> SearchParams:
    """Read the saved form of a search, a query string."""
    return SearchParams.read(Arguments(value))


def saved_form(params: SearchParams) -> str:
    """Return the form in which a search is saved: equal searches are equal."""
    return params.query(sort=None, page=None, _as_of=None)


@contextmanager
def small_index(large: Path, keys: Sequence[int]) -> Iterator["SmallIndex"]:
    """Make an index of some papers, for as long as it is used.

    Args:
        large: the index that has them.
        keys: of the papers.
    """
    # A file, since what is remembered of an index is remembered by its path.
    with tempfile.TemporaryDirectory(prefix="griffie-alerts-") as folder:
        connection = sqlite3.connect(
            (Path(folder) / "new.sqlite").as_uri(), uri=True, isolation_level=None
        )
        try:
            connection.row_factory = sqlite3.Row
            connection.text_factory = lambda data: str(data, "utf-8", "replace")
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("ATTACH ? AS large", (readonly_uri(large),))
            _fill(connection, keys)
            attach(connection)
            yield SmallIndex(connection)
        finally:
            connection.close()


def _fill(connection: sqlite3.Connection, keys: Sequence[int]) -> None:
    places = ", ".join(map(str, keys))
    connection.execute("BEGIN")
    for name in (*_COPIED, "facet_change", "paper_fts"):
        [(sql,)] = connection.execute("SELECT sql FROM large.sqlite_schema WHERE name = ?", (name,))
        connection.execute(str(sql))
    for name in _COPIED:
        [columns] = connection.execute(
            "SELECT group_concat(name) FROM pragma_table_info(?, 'large')", (name,)
        )  # generated columns are not listed
        connection.execute(
            f"INSERT INTO main.{name} ({columns[0]}) "
            f"SELECT {columns[0]} FROM large.{name} WHERE key IN ({places})"
        )
    connection.execute("INSERT INTO facet_change SELECT key, row_number() OVER () FROM paper_facet")
    connection.execute(
        "INSERT INTO main.paper_fts (rowid, numbers, title, subject, people, text) "
        "SELECT rowid, numbers, title, subject, people, text FROM large.paper_fts "
        f"WHERE rowid IN ({places})"
    )
    connection.execute("COMMIT")


@dataclass(slots=True)
class SmallIndex:
    """The new papers, and what is found out about their words once for all searches."""

    connection: sqlite3.Connection
    _forms: Forms = field(init=False)
    _words: MemoryVocabulary = field(init=False)
    _found: dict[str, frozenset[int]] = field(default_factory=dict)
    _expressions: dict[str, str] = field(default_factory=dict)
    _lemmas: dict[str, str] = field(default_factory=dict)
    _names: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self._words = MemoryVocabulary.read(self.connection)
        self._forms = Forms(self._words, search_language())
        self._names = frozenset(_name_words(self.connection))

    def find(self, params: SearchParams, today: date) -> list[Row]:
        """Return the papers that a saved search finds, with what shows it (`search.find`)."""
        quick = self._quickly(params.q) if params.q else "unsure"
        if quick == "nothing":
            return []
        if quick == "unsure":
            understood = understand(self.connection, params.q, today, relax=False)
        else:
            understood = Understood(quick)
        if params.q and not understood.reading.is_anything:
            return []
        matches = matching(self.connection, understood, params.filters)
        count = len(matches.narrowed)
        return search.find(self.connection, matches, _ORDER, count) if count else []

    def _quickly(self, text: str) -> Reading | Literal["nothing", "unsure"]:
        """Read a search as the site does, as far as that is cheap.

        It is `unsure` where the site may read words as a date, a question about a party, or a
        compound, or compares with values of the index; and `nothing` where no paper matches.
        """
        query = read_query(text, Customs(self._expression, spellings, search_language().fields))
        terms = query.terms
        if query.expression is None:
            return "unsure" if query.conditions else "nothing"
        if terms is not None:
            if self._names_a_party(terms):
                return "unsure"
            if not all(self._may_have(terms, n) for n in range(len(terms))):
                return "nothing"
            if len(terms) > MOST_WORDS or any(map(_is_date, terms)):
                return "unsure"
            if any(self._whole(*pair) for pair in pairwise(terms)):
                return "unsure"
        if not self._has_papers(query):
            return "nothing"
        return "unsure" if query.conditions else Reading(query.expression)

    def _has_papers(self, query: Query) -> bool:
        """Tell whether papers match a query with an expression, as it is."""
        terms = query.terms
        if terms and all(term.word for term in terms):
            return bool(frozenset.intersection(*(self._rows(term.word) for term in terms)))
        return self._finds(str(query.expression))

    def _names_a_party(self, terms: Sequence[Term]) -> bool:
        words = [word for term in terms for word in words_of(term.word)]
        if self._names.isdisjoint(words):
            return False
        return next(parties_in(self.connection, words), None) is not None

    def _may_have(self, terms: Sequence[Term], n: int) -> bool:
        """Tell whether papers may have a term, alone or as part of a compound with a neighbour."""
        term = terms[n]
        if not term.word or _is_date(term) or self._rows(term.word):
            return True
        pairs = (terms[n - 1 : n + 1] if n else ()), terms[n : n + 2]
        return any(self._whole(*pair) for pair in pairs if len(pair) == 2)

    def _rows(self, word: str) -> frozenset[int]:
        """Return the papers that have a word in any of its forms."""
        if word not in self._found:
            rows = self.connection.execute(
                "SELECT rowid FROM main.paper_fts WHERE paper_fts MATCH ?",
                (self._expression(word),),
            )
            self._found[word] = frozenset(row[0] for row in rows)
        return self._found[word]

    def _expression(self, word: str) -> str:
        if word not in self._expressions:
            self._expressions[word] = any_form(self._forms, word)
        return self._expressions[word]

    def _finds(self, expression: str) -> bool:
        found = self.connection.execute(
            "SELECT 1 FROM main.paper_fts WHERE paper_fts MATCH ? LIMIT 1", (expression,)
        )
        return found.fetchone() is not None

    def _whole(self, first: Term, second: Term) -> bool:
        """Tell whether papers have two words as one compound (`Forms.whole`)."""
        one, other = words_of(first.word), words_of(second.word)
        if len(one) != 1 or len(other) != 1:
            return False
        stem = other[0][: max(SHORTEST, len(other[0]) - 2)]
        may_be = any(
            self._words.has_beginning(f"{head}{link}{stem}")
            for head in {one[0], self._lemma(one[0])}
            for link in self._forms.language.links
        )
        return may_be and bool(self._forms.whole(one[0], other[0]))

    def _lemma(self, word: str) -> str:
        if word not in self._lemmas:
            self._lemmas[word] = self._forms.language.lemma(word)
        return self._lemmas[word]


@cache
def _date_words() -> frozenset[str]:
    dates = search_language().dates
    return frozenset({*dates.months, *(word for span in dates.spans for word in span.split())})


def _is_date(term: Term) -> bool:
    """Tell whether a word may be part of a date."""
    words = words_of(term.word)
    has_number = any(character.isdigit() for character in term.word)
    return has_number or not _date_words().isdisjoint(words)


def _name_words(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield the words of parties' names, which may be read as the party that is asked for."""
    for row in connection.execute(
        "SELECT abbreviation, name, name_en FROM party UNION "
        "SELECT actor_party, NULL, NULL FROM vote"
    ):
        for name in row:
            yield from words_of(name or "")
