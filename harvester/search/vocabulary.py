"""The words that an index holds, asked of its own full-text index: no list is kept beside it.

What is deleted from the full-text index is therefore gone from here at the same moment.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from rapidfuzz.distance import OSA

from harvester.search.folding import fold

TABLE = "paper_words"
"""A view of the full-text index in the temporary schema of a connection."""
MOST = 3_000
"""Words of one beginning that are looked at; more begin with letters that say too little."""
LONGEST = 64
"""Letters of a word that is repaired, or has forms and parts.

What is longer is no word; looking for it would cost its reader nothing and the site a second.
"""
LONG = 8
"""Letters of a word in which two may be wrong."""
LONGEST_HALF = 6
"""Letters of a half that is tried in all its mistakes."""
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_LAST = "\U0010ffff"


class Vocabulary(Protocol):
    """The words that can be found, as the full-text index spells them."""

    def papers(self, words: Iterable[str]) -> Mapping[str, int]:
        """Return in how many papers each word occurs, without those that occur in none."""

    def beginning(self, prefix: str) -> Iterator[tuple[str, int]]:
        """Yield words with this beginning, in order, and in how many papers each occurs."""


@dataclass(frozen=True, slots=True)
class IndexVocabulary:
    """The vocabulary of an open index whose connection has been given `attach`."""

    connection: sqlite3.Connection
    _known: dict[str, int] = field(default_factory=dict)

    def papers(self, words: Iterable[str]) -> Mapping[str, int]:
        """Return in how many papers each word occurs, without those that occur in none."""
        for word in words:
            if word not in self._known:
                row = self.connection.execute(
                    f"SELECT doc FROM temp.{TABLE} WHERE term = ?",  # noqa: S608
                    (word,),
                ).fetchone()
                self._known[word] = row[0] if row else 0
        return {word: self._known[word] for word in words if self._known[word]}

    def beginning(self, prefix: str) -> Iterator[tuple[str, int]]:
        """Yield words with this beginning, in order, and in how many papers each occurs."""
        yield from self.connection.execute(
            f"SELECT term, doc FROM temp.{TABLE} WHERE term >= ? AND term < ? LIMIT ?",  # noqa: S608
            (prefix, prefix + _LAST, MOST),
        )


def attach(connection: sqlite3.Connection) -> None:
    """Let a connection see the words of its index; before it is made one that only reads."""
    connection.execute(
        f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.{TABLE} "
        "USING fts5vocab('main', 'paper_fts', 'row')"
    )


def repair(vocabulary: Vocabulary, word: str) -> str | None:
    """Return the word that was probably meant by one that occurs in no paper.

    It differs in one letter (left out, put in, replaced, or two swapped), or in two of a word of
    eight letters and more. Of several, the nearest, then the commonest.
    """
    if not 4 <= len(word) <= LONGEST or not word.isalpha():
        return None
    half = word[: len(word) // 2]
    # Words that begin alike are read in one go; a mistake in the beginning takes a look for each
    # that could be made there.
    alike = _near(vocabulary, word, half)
    near = {other: papers for other, papers in alike.items() if _distance(word, other) == 1}
    if not near:
        near = dict(vocabulary.papers(sorted(_one_edit(word, len(half)))))
    if not near and len(word) >= LONG:
        near = alike or _two_edits(vocabulary, word, half)
    return min(near, key=lambda other: (-near[other], other), default=None)


def _distance(word: str, other: str) -> int:
    return OSA.distance(word, fold(other), score_cutoff=2)


def _near(vocabulary: Vocabulary, word: str, start: str) -> dict[str, int]:
    """Return words with this beginning that differ from a word in two letters at most."""
    return {
        other: papers
        for other, papers in vocabulary.beginning(start)
        if abs(len(other) - len(word)) <= 2 and 0 < _distance(word, other) <= 2
    }


def _one_edit(word: str, until: int) -> set[str]:
    """Return all that a word can be with one letter changed in its beginning."""
    parts = [(word[:n], word[n:]) for n in range(until + 1)]
    left_out = {a + b[1:] for a, b in parts if b}
    swapped = {a + b[1] + b[0] + b[2:] for a, b in parts if len(b) > 1}
    replaced = {a + c + b[1:] for a, b in parts if b for c in _LETTERS}
    put_in = {a + c + b for a, b in parts for c in _LETTERS}
    return (left_out | swapped | replaced | put_in) - {word}


def _two_edits(vocabulary: Vocabulary, word: str, half: str) -> dict[str, int]:
    """Return words two letters away, one of them in each half."""
    if len(half) > LONGEST_HALF:
        return {}
    starts = {start for start in _one_edit(half, len(half)) if start[0] == half[0]}
    found: dict[str, int] = {}
    for start in sorted(starts):
        found.update(_near(vocabulary, word, start))
    return found
