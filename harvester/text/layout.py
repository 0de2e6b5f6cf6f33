"""What the layout of a parliamentary paper adds to its text: heads, feet, page numbers, lists."""

import re
from collections import Counter
from collections.abc import Iterator

EDGE_LINES = 3
"""A head or foot stands in this many lines from the top or the bottom of a page."""

PAGES_FOR_HEADS = 3
"""In fewer pages a line that recurs proves nothing."""

MOTION_PART = re.compile(
    r"(?:gehoord de beraadslaging|constaterende|overwegende|van mening dat|van oordeel dat|"
    r"verzoekt de|spreekt uit|en gaat over tot)\b"
)
"""The words with which a part of a motion begins; each part is a paragraph."""

_KNOWN_LINE = re.compile(
    r"""(?:\d{1,3}\s)?
    (?:(?:kst-?[\d][\w.()-]*
        |ISSN\s0921\s?-\s?7371
        |['’‘]s-Gravenhage\s\d{4}
        |(?:Tweede|Eerste)\sKamer,\svergaderjaar\s\d{4}\s?[-–]\s?\d{4},
         \s[^,]{1,60}(?:,\s[^,]{1,20}){0,2},\snr\.\s[\w.-]{1,12}
       )(?:\s|$))+
    (?:\d{1,3})?$""",
    re.VERBOSE,
)
_PAGE_OF = re.compile(r"(?:pagina|page|blad|bladzijde) \d{1,4}(?: ?(?:van|of|/) ?\d{1,4})?$", re.I)
_PAGE_NUMBER = re.compile(r"[-–| ]*(?P<number>\d{1,4})[-–| ]*$")
_DIGITS = re.compile(r"\d+")
_ITEM = re.compile(r"(?:[•●▪◦‣■□*–—-]|\(?\d{1,3}[.)]|\(?[a-z][.)]|\d+\.\d+\.?) ")


def starts_item(line: str) -> bool:
    """Tell whether the line begins an item of a list."""
    return _ITEM.match(line) is not None


def without_heads_and_feet(pages: list[list[str]]) -> list[list[str]]:
    """Leave out the lines that belong to the page and not to the text."""
    pages = [[line for line in page if not _KNOWN_LINE.match(line)] for page in pages]
    recurring = _recurring(pages)
    pages = [_without(page, _heads_and_feet(page, recurring)) for page in pages]
    numbers = list(_page_numbers(pages))
    offsets = Counter(number - index for index, number, _ in numbers)
    expected = {offset for offset, count in offsets.items() if _is_usual(count, len(pages))} | {1}
    gone = {(index, place) for index, number, place in numbers if number - index in expected}
    return [
        [line for place, line in enumerate(page) if (index, place) not in gone]
        for index, page in enumerate(pages)
    ]


def _is_usual(count: int, pages: int) -> bool:
    return pages >= PAGES_FOR_HEADS and count * 2 >= pages


def _without(page: list[str], places: set[int]) -> list[str]:
    return [line for place, line in enumerate(page) if place not in places]


def _edges(page: list[str]) -> set[int]:
    filled = [place for place, line in enumerate(page) if line]
    return {*filled[:EDGE_LINES], *filled[-EDGE_LINES:]}


def _mask(line: str) -> str:
    return _DIGITS.sub("#", line)


def _recurring(pages: list[list[str]]) -> set[str]:
    """Find the lines that stand at the edge of at least half the pages, whatever their digits.

    Lines without letters are left to the rule for page numbers: they may be rows of a table.
    """
    counts = Counter(
        masked
        for page in pages
        for masked in {_mask(page[place]) for place in _edges(page)}
        if any(character.isalpha() for character in masked)
    )
    return {masked for masked, count in counts.items() if _is_usual(count, len(pages))}


def _heads_and_feet(page: list[str], recurring: set[str]) -> set[int]:
    return {
        place
        for place in _edges(page)
        if _mask(page[place]) in recurring or _PAGE_OF.match(page[place])
    }


def _page_numbers(pages: list[list[str]]) -> Iterator[tuple[int, int, int]]:
    """Give (page index, number, place) of the numbers alone on a first or last line."""
    for index, page in enumerate(pages):
        filled = [place for place, line in enumerate(page) if line]
        for place in {filled[0], filled[-1]} if filled else ():
            match = _PAGE_NUMBER.match(page[place])
            if match:
                yield index, int(match["number"]), place
