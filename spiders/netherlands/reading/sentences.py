"""Split a text into paragraphs and sentences."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_between_paragraphs = re.compile(r"\n[^\S\n]*\n\s*")
_end = re.compile(
    r"[.!?][\"”’»)]{0,2}\s+(?=[A-Z„“\"‘«(•–-])|\n(?=\s{0,8}(?:[-•–*·]\s|\d{1,2}[.)]\s|(?:Gewijzigde\s)?Motie\b"
    r"|(?:Kabinetsa|A)ppreciatie\b|Oordeel\b|Advies\b|Ontraden\b))"
    r"|;\s+(?=(?:dus\s+)?(?:oordeel\s+(?:aan\s+de\s+)?Kamer|ontraden|ontijdig|overbodig)\b)"
)
_abbreviated = re.compile(
    r"(?:\b(?:nrs?|dhr|mevr|mw|drs|dr|prof|ir|mr|ing|art|resp|bijv|ca|jl|Stb|Stcrt|Trb|blz|enz)"
    r"|(?:\b|\.)[A-Za-z])\.$"
)
_note = re.compile(
    r"\d{1,3}[.)]?\s+(?:[Zz]ie\s+)?(?:ook\s+)?(?:[Kk]amerst|Kst\b|TK\b|EK\b|\d{2}\s?\d{3}\b)"
).match
_LONGEST_HEADING = 300


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph and the sentences in it, each with its start and end in the text."""

    start: int
    end: int
    sentences: tuple[tuple[int, int], ...]
    is_note: bool
    """A note that cites papers: `13 Kamerstuk 36 410, nr. 5.`"""
    is_heading: bool
    """Whether it is a heading: short, and no sentence."""


def split_paragraphs(text: str) -> list[Paragraph]:
    """Split a text at its empty lines."""
    found, start = [], 0
    for match in _between_paragraphs.finditer(text):
        found.append(_paragraph(text, start, match.start()))
        start = match.end()
    found.append(_paragraph(text, start, len(text)))
    return [paragraph for paragraph in found if paragraph.sentences]


def _paragraph(text: str, start: int, end: int) -> Paragraph:
    words = text[start:end].strip()
    return Paragraph(
        start,
        end,
        tuple(_sentences(text, start, end)),
        is_note=_note(words) is not None,
        is_heading=0 < len(words) <= _LONGEST_HEADING
        and words[-1] not in ".!?;:,"
        and not words[0].islower(),
    )


def _sentences(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    start = begin
    for match in _end.finditer(text, begin, end):
        if match[0][0] not in "\n;" and _abbreviated.search(
            text[max(start, match.start() - 8) : match.start() + 1]
        ):
            continue
        if text[start : match.end()].strip():
            yield start, match.end()
        start = match.end()
    if text[start:end].strip():
        yield start, end
