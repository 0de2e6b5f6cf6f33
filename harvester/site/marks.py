"""Where a text has what was searched: the same words as the full-text index found, in any text."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from harvester.search.folding import fold, words_of
from harvester.site.excerpts import MARK_END, MARK_START

MOST = 500
"""Places that are marked in one text; the page of a longer one says how many it marks."""
_marked = re.compile(f"{MARK_START}([^{MARK_END}]*){MARK_END}")
_word = re.compile(r"[^\W_]+")

Wanted = frozenset[tuple[str, ...]]
"""Folded words that were found, each with those that must follow it."""


class Place(NamedTuple):
    """Where something that was found stands."""

    start: int
    end: int


def wanted_in(highlighted: Iterable[str]) -> Wanted:
    """Return what the full-text index marked in the columns of a paper."""
    return frozenset(
        words for text in highlighted for found in _marked.findall(text)
        if (words := tuple(words_of(found)))
    )  # fmt: skip


def places(text: str, wanted: Wanted) -> list[Place]:
    """Return where a text has these words, in order, the longest first where two begin alike."""
    if not wanted:
        return []
    longest: dict[str, list[tuple[str, ...]]] = {}
    for words in sorted(wanted, key=len, reverse=True):
        longest.setdefault(words[0], []).append(words)
    tokens = [(match.start(), match.end(), fold(match[0])) for match in _word.finditer(text)]
    found: list[Place] = []
    at = 0
    while at < len(tokens) and len(found) < MOST:
        words = _first_that_fits(tokens, at, longest.get(tokens[at][2], ()))
        if words:
            found.append(Place(tokens[at][0], tokens[at + len(words) - 1][1]))
        at += len(words) or 1
    return found


def _first_that_fits(
    tokens: Sequence[tuple[int, int, str]], at: int, candidates: Iterable[tuple[str, ...]]
) -> tuple[str, ...]:
    for words in candidates:
        if tuple(token[2] for token in tokens[at : at + len(words)]) == words:
            return words
    return ()
