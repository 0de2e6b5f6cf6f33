"""Put columns that are drawn row by row into reading order."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from harvester.text.lines import Line

FEWEST_ROWS = 6
"""Fewest rows of a column of running text."""
_MIDDLE = (0.3, 0.7)
"""Range of the page width in which a second column may begin."""
_SPACE = 5.0
"""Space between two columns, in points."""
_CROSSING = 0.2
_FULL = 0.6


def gutter_of(rectangles: Iterable[tuple[float, float]], width: float) -> float | None:
    """Return the left edge of the right column; None if the page has no two columns.

    Args:
        rectangles: left and right edges of everything that is drawn.
        width: of the page.
    """
    drawn = list(rectangles)
    lefts = Counter(
        round(left) for left, _ in drawn if _MIDDLE[0] * width < left < _MIDDLE[1] * width
    )
    if not lefts:
        return None
    begins, count = lefts.most_common(1)[0]
    gutter = begins - 1.0
    crossing = sum(left < gutter - _SPACE < gutter < right for left, right in drawn)
    before = sum(right <= gutter for _, right in drawn)
    if count < FEWEST_ROWS or before < FEWEST_ROWS or crossing > _CROSSING * len(drawn):
        return None
    return gutter


def by_columns(lines: Sequence[Line], gutter: float) -> list[Line] | None:
    """Put lines that are cut at a gutter into reading order; None if they are no columns.

    A table is not reordered: columns are running text of mostly full lines.
    """
    sides: list[int] = [
        -1
        if line.place is None or line.place.left < gutter < line.place.right - 1
        else int(line.place.left >= gutter)
        for line in lines
    ]
    changes = sum({one, other} == {0, 1} for one, other in pairwise(sides))
    if changes < FEWEST_ROWS:
        return None  # the columns are drawn one after the other
    columns = [
        [line for line, side in zip(lines, sides, strict=True) if side == which] for which in (0, 1)
    ]
    if not all(map(_is_running, columns)):
        return None
    ordered: list[Line] = []
    waiting: list[Line] = []
    for line, side in zip(lines, sides, strict=True):
        if side == 1:
            waiting.append(line)
            continue
        if side == -1:
            ordered += waiting
            waiting = []
        ordered.append(line)
    return ordered + waiting


def _is_running(column: Sequence[Line]) -> bool:
    """Tell whether a column is running text and not labels."""
    if len(column) < FEWEST_ROWS:
        return False
    widths = sorted(line.place.right - line.place.left for line in column if line.place)
    full = sum(width > _FULL * widths[-1] for width in widths)
    words = sum(word.isalpha() for line in column for word in line.text.split())
    return full * 4 >= len(column) * 3 and words >= 3 * len(column)
