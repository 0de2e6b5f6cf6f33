"""Remove what belongs to the page and not to the text: heads, feet, page numbers.

A line is removed only if it is certain to be no text: the publisher prints it with this paper's own
number, or the same words recur at the same position on most pages, apart from the text.
"""

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from statistics import median

from harvester.text.conventions import Conventions
from harvester.text.lines import Line

EDGE_LINES = 4
"""Heads and feet are among this many lines from the top or bottom of a page."""

PAGES_FOR_HEADS = 3
"""Fewest pages in which a recurring line counts as head or foot."""

APART = 1.5
"""Least gap between a head or foot and the text, in median line distances."""

SAME_PLACE_PT = 2.0

_PAGE_NUMBER = re.compile(r"[-–| ]*(?P<number>\d{1,4})[-–| ]*$")
_DIGITS = re.compile(r"\d+")
_ITEM = re.compile(r"(?:[•●▪◦‣■□*–—-]|\(?\d{1,3}[.)]|\(?[a-z][.)]|\d+\.\d+\.?) ")

Page = Sequence[Line]


def starts_item(line: str) -> bool:
    """Tell whether the line begins an item of a list."""
    return _ITEM.match(line) is not None


def without_heads_and_feet(pages: Sequence[Page], conventions: Conventions) -> list[list[Line]]:
    """Remove the lines that belong to the page and not to the text."""
    gone = _published(pages, conventions)
    pages = [_without(page, gone[index]) for index, page in enumerate(pages)]
    gone = _recurring(pages, conventions.is_page_count)
    pages = [_without(page, gone[index]) for index, page in enumerate(pages)]
    gone = defaultdict(set)
    for index, place in _page_numbers(pages):
        gone[index].add(place)
    return [_without(page, gone[index]) for index, page in enumerate(pages)]


def _without(page: Page, places: set[int]) -> list[Line]:
    return [line for place, line in enumerate(page) if place not in places]


def _filled(page: Page) -> list[int]:
    """Return the indexes of the non-empty lines, from top to bottom."""
    filled = [place for place, line in enumerate(page) if line.text]
    if all(page[place].place is not None for place in filled):
        filled.sort(key=lambda place: page[place].place.top)  # type: ignore[union-attr]
    return filled


def _edges(page: Page) -> set[int]:
    filled = _filled(page)
    return {*filled[:EDGE_LINES], *filled[-EDGE_LINES:]}


def _published(pages: Sequence[Page], conventions: Conventions) -> dict[int, set[int]]:
    """Find what the publisher prints at the edges of pages."""
    edges = [(index, place) for index, page in enumerate(pages) for place in sorted(_edges(page))]
    gone: dict[int, set[int]] = defaultdict(set)
    for number in conventions.publisher_lines([pages[i][place].text for i, place in edges]):
        index, place = edges[number]
        gone[index].add(place)
    return gone


def _is_usual(count: int, pages: int) -> bool:
    return pages >= PAGES_FOR_HEADS and count * 2 >= pages


def _recurring(pages: Sequence[Page], is_page_count: Callable[[str], bool]) -> dict[int, set[int]]:
    """Find lines that recur at the same position of most pages, apart from the text.

    Numbers must recur too, unless they count the pages. A line that ends a sentence stays, since
    sentences recur in lists of motions; so does one without letters, which may be a row of a table.
    """
    heads: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for index, page in enumerate(pages):
        for place in _apart(page):
            text = page[place].text
            if any(map(str.isalpha, text)) and text[-1] not in ".?!;:":
                heads[_DIGITS.sub("#", text)].append((index, place))
    gone: dict[int, set[int]] = defaultdict(set)
    for found in heads.values():
        for index, place in _at_one_place(pages, found):
            gone[index].add(place)
    for index, page in enumerate(pages):
        gone[index] |= {place for place in _edges(page) if is_page_count(page[place].text)}
    return gone


def _at_one_place(
    pages: Sequence[Page], found: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Yield those that most pages have at one position, with numbers that recur or count pages."""
    heights = Counter(round(_top(pages[index][place])) for index, place in found)
    usual = heights.most_common(1)[0][0]
    same = [
        (index, place)
        for index, place in found
        if abs(_top(pages[index][place]) - usual) <= SAME_PLACE_PT
    ]
    numbers = [list(map(int, _DIGITS.findall(pages[index][place].text))) for index, place in same]
    columns = list(zip(*numbers, strict=True))
    is_constant = all(len(set(column)) == 1 for column in columns)
    counts = [
        len({number - index for number, (index, _) in zip(column, same, strict=True)}) == 1
        for column in columns
    ]
    if not is_constant and not all(
        len(set(column)) == 1 or does_count
        for column, does_count in zip(columns, counts, strict=True)
    ):
        return
    if _is_usual(len({index for index, _ in same}), len(pages)):
        yield from same


def _top(line: Line) -> float:
    return line.place.top if line.place is not None else -1.0


def _apart(page: Page) -> set[int]:
    """Find lines at the edges that a wide gap separates from the text."""
    filled = _filled(page)
    if len(filled) < 2 or any(page[place].place is None for place in filled):
        return set()
    tops = [_top(page[place]) for place in filled]
    steps = [after - before for before, after in itertools.pairwise(tops)]
    text_steps = [step for step in steps if step > 1]
    usual = median(text_steps) if text_steps else 0.0
    found: set[int] = set()
    for number in range(1, min(EDGE_LINES, len(filled) - 1) + 1):
        if steps[number - 1] > APART * usual:
            found |= set(filled[:number])
        if steps[-number] > APART * usual:
            found |= set(filled[-number:])
    return found


def _page_numbers(pages: Sequence[Page]) -> Iterator[tuple[int, int]]:
    """Yield page and line index of page numbers that stand alone on a first or last line."""
    numbers = []
    for index, page in enumerate(pages):
        filled = _filled(page)
        apart = _apart(page)
        for place in {filled[0], filled[-1]} if filled else ():
            match = _PAGE_NUMBER.match(page[place].text)
            if match and (place in apart or page[place].place is None or len(filled) == 1):
                numbers.append((index, int(match["number"]), place))
    offsets = Counter(number - index for index, number, _ in numbers)
    expected = {offset for offset, count in offsets.items() if _is_usual(count, len(pages))} | {1}
    yield from ((index, place) for index, number, place in numbers if number - index in expected)
