"""The order of relevance: what was typed before its forms, then what says it most closely.

SQLite's bm25 gives a first order. The first papers of it, those of one page, are then put in order
by more than words alone: how near to each other they stand, whether they are in the title, how new
the paper is, and whether it only answers or replaces another that was found.
"""

import re
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from math import exp
from typing import NamedTuple

import numpy as np

from harvester.search.folding import fold
from harvester.site.excerpts import MARK_END, MARK_START
from harvester.site.queries.highlights import Highlighted, highlighted
from harvester.site.queries.matches import Matches, keys_of
from harvester.source.registry import search_language

FIRST = 20
"""Papers that are put in order by more than words: those of the first page."""
_RANK = "bm25(paper_fts, 10, 4, 6, 4, 1)"
"""Weights of numbers, title, subject, people, text: title is the dossier's and says less."""
_NEAR = 150
"""Characters within which all words count as together."""
_OF_NEARNESS, _OF_TITLE, _OF_AGE = 1.0, 0.5, 0.05
"""How much more a paper counts at most for each of these."""
_YEARS = 5
_CLOSE = 0.5
"""How much of the weight of a paper that answers it another must have to come before it."""
_MOST_MARKS = 300
_marked = re.compile(f"{MARK_START}([^{MARK_END}]*){MARK_END}")


class _Ranked(NamedTuple):
    """A paper of the first order; the higher the weight, the more relevant."""

    key: int
    weight: float
    is_exact: bool = True


def most_relevant(
    connection: sqlite3.Connection, matches: Matches, limit: int, offset: int
) -> list[int]:
    """Return the keys of some of what matches, the most relevant first."""
    if offset >= FIRST:
        return [one.key for one in _by_words(connection, matches, limit, offset)]
    ranked = _by_words(connection, matches, max(FIRST, offset + limit), 0)
    head = _closely(connection, matches, ranked[:FIRST])
    return [one.key for one in [*head, *ranked[FIRST:]][offset : offset + limit]]


def _by_words(
    connection: sqlite3.Connection, matches: Matches, limit: int, offset: int
) -> list[_Ranked]:
    """Return papers by their words alone: first what has them as they were typed."""
    every, exact = matches.expression, matches.first
    if exact is None or exact == every:
        return _ranked(connection, matches, every, limit, offset)
    is_both = np.isin(matches.narrowed, keys_of(connection, matches.columns, exact))
    both = int(np.count_nonzero(is_both))
    found: list[_Ranked] = []
    if offset < both:
        found = _ranked(connection, matches, f"({every}) AND ({exact})", limit, offset)
    if len(found) < limit:
        rest = f"({every}) NOT ({exact})"
        others = _ranked(connection, matches, rest, limit - len(found), max(0, offset - both))
        found += [one._replace(is_exact=False) for one in others]
    return found


def _ranked(
    connection: sqlite3.Connection,
    matches: Matches,
    expression: str | None,
    limit: int,
    offset: int,
) -> list[_Ranked]:
    # A look at a byte for each that matches costs less than a row of another table.
    is_wanted = np.zeros(len(matches.columns.traits), np.uint8)
    is_wanted[matches.narrowed] = 1
    wanted = is_wanted.tobytes()
    connection.create_function("is_wanted", 1, lambda key: key < len(wanted) and wanted[key])
    return [
        _Ranked(key, -rank)
        for key, rank in connection.execute(
            f"SELECT rowid, {_RANK} AS rank FROM paper_fts WHERE paper_fts MATCH :expression "
            # Of two that are as relevant, the one that came later: the same order on each page.
            "AND is_wanted(rowid) ORDER BY rank, rowid DESC LIMIT :limit OFFSET :offset",
            {"expression": expression, "limit": limit, "offset": offset},
        )
    ]


def _closely(
    connection: sqlite3.Connection, matches: Matches, ranked: Sequence[_Ranked]
) -> list[_Ranked]:
    """Put papers in order by where the words stand in them, their age, and what they answer."""
    if len(ranked) < 2 or matches.expression is None:
        return list(ranked)
    keys = [one.key for one in ranked]
    matches.highlights.update(highlighted(connection, matches.expression, keys, len(matches.open)))
    ages = matches.columns.ages_in_years(keys)
    weighed = [
        one._replace(
            weight=one.weight
            * (1 + _closeness(matches.highlights.get(one.key, Highlighted("", ""))))
            * (1 + _OF_AGE * exp(-age / _YEARS))
        )
        for one, age in zip(ranked, ages, strict=True)
    ]
    weighed.sort(key=lambda one: (not one.is_exact, -one.weight, -one.key))
    return _answered_first(weighed, _answers(connection, keys))


def _closeness(found: Highlighted) -> float:
    """Return how closely a paper says what was searched."""
    places = _lemmas(found.text)
    words = {lemma for _, lemma in places}
    in_title = {lemma for _, lemma in _lemmas(found.title)}
    every = len(words | in_title) or 1
    nearness = exp(-_span(places) / _NEAR) * len(words) / every
    return _OF_NEARNESS * nearness + _OF_TITLE * len(in_title) / every


def _lemmas(text: str) -> list[tuple[int, str]]:
    """Return where what was found stands in a text, and the lemma of each."""
    lemma = search_language().lemma
    found = []
    for match in _marked.finditer(text):
        found.append((match.start(), lemma(fold(match[1]))))
        if len(found) == _MOST_MARKS:
            break
    return found


def _span(places: Sequence[tuple[int, str]]) -> int:
    """Return in how many characters all different words stand together at the closest."""
    wanted = len({lemma for _, lemma in places})
    within: Counter[str] = Counter()
    shortest, begin = 1_000_000, 0
    for at, lemma in places:
        within[lemma] += 1
        while len(within) == wanted:
            first, leaving = places[begin]
            shortest = min(shortest, at - first)
            within[leaving] -= 1
            if not within[leaving]:
                del within[leaving]
            begin += 1
    return shortest


def _answers(connection: sqlite3.Connection, keys: Sequence[int]) -> dict[int, set[int]]:
    """Return by paper which others of these it cites."""
    places = ", ".join(map(str, keys))
    found: dict[int, set[int]] = {}
    for key, cited in connection.execute(
        "SELECT p.key, q.key FROM paper AS p CROSS JOIN citation AS c ON c.sha256 = p.sha256 "
        f"CROSS JOIN paper AS q ON q.id = c.target WHERE p.key IN ({places}) "
        f"AND q.key IN ({places}) AND q.key <> p.key"
    ):
        found.setdefault(key, set()).add(cited)
    return found


def _answered_first(weighed: Sequence[_Ranked], answers: Mapping[int, set[int]]) -> list[_Ranked]:
    """Put what a paper answers or replaces before it, where it says nearly as much."""
    left, order = list(weighed), []
    while left:
        one = left.pop(0)
        before = [
            other for other in left
            if other.key in answers.get(one.key, ()) and other.is_exact == one.is_exact
            and other.weight >= _CLOSE * one.weight and one.key not in answers.get(other.key, ())
        ]  # fmt: skip
        left = [other for other in left if other not in before]
        order += [*before, one]
    return order
