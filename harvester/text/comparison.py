"""Compare two texts of one paper word by word.

Two sources typeset a paper differently: letterhead or masthead, footnotes below the page or the
paragraph, hyphenation. None of that is a difference. The words before the first and after the last
common run are head and foot; they are reported separately and do not affect agreement.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from typing import NamedTuple

from rapidfuzz.distance import LCSseq

from harvester.text.conventions import NO_CONVENTIONS, Conventions

ANCHOR = 6
"""Common words in a row that cannot be chance."""
GLUE = 2
"""Differences with at most this many common words between them are joined."""
CONTEXT = 5
MOST_WORDS = 40_000
"""Limit of words: the comparison needs an eighth of a byte for each pair, 200 MB here."""
MOST_DIFFERENCES = 200

_word = re.compile(r"€|[^\W_]+(?:[-–'’‑‐\u00ad][^\W_]+)*")
_thousands = re.compile(r"(?<=\d)[ .\u00a0](?=\d{3}(?!\d))")
_joints = re.compile(r"[-–'’‑‐\u00ad]")
_note_mark = re.compile(r"(?P<word>[^\W\d_]{2,})(?P<mark>\d{1,2})")


class Difference(NamedTuple):
    """Differing words; either side may be empty."""

    after: str
    """The last common words before."""
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two texts of one paper differ.

    Attributes:
        agrees: whether no words differ between head and foot; None if the texts have nothing in
            common or are too long.
        differences: the first `MOST_DIFFERENCES` of them.
        outside: words of head and foot that only the first, or only the second, has.
    """

    agrees: bool | None
    differences: tuple[Difference, ...] = ()
    outside: tuple[str, str] = ("", "")


class _Word(NamedTuple):
    form: str
    start: int
    end: int


class _Run(NamedTuple):
    is_equal: bool
    first: range
    second: range


def compare_texts(first: str, second: str, conventions: Conventions = NO_CONVENTIONS) -> Comparison:
    """Compare two texts of one paper, each from below its masthead."""
    one, two = (list(_words(text, conventions.skip_masthead(text))) for text in (first, second))
    if max(len(one), len(two)) > MOST_WORDS:
        return Comparison(agrees=True if [w.form for w in one] == [w.form for w in two] else None)
    runs = _glued(_runs([w.form for w in one], [w.form for w in two]))
    enough = min(ANCHOR, len(one), len(two))
    anchors = [n for n, run in enumerate(runs) if run.is_equal and len(run.first) >= enough > 0]
    if not anchors:
        return Comparison(agrees=None)
    inside = [run for run in runs[anchors[0] : anchors[-1]] if not run.is_equal]
    around = [run for run in (*runs[: anchors[0]], *runs[anchors[-1] + 1 :]) if not run.is_equal]
    real = _without_moved(inside, around, one, two)
    differences = tuple(
        Difference(
            _quote(first, one[max(0, run.first.start - CONTEXT) : run.first.start]),
            _quote(first, one[run.first.start : run.first.stop]),
            _quote(second, two[run.second.start : run.second.stop]),
        )
        for run in real[:MOST_DIFFERENCES]
    )
    return Comparison(
        agrees=not real,
        differences=differences,
        outside=(
            " … ".join(_quote(first, one[r.first.start : r.first.stop]) for r in around if r.first),
            " … ".join(
                _quote(second, two[r.second.start : r.second.stop]) for r in around if r.second
            ),
        ),
    )


def _words(text: str, start: int) -> Iterator[_Word]:
    joined = _thousands.sub("’", text)  # 36 900 is one word, as 36.900 and 36900 are
    for match in _word.finditer(joined, start):
        form = "eur" if match[0] == "€" else unicodedata.normalize("NFKC", match[0]).casefold()
        yield _Word(_joints.sub("", form), *match.span())


def _runs(one: Sequence[str], two: Sequence[str]) -> Iterator[_Run]:
    for operation in LCSseq.opcodes(_without_marks(one, set(two)), _without_marks(two, set(one))):
        first = range(operation.src_start, operation.src_end)
        second = range(operation.dest_start, operation.dest_end)
        yield _Run(operation.tag == "equal", first, second)


def _without_marks(words: Sequence[str], others: Set[str]) -> list[str]:
    """Remove the mark of a note from a word that the other text has without it: `house1`."""
    found = ((word, _note_mark.fullmatch(word)) for word in words)
    return [
        match["word"] if match and word not in others and match["word"] in others else word
        for word, match in found
    ]


def _glued(runs: Iterable[_Run]) -> list[_Run]:
    """Join neighbouring runs of one kind, and differences with few words between them."""
    joined: list[_Run] = []
    for run in runs:
        last = joined[-1] if joined else None
        before = joined[-2] if len(joined) > 1 else None
        if last is not None and last.is_equal == run.is_equal:
            joined[-1] = _span(last, run)
        elif before is not None and last is not None and last.is_equal and len(last.first) <= GLUE:
            joined[-2:] = [_span(before, run)]
        else:
            joined.append(run)
    return joined


def _span(one: _Run, two: _Run) -> _Run:
    return _Run(
        one.is_equal,
        range(one.first.start, two.first.stop),
        range(one.second.start, two.second.stop),
    )


def _without_moved(
    inside: Sequence[_Run], around: Sequence[_Run], one: Sequence[_Word], two: Sequence[_Word]
) -> list[_Run]:
    """Drop words that the other text has elsewhere: notes, page heads."""
    only_first = Counter(w for run in (*inside, *around) for w in _forms(one, run.first))
    only_second = Counter(w for run in (*inside, *around) for w in _forms(two, run.second))
    return [
        run
        for run in inside
        if any(only_first[w] > only_second[w] for w in _forms(one, run.first))
        or any(only_second[w] > only_first[w] for w in _forms(two, run.second))
    ]


def _forms(words: Sequence[_Word], where: range) -> list[str]:
    return [words[n].form for n in where]


def _quote(text: str, words: Sequence[_Word]) -> str:
    return " ".join(text[words[0].start : words[-1].end].split()) if words else ""
