"""What papers are about, other than by their words: the topics that alerts can name."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from harvester.site.queries.people import addresses_of


class Topic(NamedTuple):
    """Something that a paper is about.

    Attributes:
        about: `paper`, `dossier`, `party`, `person`, `cites` or `answers`.
        sentence: of the paper, that shows it.
    """

    about: str
    value: str
    sentence: str = ""


TOPICS = ("dossier", "person", "party", "paper", "cites", "answers")
_OWN = """
SELECT p.key, 'paper', p.id, '' FROM paper AS p WHERE p.key IN ({keys})
UNION ALL
SELECT p.key, 'paper', a.alias, '' FROM paper AS p JOIN paper_alias AS a ON a.paper = p.id
 WHERE p.key IN ({keys})
UNION ALL
SELECT p.key, 'dossier', p.dossier, '' FROM paper AS p
 WHERE p.key IN ({keys}) AND p.dossier IS NOT NULL
UNION ALL
SELECT p.key, 'dossier', s.label, '' FROM paper AS p
  JOIN paper_document AS m ON m.paper = p.id JOIN stated_dossier AS s ON s.key = m.document_key
 WHERE p.key IN ({keys})
UNION ALL
SELECT f.key, 'party', f.sender, '' FROM paper_facet AS f
 WHERE f.key IN ({keys}) AND f.kind = 'motion' AND f.sender IS NOT NULL
UNION ALL
SELECT DISTINCT p.key, 'party', a.party, '' FROM paper AS p
  JOIN paper_document AS m ON m.paper = p.id JOIN actor AS a ON a.document_key = m.document_key
 WHERE p.key IN ({keys}) AND p.kind = 'motion' AND a.party IS NOT NULL
"""
_PEOPLE = """
SELECT DISTINCT p.key, a.person_key FROM paper AS p
  JOIN paper_document AS m ON m.paper = p.id JOIN actor AS a ON a.document_key = m.document_key
 WHERE p.key IN ({keys}) AND a.person_key IS NOT NULL AND coalesce(a.role, '') <> 'addressee'
"""
# Whoever asked for a paper by another of its names is told, too.
_CITED = """
SELECT p.key, c.target, n.paper, a.sentence, c.words FROM paper AS p
  JOIN citation AS c ON c.sha256 = p.sha256
  LEFT JOIN appraisal AS a ON a.sha256 = c.sha256 AND a.ordinal = c.ordinal
  LEFT JOIN paper_alias AS n ON n.alias = c.target
 WHERE p.key IN ({keys})
"""


def topics_of(connection: sqlite3.Connection, keys: Iterable[int]) -> dict[int, set[Topic]]:
    """Return the topics of papers by their keys."""
    found: dict[int, set[Topic]] = {}
    for key, topic in _topics(connection, ", ".join(map(str, keys))):
        found.setdefault(key, set()).add(topic)
    return found


def _topics(connection: sqlite3.Connection, keys: str) -> Iterator[tuple[int, Topic]]:
    for key, about, value, sentence in connection.execute(_OWN.format(keys=keys)):
        yield key, Topic(about, value, sentence)
    people = connection.execute(_PEOPLE.format(keys=keys)).fetchall()
    addresses = addresses_of(connection, [person for _, person in people])
    for key, person in people:
        yield key, Topic("person", addresses[person])
    for key, target, paper, sentence, words in connection.execute(_CITED.format(keys=keys)):
        for value in {target, paper} - {None}:
            yield key, Topic("cites", value, sentence or words or "")
            if sentence:
                yield key, Topic("answers", value, sentence)


def names_of(connection: sqlite3.Connection, paper: str) -> list[str]:
    """Return every name of a paper, under any of which an alert may have been made."""
    rows = connection.execute(
        "SELECT alias FROM paper_alias WHERE paper = ? UNION SELECT ?", (paper, paper)
    )
    return [name for (name,) in rows]


def as_json(values: Iterable[str]) -> str:
    """Return values as an argument of `json_each`."""
    return json.dumps(sorted(values))
