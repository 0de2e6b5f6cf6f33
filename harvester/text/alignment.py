"""Align two versions of a text word by word, to show what was kept, removed and added.

Whole paragraphs are matched first, then the words between them, so that the cost grows with the
changes. White space and line breaks are no differences.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple, TypeAlias

from rapidfuzz.distance import LCSseq

Sort: TypeAlias = Literal["same", "removed", "added"]

MOST_WORDS = 6_000
"""Words of a block between two equal paragraphs; a larger one is shown as a whole, old then new."""
SHORTEST = 2
"""Changes with fewer equal words between them are joined, which reads better."""

_blank = re.compile(r"\n\s*\n")
_token = re.compile(r"\w+(?:[-–'’.,]\w+)*|[^\w\s]")
_space = re.compile(r"\s+")


class Piece(NamedTuple):
    """Consecutive words that both texts have, or only one of them."""

    sort: Sort
    text: str


Paragraph: TypeAlias = tuple[Piece, ...]


def align_texts(first: str, second: str) -> list[Paragraph]:
    """Align two texts, the older one first.

    Returns:
        Paragraphs in order. Leaving out what was added gives the first text's paragraphs, leaving
        out what was removed the second's, white space aside.
    """
    one, two = _paragraphs(first), _paragraphs(second)
    found: list[Paragraph] = []
    for is_equal, old, new in _stretches(one, two, shortest=1):
        if is_equal:
            found += [(Piece("same", one[n]),) for n in old]
        else:
            found += _block([one[n] for n in old], [two[n] for n in new])
    return found


def is_same(paragraph: Paragraph) -> bool:
    """Tell whether nothing changed in a paragraph."""
    return all(piece.sort == "same" for piece in paragraph)


def _paragraphs(text: str) -> list[str]:
    return [flat for part in _blank.split(text) if (flat := _space.sub(" ", part).strip())]


_END = "\u2029"
"""Marks the end of a paragraph among words."""


def _block(old: Sequence[str], new: Sequence[str]) -> Iterator[Paragraph]:
    """Align the words of paragraphs that changed."""
    one, two = _tokens(old), _tokens(new)
    if not (old and new) or max(len(one), len(two)) > MOST_WORDS:
        yield from [(Piece("removed", text),) for text in old]
        yield from [(Piece("added", text),) for text in new]
        return
    pieces: list[Piece] = []
    for sort, words in _sorted(one, two):
        for is_end, text in _lines(words):
            if text:
                pieces.append(Piece(sort, text))
            # The newer text joined two paragraphs that end here only in the older one.
            if is_end and sort != "removed" and pieces:
                yield tuple(pieces)
                pieces = []
    if pieces:
        yield tuple(pieces)


class _Word(NamedTuple):
    form: str
    whole: str
    """The word with the space after it."""


def _tokens(paragraphs: Sequence[str]) -> list[_Word]:
    """Split paragraphs into words, each with the space after it, and paragraph ends."""
    found: list[_Word] = []
    for text in paragraphs:
        begins = [match.start() for match in _token.finditer(text)]
        begins = [0, *begins[1:]] if begins else [0]
        for begin, end in pairwise((*begins, len(text))):
            found.append(_Word(text[begin:end].strip(), text[begin:end]))
        found.append(_Word(_END, _END))
    return found


def _lines(words: Sequence[_Word]) -> Iterator[tuple[bool, str]]:
    """Join words to lines, each with whether a paragraph ends after it."""
    text = ""
    for word, whole in words:
        if word == _END:
            yield True, text
            text = ""
        else:
            text += whole
    yield False, text


def _sorted(one: Sequence[_Word], two: Sequence[_Word]) -> Iterator[tuple[Sort, Sequence[_Word]]]:
    """Yield kept, removed and added words, removed ones before those that replace them."""
    for is_equal, old, new in _stretches([w.form for w in one], [w.form for w in two], SHORTEST):
        if is_equal:
            yield "same", one[old.start : old.stop]
            continue
        if old:
            yield "removed", one[old.start : old.stop]
        if new:
            yield "added", two[new.start : new.stop]


def _stretches(
    one: Sequence[str], two: Sequence[str], shortest: int
) -> Iterator[tuple[bool, range, range]]:
    """Yield equal and different ranges in turn, with their positions in both."""
    old, new = range(0), range(0)
    for operation in LCSseq.opcodes(one, two):
        first = range(operation.src_start, operation.src_end)
        second = range(operation.dest_start, operation.dest_end)
        is_equal = operation.tag == "equal"
        if is_equal and (old or new) and len(first) < shortest and first.stop < len(one):
            is_equal = _END in one[first.start : first.stop]
        if is_equal:
            if old or new:
                yield False, old, new
            yield True, first, second
            old, new = range(first.stop, first.stop), range(second.stop, second.stop)
        else:
            old, new = range(old.start, first.stop), range(new.start, second.stop)
    if old or new:
        yield False, old, new
