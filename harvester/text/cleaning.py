"""Turn the lines of pages into paragraphs that can be read and searched.

A PDF holds lines at places on pages; where a paragraph ends is guessed here from how full a line
is, how it ends and how the next begins. Letters are lost only in heads, feet and page numbers.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from harvester.text.characters import LINE_BREAK, normalise, squeeze
from harvester.text.hyphens import join_hyphen
from harvester.text.layout import MOTION_PART, starts_item, without_heads_and_feet

_TYPICAL_WIDTH_AT_LEAST = 40
_SHORT = 0.6
_NOT_FULL = 0.85


def clean_pages(pages: Sequence[str]) -> str:
    """Make one text of the pages of a document, paragraphs with an empty line between them.

    A paragraph that goes on over the page end is whole in the result.
    """
    split = [[squeeze(line) for line in normalise(page).split("\n")] for page in pages]
    lines: list[str] = []
    for page in without_heads_and_feet(split):
        lines.extend(_trimmed(page))
    return "\n\n".join(_paragraphs(lines))


def clean_paragraphs(paragraphs: Iterable[str]) -> str:
    """Make one text of paragraphs whose bounds are known; `LINE_BREAK` becomes a line end."""
    cleaned = (_clean_paragraph(paragraph) for paragraph in paragraphs)
    return "\n\n".join(paragraph for paragraph in cleaned if paragraph)


def _clean_paragraph(paragraph: str) -> str:
    lines = (squeeze(normalise(line).replace("\n", " ")) for line in paragraph.split(LINE_BREAK))
    return "\n".join(line for line in lines if line)


def _trimmed(lines: list[str]) -> list[str]:
    """Leave out the empty lines at the start and the end."""
    filled = [number for number, line in enumerate(lines) if line]
    return lines[filled[0] : filled[-1] + 1] if filled else []


def _paragraphs(lines: list[str]) -> list[str]:
    width = _typical_width(lines)
    paragraphs: list[str] = []
    current = lines[0] if lines else ""
    for line, following in pairwise(lines):
        joined = join_hyphen(current, following)
        if joined is not None:
            current = joined
        elif _ends_paragraph(line, following, width):
            paragraphs.append(current)
            current = following
        else:
            current = f"{current} {following}"
    paragraphs.append(current)
    return [paragraph for paragraph in paragraphs if paragraph]


def _typical_width(lines: list[str]) -> int:
    """Tell how many characters a full line has: four in five lines have no more."""
    widths = sorted(len(line) for line in lines if line)
    if not widths:
        return _TYPICAL_WIDTH_AT_LEAST
    return max(_TYPICAL_WIDTH_AT_LEAST, widths[len(widths) * 4 // 5])


def _ends_paragraph(line: str, following: str, width: int) -> bool:
    if not line or not following or line[-1] in ";:" or starts_item(following):
        return True
    if line[-1] in ",." and MOTION_PART.match(following):
        return True
    if following[0].islower() and line[-1] not in ".?!":
        return line[-1] == "," and len(line) < _SHORT * width
    return len(line) < _NOT_FULL * width
