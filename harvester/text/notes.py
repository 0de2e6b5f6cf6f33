"""Separate footnotes from the text, and put each after the paragraph that refers to it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from harvester.text.lines import LARGEST_SIGN, NOTE_SIGN, NOTE_SIGNS, Line
from harvester.text.result import Mark

_signs = re.compile(NOTE_SIGNS)
_raised_start = re.compile(rf"(?P<sign>{NOTE_SIGNS}) ?(?=\S)").match
_plain_start = re.compile(r"(?P<number>\d{1,3})[.)]? (?=\S)").match
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWER_HALF = 0.35
"""Notes that begin with a plain number must be below this share of the page."""
_APART = "\n\n"


@dataclass(slots=True)
class Note:
    """A note: its number, the sign in the text, and its lines without the number."""

    number: int
    sign: str
    lines: list[str] = field(default_factory=list)


def take_notes(page: Sequence[Line], notes: list[Note]) -> list[Line]:
    """Remove the footnotes of a page, if the page refers to them, and collect them.

    Their signs in the text become unique among all pages.
    """
    signs = [sign for line in page for sign in _signs.findall(_after_start(line.text))]
    begins = _beginnings(page, {ord(sign) - NOTE_SIGN for sign in signs})
    if not begins:
        return list(page)
    first = min(begins)
    top = _top(page[first])
    found: dict[str, Note] = {}
    current: Note | None = None
    body: list[Line] = []
    for place, line in enumerate(page):
        if place < first or _top(line) < top:
            body.append(line)
            continue
        if place in begins:
            number, rest = begins[place]
            current = Note(number, _own_sign(len(notes) + len(found)), [rest])
            found[chr(NOTE_SIGN + number)] = current
        elif current is not None:
            current.lines.append(line.text)
    notes.extend(found.values())
    return [_referring(line, found) for line in body]


def _after_start(text: str) -> str:
    match = _raised_start(text)
    return text[match.end() :] if match else text


def _beginnings(page: Sequence[Line], numbers: set[int]) -> dict[int, tuple[int, str]]:
    """Find the lines that begin a note: index, number and words after the number."""
    found: dict[int, tuple[int, str]] = {}
    lowest = max(
        (_top(line) for line in page if _signs.search(_after_start(line.text))), default=-1
    )
    for place, line in enumerate(page):
        if line.place is None or line.place.top <= lowest - 1:
            continue
        if match := _raised_start(line.text):
            number = ord(match["sign"]) - NOTE_SIGN
        elif (match := _plain_start(line.text)) and _is_low(line):
            number = int(match["number"])
        else:
            continue
        if number in numbers and number not in {known for known, _ in found.values()}:
            found[place] = number, line.text[match.end() :]
    return found


def _is_low(line: Line) -> bool:
    return line.place is not None and line.place.top > _LOWER_HALF * line.place.page_height


def _top(line: Line) -> float:
    return line.place.top if line.place is not None else -1.0


def _own_sign(count: int) -> str:
    return chr(NOTE_SIGN + LARGEST_SIGN + 1 + count)


def _referring(line: Line, found: dict[str, Note]) -> Line:
    text = _signs.sub(
        lambda match: found[match[0]].sign if match[0] in found else match[0], line.text
    )
    return Line(text, line.place)


_any_sign = re.compile("\\s?(?P<sign>[\U000f0000-\U000ffffd])")


def with_notes(
    paragraphs: Sequence[str], notes: Sequence[Note], told: Sequence[str]
) -> tuple[str, tuple[Mark, ...]]:
    """Put each note after the paragraph that refers to it, and link the two.

    Args:
        paragraphs: of the text, with the signs of notes in them.
        notes: with their signs.
        told: the text of each note.
    """
    by_sign = {note.sign: number for number, note in enumerate(notes)}
    pieces: list[str] = []
    marks: list[Mark] = []
    length = 0
    placed: set[int] = set()

    def add(text: str) -> int:
        nonlocal length
        start = length + (len(_APART) if pieces else 0)
        pieces.append(text)
        length = start + len(text)
        return start

    def add_note(number: int) -> None:
        placed.add(number)
        start = add(f"{notes[number].number} {told[number]}".strip())
        marks.append(Mark(start, length, "note", _name(number)))

    for paragraph in paragraphs:
        text, links = _with_raised(paragraph, by_sign, notes)
        start = add(text)
        for begin, end, number in links:
            marks.append(Mark(start + begin, start + end, "link", _name(number)))
        for number in dict.fromkeys(number for _, _, number in links):
            if number not in placed:
                add_note(number)
    for number in range(len(notes)):
        if number not in placed:
            add_note(number)
    return _APART.join(pieces), tuple(sorted(marks, key=lambda mark: (mark.start, -mark.end)))


def _name(number: int) -> str:
    return f"note-{number + 1}"


def _with_raised(
    paragraph: str, by_sign: dict[str, int], notes: Sequence[Note]
) -> tuple[str, list[tuple[int, int, int]]]:
    """Replace signs by raised digits after a space; return the ranges of known ones."""
    pieces: list[str] = []
    links: list[tuple[int, int, int]] = []
    length = at = 0
    for match in _any_sign.finditer(paragraph):
        sign = match["sign"]
        known = by_sign.get(sign)
        number = notes[known].number if known is not None else ord(sign) - NOTE_SIGN
        before = paragraph[at : match.start()]
        raised = str(number).translate(_SUPERSCRIPTS)
        space = " " if (before or at) else ""
        pieces += [before, space + raised]
        length += len(before) + len(space)
        if known is not None:
            links.append((length, length + len(raised), known))
        length += len(raised)
        at = match.end()
        if at < len(paragraph) and paragraph[at].isalnum():
            pieces.append(" ")
            length += 1
    return "".join([*pieces, paragraph[at:]]), links
