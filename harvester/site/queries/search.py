"""Finding papers: which match, how many of what, in what order."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from harvester.search.forms import Forms
from harvester.search.relax import ENOUGH, NOTHING_KNOWN, Known, Reading, read_widely
from harvester.search.vocabulary import IndexVocabulary
from harvester.site.excerpts import MARK_END, MARK_START, excerpt
from harvester.site.queries import SHOWN, Row, first, rows
from harvester.site.queries.columns import SENDERS, TRAITS, Columns, Numbers, columns_of
from harvester.site.queries.conditions import Narrowing, apply
from harvester.source.parliament import LONGEST_MASTHEAD
from harvester.source.registry import body_start, search_language, spellings

ALL = Reading(None)
"""No words, which every paper has."""
BROAD = 10_000
"""Of more papers than this, relevance says little and costs much: the newest come first."""
MOST_DOSSIERS = 8
FEW = 5_000
"""Of more papers than this, dossiers are not counted: none of them would narrow much."""

_COUNTED = (*(name for name in TRAITS if name != "sender"), *SENDERS)
_RANK = "bm25(paper_fts, 10, 4, 6, 4, 1)"
"""Weights of numbers, title, subject, people, text: title is the dossier's and says less."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many papers a search finds, in all and by what they are."""

    total: int = 0
    facets: Mapping[str, Sequence[tuple[str, int]]] = field(default_factory=dict)
    """Of each facet the values that occur when it alone is left open."""


@dataclass(frozen=True, slots=True)
class Matches:
    """The papers that match, before and after narrowing."""

    columns: Columns
    expression: str | None
    filters: Mapping[str, str]
    open: Numbers
    """Keys of the papers that match and, if a dossier is asked for, are in it."""
    narrowed: Numbers
    """Those of them that pass every filter."""
    first: str | None = None
    """An expression: the most relevant are those of `expression` that match it, too."""


def read(
    connection: sqlite3.Connection, text: str, known: Known = NOTHING_KNOWN, *, relax: bool = True
) -> Reading:
    """Read what someone typed, in the words of this index.

    Args:
        connection: prepared by the site's reader, which lets it see these words.
        text: what was typed.
        known: what may be named besides.
        relax: whether it may be read otherwise if it finds little.
    """
    return read_widely(
        text,
        Forms(IndexVocabulary(connection), search_language()),
        lambda expression: _at_least(connection, expression) if relax else ENOUGH,
        replace(known, spell=spellings),
    )


def _at_least(connection: sqlite3.Connection, expression: str) -> int:
    """Count what matches, up to `ENOUGH`."""
    [(found,)] = connection.execute(
        f"SELECT count(*) FROM (SELECT 1 FROM paper_fts WHERE paper_fts MATCH ? LIMIT {ENOUGH})",
        (expression,),
    )
    return int(found)


def matching(
    connection: sqlite3.Connection,
    reading: Reading,
    filters: Mapping[str, str],
    narrowings: Sequence[Narrowing] = (),
) -> Matches:
    """Find what matches; one pass over it, whatever is counted and sorted then.

    Args:
        connection: to the index.
        reading: what is searched; without words all papers match.
        filters: the value of each facet that is asked for, and days as `since` and `until`.
        narrowings: what papers must be besides.
    """
    columns = columns_of(connection)
    expression = reading.expression
    found = columns.all_keys() if expression is None else _keys(connection, columns, expression)
    found = apply(columns, found, narrowings)
    if "dossier" in filters:
        found = columns.of_dossier(found, filters["dossier"])
    if "since" in filters or "until" in filters:
        days = columns.dated(found, filters.get("since", "0"), filters.get("until", "9999-99-99"))
        found = found[days]
    misses = columns.misses(filters)
    narrowed = found
    if misses:
        is_missed = np.logical_or.reduce(list(misses.values()))
        narrowed = found[~is_missed[columns.traits[found]]]
    return Matches(columns, expression, filters, found, narrowed, reading.exact)


def _keys(connection: sqlite3.Connection, columns: Columns, expression: str) -> Numbers:
    # As one text they are here in a quarter of the time that as many rows take.
    [(joined,)] = connection.execute(
        "SELECT group_concat(rowid) FROM paper_fts WHERE paper_fts MATCH ?", (expression,)
    )
    keys = np.fromstring(joined, dtype=np.int64, sep=",") if joined else np.zeros(0, np.int64)
    return columns.present(keys)


def count(matches: Matches) -> Counts:
    """Count what is left of what matches, in all and by what it is."""
    columns = matches.columns
    papers = np.bincount(columns.traits[matches.open], minlength=len(columns.facets["kind"]))
    misses = columns.misses(matches.filters)
    missed = sum((miss.astype(np.int8) for miss in misses.values()), np.zeros(len(papers), np.int8))
    facets = {}
    for name in _COUNTED:
        # What fails this facet's own filter and no other is what choosing another value gives.
        others = missed - misses[name] if name in misses else missed
        facets[name] = _sorted(name, columns.names_of(name, papers * (others == 0)))
    return Counts(len(matches.narrowed), facets)


def _sorted(name: str, values: Mapping[str, int]) -> list[tuple[str, int]]:
    if name == "withdrawn":
        return [("1", values["1"])] if "1" in values else []
    pairs = [(value, papers) for value, papers in values.items() if value]
    if name == "year":
        return sorted(pairs, reverse=True)
    return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))


def dossiers(matches: Matches) -> list[tuple[str, int]]:
    """Return the dossiers with most of what was found; none of what is broad."""
    total = len(matches.narrowed)
    if "dossier" in matches.filters:
        return [(matches.filters["dossier"], total)]
    if total > FEW or (matches.expression is None and not matches.filters):
        return []
    found = matches.columns.dossiers_of(matches.narrowed).items()
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:MOST_DOSSIERS]


def find(
    connection: sqlite3.Connection, matches: Matches, order: str, limit: int, offset: int = 0
) -> list[Row]:
    """Return some of the papers that match, each with a `snippet` of what was found.

    Args:
        order: see `ordered`.
    """
    keys = ordered(connection, matches, order, limit, offset)
    places = ", ".join(map(str, keys))
    found = {
        row["key"]: row
        for row in rows(connection, f"SELECT {SHOWN} FROM paper AS p WHERE key IN ({places})")
    }
    snippets = _snippets(connection, matches.expression, places)
    return [{**found[key], "snippet": snippets.get(key, "")} for key in keys if key in found]


def ordered(
    connection: sqlite3.Connection, matches: Matches, order: str, limit: int, offset: int = 0
) -> list[int]:
    """Return the keys of some of the papers that match.

    Args:
        order: `relevance` (only with words), `newest`, `oldest`, or `known`: those first
            that became known here last.
    """
    if order == "relevance":
        return _most_relevant(connection, matches, limit, offset)
    if order == "known":
        return matches.columns.by_known(matches.narrowed, limit)
    return matches.columns.by_date(matches.narrowed, order == "newest", limit, offset)


def shown(connection: sqlite3.Connection, keys: Sequence[int]) -> list[Row]:
    """Return what lists show of these papers, in this order; of one that went meanwhile nothing."""
    places = ", ".join(map(str, keys))
    found = {
        row["key"]: row
        for row in rows(connection, f"SELECT {SHOWN} FROM paper AS p WHERE p.key IN ({places})")
    }
    return [found[key] for key in keys if key in found]


def _most_relevant(
    connection: sqlite3.Connection, matches: Matches, limit: int, offset: int
) -> list[int]:
    """Return keys in order of relevance: first what has the words as they were typed."""
    every, exact = matches.expression, matches.first
    if exact is None or exact == every:
        return _ranked(connection, matches, every, limit, offset)
    is_both = np.isin(matches.narrowed, _keys(connection, matches.columns, exact))
    both = int(np.count_nonzero(is_both))
    found = []
    if offset < both:
        found = _ranked(connection, matches, f"({every}) AND ({exact})", limit, offset)
    if len(found) < limit:
        rest = f"({every}) NOT ({exact})"
        found += _ranked(connection, matches, rest, limit - len(found), max(0, offset - both))
    return found


def _ranked(
    connection: sqlite3.Connection,
    matches: Matches,
    expression: str | None,
    limit: int,
    offset: int,
) -> list[int]:
    # A look at a byte for each that matches costs less than a row of another table.
    is_wanted = np.zeros(len(matches.columns.traits), np.uint8)
    is_wanted[matches.narrowed] = 1
    wanted = is_wanted.tobytes()
    connection.create_function("is_wanted", 1, lambda key: key < len(wanted) and wanted[key])
    return [
        key
        for (key,) in connection.execute(
            "SELECT rowid FROM paper_fts WHERE paper_fts MATCH :expression AND is_wanted(rowid) "
            # Of two that are as relevant, the one that came later: the same order on each page.
            f"ORDER BY {_RANK}, rowid DESC LIMIT :limit OFFSET :offset",
            {"expression": expression, "limit": limit, "offset": offset},
        )
    ]


def _snippets(
    connection: sqlite3.Connection, expression: str | None, places: str
) -> dict[int, str]:
    """Return what was found in these papers; it costs as much as finding, so only for them."""
    if expression is None:
        return {}
    found: dict[int, str] = dict(
        connection.execute(
            "SELECT rowid, snippet(paper_fts, iif(text = '', -1, 4), :start, :end, '…', 40) "
            # The plus: one pass over what matches; without it each row is a search of its own.
            f"FROM paper_fts WHERE paper_fts MATCH :expression AND +rowid IN ({places})",
            {"start": MARK_START, "end": MARK_END, "expression": expression},
        )
    )
    return {**found, **_below_mastheads(connection, expression, found)}


def _below_mastheads(
    connection: sqlite3.Connection, expression: str, snippets: Mapping[int, str]
) -> dict[int, str]:
    """Return others in place of snippets that begin with a text, where that is a masthead."""
    first = ", ".join(str(key) for key, snippet in snippets.items() if snippet[:1] != "…")
    heads = connection.execute(
        f"SELECT rowid, substr(text, 1, {LONGEST_MASTHEAD}) FROM paper_fts WHERE rowid IN ({first})"
    )
    places = ", ".join(str(key) for key, head in heads if body_start(head))
    if not places:
        return {}
    marked = connection.execute(
        "SELECT rowid, highlight(paper_fts, 4, :start, :end) "
        f"FROM paper_fts WHERE paper_fts MATCH :expression AND +rowid IN ({places})",
        {"start": MARK_START, "end": MARK_END, "expression": expression},
    )
    return {key: excerpt(text) for key, text in marked}


def times(connection: sqlite3.Connection, papers: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return when each paper became known here, and when it last got a version."""
    places = ", ".join(f":p{n}" for n in range(len(papers)))
    found = connection.execute(
        "SELECT paper, min(opened_at), max(opened_at) FROM paper_version "
        f"WHERE paper IN ({places}) GROUP BY paper",
        {f"p{n}": paper for n, paper in enumerate(papers)},
    )
    return {paper: (known_at, updated) for paper, known_at, updated in found}


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
        f"SELECT {SHOWN} FROM paper_facet AS f JOIN paper AS p ON p.key = f.key "
        "WHERE f.kind <> 'annex' ORDER BY f.published_on DESC, f.key DESC LIMIT 8",
    )


def totals(connection: sqlite3.Connection) -> dict[str, int]:
    """Return how many papers there are, by kind."""
    return dict(count(matching(connection, ALL, {})).facets["kind"])
