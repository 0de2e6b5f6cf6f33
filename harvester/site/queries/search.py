"""Finding papers: which match, how many of what, in what order."""

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from harvester.site.queries import SHOWN, Row, first, rows

MARK_START, MARK_END = "\x02", "\x03"
"""Around the words that were found: characters that no text of a paper holds."""
BROAD = 10_000
"""Of more papers than this, relevance says little and costs much: the newest come first."""
MOST_DOSSIERS = 8
FEW = 5_000
"""Of more papers than this, dossiers are not counted: none of them would narrow much."""

_TRAITS = ("kind", "year", "chamber", "sender", "outcome", "advice", "changed", "withdrawn")
"""What `paper_facet.traits` holds, in its order."""
_COLUMNS = {name: f"f.{name}" for name in (*_TRAITS, "dossier")} | {"withdrawn": "f.is_withdrawn"}
_SEPARATOR = "\x1f"
_RANK = "bm25(paper_fts, 10, 4, 6, 4, 1)"
"""Weights of numbers, title, subject, people, text: title is the dossier's and says less."""
_ORDERS = {
    "relevance": _RANK,
    "newest": "f.published_on DESC, f.key DESC",
    "oldest": "f.published_on, f.key",
}
_WITH_WORDS = "paper_fts JOIN paper_facet AS f ON f.key = paper_fts.rowid"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many papers a search finds, in all and by what they are."""

    total: int = 0
    facets: Mapping[str, Sequence[tuple[str, int]]] = field(default_factory=dict)
    """Of each facet the values that occur when it alone is left open."""


def _places(expression: str | None, filters: Mapping[str, str]) -> tuple[str, str]:
    """Return FROM and WHERE of a search."""
    conditions = [f"{_COLUMNS[name]} = :{name}" for name in filters]
    if expression is not None:
        conditions.insert(0, "paper_fts MATCH :expression")
    source = "paper_facet AS f" if expression is None else _WITH_WORDS
    return source, " AND ".join(conditions) or "true"


Traits = Sequence[tuple[str, int]]
"""What papers are, as `paper_facet.traits` says it, with how many are so."""


def traits(connection: sqlite3.Connection, expression: str | None, dossier: str | None) -> Traits:
    """Return what the papers are that match; one pass over them, whatever is counted then."""
    filters = {} if dossier is None else {"dossier": dossier}
    source, where = _places(expression, filters)
    return connection.execute(
        f"SELECT f.traits, count(*) FROM {source} WHERE {where} GROUP BY f.traits",
        {"expression": expression, **filters},
    ).fetchall()


@lru_cache(maxsize=20_000)
def _split(joined: str) -> list[str]:
    return joined.split(_SEPARATOR)


def count(found: Traits, filters: Mapping[str, str]) -> Counts:
    """Count what is left of what matches, in all and by what it is."""
    chosen = [(_TRAITS.index(name), value) for name, value in filters.items() if name in _TRAITS]
    total = 0
    counters = [Counter[str]() for _ in _TRAITS]
    places = range(len(_TRAITS))
    for joined, papers in found:
        values = _split(joined)
        missed = [place for place, value in chosen if values[place] != value] if chosen else ()
        if not missed:
            total += papers
            for place in places:
                counters[place][values[place]] += papers
        elif len(missed) == 1:
            counters[missed[0]][values[missed[0]]] += papers
    pairs = zip(_TRAITS, counters, strict=True)
    return Counts(total, {name: _sorted(name, counter) for name, counter in pairs})


def _sorted(name: str, values: Counter[str]) -> list[tuple[str, int]]:
    if name == "withdrawn":
        return [("1", values["1"])] if values["1"] else []
    pairs = [(value, papers) for value, papers in values.items() if value]
    if name == "year":
        return sorted(pairs, reverse=True)
    return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))


def dossiers(
    connection: sqlite3.Connection,
    expression: str | None,
    filters: Mapping[str, str],
    total: int,
) -> list[tuple[str, int]]:
    """Return the dossiers with most of what was found; none of what is broad.

    Args:
        total: how many papers were found.
    """
    if "dossier" in filters:
        return [(filters["dossier"], total)]
    if total > FEW or (expression is None and not filters):
        return []
    source, where = _places(expression, filters)
    return [
        (dossier, papers)
        for dossier, papers in connection.execute(
            f"SELECT f.dossier, count(*) AS papers FROM {source} WHERE {where} "
            f"AND f.dossier IS NOT NULL GROUP BY f.dossier ORDER BY papers DESC, f.dossier "
            f"LIMIT {MOST_DOSSIERS}",
            {"expression": expression, **filters},
        )
    ]


def find(
    connection: sqlite3.Connection,
    expression: str | None,
    filters: Mapping[str, str],
    order: str,
    limit: int,
    offset: int = 0,
) -> list[Row]:
    """Return some of the papers that match, each with a `snippet` of what was found.

    Args:
        order: `relevance` (only with an expression), `newest` or `oldest`.
    """
    source, where = _places(expression, filters)
    keys = [
        key
        for (key,) in connection.execute(
            f"SELECT f.key FROM {source} WHERE {where} ORDER BY {_ORDERS[order]} "
            "LIMIT :limit OFFSET :offset",
            {"expression": expression, "limit": limit, "offset": offset, **filters},
        )
    ]
    places = ", ".join(map(str, keys))
    found = {
        row["key"]: row
        for row in rows(connection, f"SELECT {SHOWN} FROM paper AS p WHERE key IN ({places})")
    }
    snippets = _snippets(connection, expression, places)
    return [{**found[key], "snippet": snippets.get(key, "")} for key in keys if key in found]


def _snippets(
    connection: sqlite3.Connection, expression: str | None, places: str
) -> dict[int, str]:
    """Return what was found in these papers; it costs as much as finding, so only for them."""
    if expression is None:
        return {}
    return dict(
        connection.execute(
            "SELECT rowid, snippet(paper_fts, -1, :start, :end, '…', 40) "
            f"FROM paper_fts WHERE paper_fts MATCH :expression AND rowid IN ({places})",
            {"start": MARK_START, "end": MARK_END, "expression": expression},
        )
    )


def updated(connection: sqlite3.Connection, papers: Sequence[str]) -> dict[str, str]:
    """Return when each paper last got a version here."""
    places = ", ".join(f":p{n}" for n in range(len(papers)))
    return dict(
        connection.execute(
            f"SELECT paper, max(opened_at) FROM paper_version WHERE paper IN ({places}) "
            "GROUP BY paper",
            {f"p{n}": paper for n, paper in enumerate(papers)},
        )
    )


def dossier_named(connection: sqlite3.Connection, label: str) -> Row | None:
    """Return a dossier by its label, if it has papers."""
    return first(
        connection,
        "SELECT dossier AS label, dossier_title AS title, count(*) AS papers FROM paper "
        "WHERE dossier = :label GROUP BY dossier",
        label=label,
    )


def last_days(connection: sqlite3.Connection) -> list[Row]:
    """Return the papers published last, letters and motions only."""
    return rows(
        connection,
        f"SELECT {SHOWN} FROM paper AS p WHERE p.kind <> 'annex' "
        "ORDER BY p.published_on DESC, p.key DESC LIMIT 8",
    )


def totals(found: Traits) -> dict[str, int]:
    """Return how many papers there are, by kind, of the traits of all."""
    by_kind = Counter[str]()
    for joined, papers in found:
        by_kind[joined.partition(_SEPARATOR)[0]] += papers
    return by_kind
