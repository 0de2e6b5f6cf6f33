"""The words that an index holds, asked of its own full-text index: no list is kept beside it.

What is deleted from the full-text index is therefore gone from here at the same moment. Only how
often the commonest words occur is remembered for a while: FTS5 counts the papers of a word one by
one, which for common words takes longer than the rest of a search.
"""

import sqlite3
import threading
import time
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from rapidfuzz.distance import OSA

from harvester.search.folding import fold

TABLE = "paper_words"
"""A view of the full-text index in the temporary schema of a connection."""
MOST = 3_000
"""Words of one beginning that are looked at; more begin with letters that say too little."""
COMMON = 2_000
"""Papers of a word whose count is remembered."""
REMEMBERED_S = 3600.0
"""How long."""
LONGEST = 64
"""Letters of a word that is repaired, or has forms and parts.

What is longer is no word; looking for it would cost its reader nothing and the site a second.
"""
LONG = 8
"""Letters of a word in which two may be wrong."""
LONGEST_HALF = 6
"""Letters of a half that is tried in all its mistakes."""
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_STEP = 500
"""Words that are looked up at once."""
_LAST = "\U0010ffff"
_FIRST_SURROGATE, _LAST_SURROGATE = 0xD800, 0xDFFF


class Vocabulary(Protocol):
    """The words that can be found, as the full-text index spells them."""

    def papers(self, words: Iterable[str]) -> Mapping[str, int]:
        """Return in how many papers each word occurs, without those that occur in none."""

    def beginning(self, prefix: str) -> Iterator[tuple[str, int]]:
        """Yield words with this beginning, in order, and in how many papers each occurs."""


@dataclass(slots=True)
class CommonWords:
    """How many papers each common word of an index has, as learned while words were looked up.

    Thread-safe. Everything is forgotten after `REMEMBERED_S`, and learned anew.
    """

    clock: Callable[[], float] = time.monotonic
    _papers: dict[str, int] = field(default_factory=dict)
    _sorted: list[str] = field(default_factory=list)
    _until: float = 0.0
    _changing: threading.Lock = field(default_factory=threading.Lock)

    def learn(self, word: str, papers: int) -> None:
        """Remember a word if it is common."""
        if papers < COMMON:
            return
        with self._changing:
            if self.clock() > self._until:
                self._papers, self._sorted = {}, []
                self._until = self.clock() + REMEMBERED_S
            if word not in self._papers:
                insort(self._sorted, word)
            self._papers[word] = papers

    def papers(self, word: str) -> int | None:
        """Return how many papers a word has; None if that is not remembered."""
        return self._papers.get(word) if self.clock() <= self._until else None

    def between(self, first: str, last: str) -> list[tuple[str, int]]:
        """Return the remembered words from the first to before the last, in order."""
        with self._changing:
            if self.clock() > self._until:
                return []
            begin, end = bisect_left(self._sorted, first), bisect_left(self._sorted, last)
            return [(word, self._papers[word]) for word in self._sorted[begin:end]]


@dataclass(frozen=True, slots=True)
class IndexVocabulary:
    """The vocabulary of an open index whose connection has been given `attach`.

    Attributes:
        common: what is remembered of this index by all its connections.
    """

    connection: sqlite3.Connection
    common: CommonWords = field(default_factory=CommonWords)
    _known: dict[str, int] = field(default_factory=dict)

    def papers(self, words: Iterable[str]) -> Mapping[str, int]:
        """Return in how many papers each word occurs, without those that occur in none."""
        wanted = list(dict.fromkeys(words))
        asked = []
        for word in wanted:
            if word not in self._known:
                papers = self.common.papers(word)
                self._known[word] = papers or 0
                if papers is None:
                    asked.append(word)
        for start in range(0, len(asked), _STEP):
            self._known.update(self._look_up(asked[start : start + _STEP]))
        return {word: self._known[word] for word in wanted if self._known[word]}

    def _look_up(self, words: Sequence[str]) -> list[tuple[str, int]]:
        """Return those words that occur, and learn which are common."""
        places = ", ".join("?" * len(words))
        # In one question: that takes a third of the time.
        found = self.connection.execute(
            f"SELECT term, doc FROM temp.{TABLE} WHERE term IN ({places})",  # noqa: S608
            list(words),
        ).fetchall()
        for word, papers in found:
            self.common.learn(word, papers)
        return found

    def beginning(self, prefix: str) -> Iterator[tuple[str, int]]:
        """Yield words with this beginning, in order, and in how many papers each occurs.

        Around common words that are remembered, the index is read piece by piece.
        """
        first, last, left = prefix, prefix + _LAST, MOST
        for common in (*self.common.between(first, last), (last, 0)):
            until = _before(common[0]) if common[1] else last
            for word in self._between(first, until, left):
                left -= 1
                yield word
            if left > 0 and common[1]:
                left -= 1
                yield common
            first = common[0] + "\0"

    def _between(self, first: str, last: str, limit: int) -> Iterator[tuple[str, int]]:
        """Yield words from the first to the last, and learn which are common."""
        for word, papers in self.connection.execute(
            f"SELECT term, doc FROM temp.{TABLE} WHERE term >= ? AND term <= ? LIMIT ?",  # noqa: S608
            (first, last, max(0, limit)),
        ):
            self.common.learn(word, papers)
            yield word, papers


def _before(word: str) -> str:
    """Return what sorts after all words before this one, and before it.

    FTS5 counts the papers of the last word of a range even if only lower ones are asked for.
    """
    code = ord(word[-1]) - 1
    return word[:-1] + chr(code if code != _LAST_SURROGATE else _FIRST_SURROGATE - 1) + _LAST


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
