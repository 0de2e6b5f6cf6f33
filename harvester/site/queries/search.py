"""Finding papers: which match, how many of what, in what order."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from harvester.search.forms import Forms
from harvester.search.relax import ENOUGH, NOTHING_KNOWN, Known, Reading, read_widely
from harvester.site.queries import SHOWN, Row, first, rows
from harvester.site.queries.columns import SENDERS, TRAITS, columns_of
from harvester.site.queries.highlights import highlighted, snippets
from harvester.site.queries.matches import Matches
from harvester.site.queries.ranking import most_relevant
from harvester.site.queries.remembered import vocabulary_of
from harvester.source.registry import search_language, spellings

ALL = Reading(None)
"""No words, which every paper has."""
BROAD = 10_000
"""Of more papers than this, relevance says little and costs much: the newest come first."""
MOST_DOSSIERS = 8
FEW = 5_000
"""Of more papers than this, dossiers are not counted: none of them would narrow much."""

_COUNTED = (*(name for name in TRAITS if name != "sender"), *SENDERS)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many papers a search finds, in all and by what they are."""

    total: int = 0
    facets: Mapping[str, Sequence[tuple[str, int]]] = field(default_factory=dict)
    """Of each facet the values that occur when it alone is left open."""


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
        Forms(vocabulary_of(connection), search_language()),
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

    `title_marked` is the title with what was found marked; empty where it has nothing of it.

    Args:
        order: see `ordered`.
    """
    keys = ordered(connection, matches, order, limit, offset)
    places = ", ".join(map(str, keys))
    found = {
        row["key"]: row
        for row in rows(connection, f"SELECT {SHOWN} FROM paper AS p WHERE key IN ({places})")
    }
    shown = [found[key] for key in keys if key in found]
    if matches.expression is None:
        return [{**row, "snippet": "", "title_marked": ""} for row in shown]
    unread = [key for key in keys if key not in matches.highlights]
    if unread:
        matches.highlights.update(
            highlighted(connection, matches.expression, unread, len(matches.open))
        )
    texts = {key: matches.highlights[key] for key in keys if key in matches.highlights}
    parts = snippets(connection, matches.expression, texts)
    return [
        {
            **row,
            "snippet": parts.get(row["key"], ""),
            "title_marked": texts[row["key"]].marked_title if row["key"] in texts else "",
        }
        for row in shown
    ]


def ordered(
    connection: sqlite3.Connection, matches: Matches, order: str, limit: int, offset: int = 0
) -> list[int]:
    """Return the keys of some of the papers that match.

    Args:
        order: `relevance` (only with words), `newest`, `oldest`, or `known`: those first
            that became known here last.
    """
    if order == "relevance":
        return most_relevant(connection, matches, limit, offset)
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
        "WHERE f.kind NOT IN ('annex', 'copy') ORDER BY f.published_on DESC, f.key DESC LIMIT 8",
    )


def totals(connection: sqlite3.Connection) -> dict[str, int]:
    """Return how many papers there are, by kind, the commonest first."""
    columns = columns_of(connection)
    papers = np.bincount(columns.traits, minlength=len(columns.facets["kind"]))
    papers[0] = 0  # keys of no paper
    return dict(_sorted("kind", columns.names_of("kind", papers)))
