"""Turn the lines of pages into paragraphs that can be read and searched.

A PDF holds lines at positions on pages. Where a paragraph ends is inferred from how full a line is,
how it ends and how the next one begins. No letters are lost except in heads, feet and page numbers.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median

from harvester.characters import LINE_BREAK, normalise, squeeze, without_letterspacing
from harvester.text.conventions import Conventions
from harvester.text.hyphens import join_hyphen
from harvester.text.layout import starts_item, without_heads_and_feet
from harvester.text.lines import Line
from harvester.text.notes import Note, take_notes, with_notes
from harvester.text.result import Mark

_TYPICAL_WIDTH_AT_LEAST = 40
_SHORT = 0.6
_NOT_FULL = 0.85
_WIDE = 1.4
"""A gap of this many median line distances ends a paragraph."""


def clean_pages(pages: Sequence[str], conventions: Conventions) -> str:
    """Join the pages of a document to one text, with empty lines between paragraphs.

    A paragraph that continues on the next page is joined.
    """
    split = [[Line(squeeze(line)) for line in normalise(page).split("\n")] for page in pages]
    return "\n\n".join(
        _paragraphs(_in_order(without_heads_and_feet(split, conventions)), conventions)
    )


def clean_lines(
    pages: Sequence[Sequence[Line]], conventions: Conventions
) -> tuple[str, tuple[Mark, ...]]:
    """Join positioned lines to one text; notes follow the paragraph that refers to them."""
    cleaned = [[_clean_line(line) for line in page] for page in pages]
    notes: list[Note] = []
    kept = without_heads_and_feet(cleaned, conventions)
    bodies = [_spaced(take_notes(page, notes)) for page in kept]
    told = [" ".join(_paragraphs(list(note.lines), conventions)) for note in notes]
    return with_notes(_paragraphs(_in_order(bodies), conventions), notes, told)


def clean_paragraphs(paragraphs: Iterable[str]) -> str:
    """Join known paragraphs to one text; `LINE_BREAK` becomes a line end."""
    cleaned = (_clean_paragraph(paragraph) for paragraph in paragraphs)
    return "\n\n".join(paragraph for paragraph in cleaned if paragraph)


def _clean_paragraph(paragraph: str) -> str:
    lines = (squeeze(normalise(line).replace("\n", " ")) for line in paragraph.split(LINE_BREAK))
    return "\n".join(without_letterspacing(line) for line in lines if line)


def _clean_line(line: Line) -> Line:
    plain = line.text
    if not (plain.isascii() and plain.isprintable()):  # the fast path of most lines
        plain = normalise(plain).replace("\n", "")
    plain = without_letterspacing(squeeze(plain))
    return line if plain == line.text else Line(plain, line.place)


def _spaced(page: Sequence[Line]) -> list[Line]:
    """Insert an empty line where a wide gap separates two lines."""
    steps = [_step(line, following) for line, following in pairwise(page)]
    usual = median([step for step in steps if step > 1] or [0.0])
    spaced = list(page[:1])
    for following, step in zip(page[1:], steps, strict=True):
        if step > _WIDE * usual:
            spaced.append(Line(""))
        spaced.append(following)
    return spaced


def _step(line: Line, following: Line) -> float:
    if line.place is None or following.place is None:
        return 0.0
    return following.place.top - line.place.top


def _in_order(pages: Sequence[Sequence[Line]]) -> list[str]:
    """Concatenate the lines of all pages, without empty lines at page edges."""
    return [line for page in pages for line in _trimmed([line.text for line in page])]


def _trimmed(lines: list[str]) -> list[str]:
    """Strip empty lines at the start and the end."""
    filled = [number for number, line in enumerate(lines) if line]
    return lines[filled[0] : filled[-1] + 1] if filled else []


def _paragraphs(lines: list[str], conventions: Conventions) -> list[str]:
    width = _typical_width(lines)
    paragraphs: list[str] = []
    current = lines[0] if lines else ""
    for line, following in pairwise(lines):
        joined = join_hyphen(current, following, conventions.follows_open_compound)
        if joined is not None:
            current = joined
        elif _ends_paragraph(line, following, width) or (
            line[-1] in ",." and conventions.begins_clause(following)
        ):
            paragraphs.append(current)
            current = following
        else:
            current = f"{current} {following}"
    paragraphs.append(current)
    return [paragraph for paragraph in paragraphs if paragraph]


def _typical_width(lines: list[str]) -> int:
    """Return the length of a full line in characters: the 80th percentile."""
    widths = sorted(len(line) for line in lines if line)
    if not widths:
        return _TYPICAL_WIDTH_AT_LEAST
    return max(_TYPICAL_WIDTH_AT_LEAST, widths[len(widths) * 4 // 5])


def _ends_paragraph(line: str, following: str, width: int) -> bool:
    if not line or not following or line[-1] in ";:" or starts_item(following):
        return True
    if following[0].islower() and line[-1] not in ".?!":
        return line[-1] == "," and len(line) < _SHORT * width
    return len(line) < _NOT_FULL * width
