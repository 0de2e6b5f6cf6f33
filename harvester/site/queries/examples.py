"""Examples of searches that find something in the index at hand."""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from harvester.search.folding import words_of
from harvester.site.queries.columns import columns_of
from harvester.source.registry import offices, printed_dossier, search_language

_READ = 200
"""Papers, the newest, whose titles give the examples."""
_SHORTEST = 6
_BEGINNING = 5
_COMBINATION = {"kind": "motion", "outcome": "adopted", "advice": "against"}


@dataclass(frozen=True, slots=True)
class Examples:
    """Searches by what they are an example of; what cannot be shown here is not among them."""

    queries: Mapping[str, str] = field(default_factory=dict)
    combination: Mapping[str, str] = field(default_factory=dict)
    """Filters that together find something; empty if nothing is found so."""


def chosen(connection: sqlite3.Connection) -> Examples:
    """Choose examples from the newest letters and motions."""
    titles = [
        title
        for (title,) in connection.execute(
            "SELECT p.subject FROM paper_facet AS f JOIN paper AS p ON p.key = f.key "
            "WHERE f.kind <> 'annex' AND p.subject IS NOT NULL AND NOT f.is_withdrawn "
            f"ORDER BY f.published_on DESC, f.key DESC LIMIT {_READ}"
        )
    ]
    queries = {**dict(_of_words(titles)), **dict(_of_values(connection))}
    found = connection.execute(
        "SELECT 1 FROM paper_facet WHERE kind = :kind AND outcome = :outcome "
        "AND advice = :advice LIMIT 1",
        _COMBINATION,
    ).fetchone()
    return Examples(queries, _COMBINATION if found else {})


def _of_words(titles: list[str]) -> Iterator[tuple[str, str]]:
    """Yield examples made of words that titles have."""
    language = search_language()
    passed = {*language.fillers, *language.meanings, *offices()}

    def telling(title: str) -> list[str]:
        return [w for w in dict.fromkeys(words_of(title))
                if len(w) >= _SHORTEST and w.isalpha() and w not in passed]  # fmt: skip

    counts = Counter(word for title in titles for word in telling(title))
    # Words of very many titles say what papers are, not what they are about.
    most = max(2, len(titles) // 12)
    common = [word for word, count in counts.most_common() if count <= most] or list(counts)
    if not common:
        return

    def richness(title: str) -> tuple[bool, int]:
        words = {*telling(title)} & {*common}
        return len(words) > 1, sum(counts[word] for word in words)

    title = max(titles, key=richness)
    words = sorted(telling(title), key=lambda word: (word not in common, -counts[word]))
    yield "word", common[0]
    yield "prefix", f"{max(words, key=len)[:_BEGINNING]}*"
    yield "exact", f"={words[0]}"
    yield "title", f"title:{words[0]}"
    if len(words) > 1:
        yield "all", f"{words[0]} {words[1]}"
        yield "near", f"NEAR({words[0]} {words[1]}, 20)"
    pairs = (pair for one in titles for pair in pairwise(words_of(one)))
    told = {*counts}
    phrase = next((pair for pair in pairs if {*pair} <= told and {*pair} & {*common}), None)
    yield "phrase", f'"{" ".join(phrase or words_of(title)[:2])}"'
    if len(common) > 1:
        yield "or", f"{common[0]} OR {common[1]}"
    lone = next((t for t in titles if common[0] in telling(t)), "")
    other = next((w for w in common[1:] if w not in words_of(lone)), "")
    if lone and other:
        yield "not", f"{common[0]} NOT {other}"


def _of_values(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """Yield examples of fields, by the values that most or the newest papers have."""
    columns = columns_of(connection)
    keys = columns.all_keys()
    if not len(keys):
        return
    newest = columns.by_date(keys, True, _READ, 0)
    places = ", ".join(map(str, newest))
    for name, column in (
        ("kind", "f.kind"), ("outcome", "f.outcome"), ("advice", "f.advice"),
        ("party", "CASE WHEN f.kind = 'motion' THEN f.sender END"),
        ("ministry", "CASE WHEN f.kind = 'letter' THEN f.sender END"),
        ("dossier", "f.dossier"),
    ):  # fmt: skip
        row = connection.execute(
            f"SELECT {column} AS value FROM paper_facet AS f WHERE f.key IN ({places}) "
            "AND value IS NOT NULL GROUP BY value ORDER BY count(*) DESC, value LIMIT 1"
        ).fetchone()
        if row:
            yield name, f"{name}:{_quoted(row[0])}"
    day, id_, people, dossier = (
        connection.execute(
            f"SELECT f.published_on, p.id, p.people, p.dossier FROM paper_facet AS f "
            f"JOIN paper AS p ON p.key = f.key WHERE f.key IN ({places}) AND f.kind <> 'annex' "
            "ORDER BY p.people IS NULL, p.number_in_dossier IS NULL, f.published_on DESC LIMIT 1"
        ).fetchone()
        or (None,) * 4
    )
    if day:
        yield "since", f"since:{day}"
        yield "until", f"until:{day}"
        yield "on", f"on:{day[:7]}"
    if people:
        yield "people", f"people:{_quoted(people.split(', ')[0])}"
    if id_:
        yield "number", f"number:{_quoted(id_)}"
    if dossier:
        yield "dossier_number", printed_dossier(dossier)


def _quoted(value: str) -> str:
    plain = value.replace('"', " ")
    return plain if plain.isalnum() else f'"{plain}"'
