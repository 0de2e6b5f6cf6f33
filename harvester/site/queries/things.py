"""What a search names besides people and parties: ministries, committees, dossiers and papers."""

import sqlite3
from collections.abc import Iterator, Sequence

from harvester.index.papers import find_papers
from harvester.search.folding import words_of
from harvester.site.queries import first, rows
from harvester.site.queries.columns import Columns
from harvester.site.queries.conditions import is_ministry
from harvester.site.queries.named import LONGEST, Named
from harvester.source.registry import after_committee, dossier_label, is_number, without_office

MOST_OF_A_KIND = 3
_LONGEST_NUMBER = 7
"""Words of the longest spelling of a number."""
_SHORTEST_NUMBER = 6
"""Characters of a number that is one word: shorter ones are years and amounts."""
_SHORTEST_ABBREVIATION = 2


def things(connection: sqlite3.Connection, columns: Columns, text: str) -> list[Named]:
    """Return the papers, dossiers, ministries and committees that a search names."""
    typed = text.split()
    if not 0 < len(typed) <= LONGEST:
        return []
    found = [*_numbered(connection, columns, typed), *_ministries(columns, typed)]
    if committee := after_committee(words_of(text)):
        found += _committees(connection, committee, words_of(text))
    return found


def _windows(typed: Sequence[str], most: int) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield all runs of words with where they begin, the longest first."""
    for size in range(min(most, len(typed)), 0, -1):
        for at in range(len(typed) - size + 1):
            yield at, typed[at : at + size]


def _numbered(
    connection: sqlite3.Connection, columns: Columns, typed: Sequence[str]
) -> Iterator[Named]:
    taken: set[int] = set()
    for at, window in _windows(typed, _LONGEST_NUMBER):
        places = range(at, at + len(window))
        said = " ".join(window).strip("?!.,;:()")
        if taken.intersection(places) or not any(character.isdigit() for character in said):
            continue
        words = tuple(words_of(said))
        may_be_paper = is_number(said) or (len(window) == 1 and len(said) >= _SHORTEST_NUMBER)
        found = list(_papers(connection, said, words)) if may_be_paper else []
        found = found or list(_dossiers(connection, columns, said, words))
        if found:
            taken.update(places)
            yield from found[:MOST_OF_A_KIND]


def _papers(connection: sqlite3.Connection, said: str, words: tuple[str, ...]) -> Iterator[Named]:
    for id_ in find_papers(connection, said):
        row = first(connection, "SELECT subject, title FROM paper WHERE id = :id", id=id_)
        title = row and (row["subject"] or row["title"])
        yield Named("paper", id_, title or id_, words)


def _dossiers(
    connection: sqlite3.Connection, columns: Columns, said: str, words: tuple[str, ...]
) -> Iterator[Named]:
    label = dossier_label(said)
    if label is None:
        return
    known = columns.values_of("dossier")
    chapters = sorted(v for v in known if v.startswith(f"{label}-"))[:MOST_OF_A_KIND]
    for one in [label] if label in known else chapters:
        row = first(
            connection,
            "SELECT max(dossier_title) AS title, count(*) AS papers FROM paper "
            "WHERE dossier = :label",
            label=one,
        )
        if row and row["papers"]:
            yield Named("dossier", one, row["title"] or "", words, row["papers"])


def _ministries(columns: Columns, typed: Sequence[str]) -> Iterator[Named]:
    """Yield the ministry that is meant: by its office, by the whole search, or by its letters."""
    values = columns.values_of("ministry")
    for _, window in _windows(typed, LONGEST):
        words = words_of(" ".join(window))
        bare = without_office(words)
        is_abbreviation = (
            len(window) == 1 and window[0].isupper() and len(window[0]) >= _SHORTEST_ABBREVIATION
        )
        if bare == words and not is_abbreviation and len(window) < len(typed):
            continue
        meant = [value for value in values if is_ministry(bare, value)]
        if meant:
            yield Named("ministry", " ".join(bare), " / ".join(meant[:2]), tuple(words))
            return


def _committees(
    connection: sqlite3.Connection, committee: Sequence[str], typed: Sequence[str]
) -> Iterator[Named]:
    shown = 0
    for row in rows(connection, _COMMITTEES):
        tail = after_committee(words_of(row["name"]))
        if tail and (tail == list(committee) or is_ministry(committee, _after(row["name"], tail))):
            yield Named("committee", row["name"], row["name"], tuple(typed))
            shown += 1
        if shown == MOST_OF_A_KIND:
            return


def _after(name: str, tail: Sequence[str]) -> str:
    """Return the end of a name that has these words, as it is written."""
    words = name.split()
    return " ".join(words[-len(tail) :])


_COMMITTEES = """
SELECT DISTINCT lead_committee AS name FROM activity WHERE lead_committee IS NOT NULL ORDER BY 1
"""
