"""Read the lines of a PDF page with their positions and the raised signs of notes.

PDFium gives the characters of a page in the order in which they were drawn. Positions are requested
only for line ends and digits: a call for every character would cost more than the rest of the
extraction.
"""

import ctypes
import re
from collections.abc import Iterator

import pypdfium2
import pypdfium2.raw as pdfium

from harvester.text.columns import by_columns, gutter_of
from harvester.text.lines import LARGEST_SIGN, NOTE_SIGN, Line, Place

_PRIVATE = re.compile("[\U000f0000-\U000fffff]")
_HYPHENS = ("\ufffe", "\x02")
"""PDFium's marks of a hyphen at a line end, with no line end after them."""
_LINE_END = re.compile("[\n\ufffe\x02]|$(?!\n)")
_DIGITS = re.compile(r"\d{1,12}")
_WORD = re.compile(r"\S+")
_UNIT = re.compile(r"(?:^|[\s\d/])(?:[kcdm]?m|ha)$")
_POWERS = {2: "²", 3: "³"}
_RAISED = 0.12
"""Least rise of a sign above its line, as a share of the font size; kerning moves less."""
_SAME_LINE = 0.6
_SAME_PLACE = 1.0


class Glyphs:
    """The characters of one page, by index in the page's text."""

    def __init__(self, page: pypdfium2.PdfPage, text_page: pypdfium2.PdfTextPage) -> None:
        """Read the text of the page."""
        self._text_page = text_page  # keeps the handle valid
        self._handle = text_page.raw
        self.width, self.height = page.get_size()
        self._rotation = page.get_rotation()
        text: str = text_page.get_text_range()
        self.text = _PRIVATE.sub("\ufffd", text)
        self.count = pdfium.FPDFText_CountChars(self._handle)
        self._is_indexed = self.count == len(self.text)
        self._x, self._y = ctypes.c_double(), ctypes.c_double()

    def close(self) -> None:
        """Release PDFium's memory; the text stays."""
        self._text_page.close()

    def _index(self, place: int) -> int:
        if self._is_indexed:
            return place
        before = self.text[:place]
        units = len(before.encode("utf-16-le", "surrogatepass")) // 2
        return int(pdfium.FPDFText_GetCharIndexFromTextIndex(self._handle, units))

    def origin(self, place: int) -> tuple[float, float]:
        """Return x and y of a character's origin, in points from the left and from the top."""
        index = self._index(place)
        if not pdfium.FPDFText_GetCharOrigin(self._handle, index, self._x, self._y):
            return 0.0, 0.0
        x, y = self._x.value, self._y.value
        match self._rotation:
            case 90:
                return y, x
            case 180:
                return self.width - x, y
            case 270:
                return self.width - y, self.height - x
        return x, self.height - y

    def rectangles(self) -> Iterator[tuple[float, float]]:
        """Yield left and right edges of each drawn run: a line, or a part of one."""
        left, right, other = ctypes.c_double(), ctypes.c_double(), ctypes.c_double()
        if self._rotation:
            return
        for number in range(pdfium.FPDFText_CountRects(self._handle, 0, -1)):
            if pdfium.FPDFText_GetRect(self._handle, number, left, other, right, other):
                yield left.value, right.value

    def size(self, place: int) -> float:
        """Return a character's font size, in the units of its own text."""
        return float(pdfium.FPDFText_GetFontSize(self._handle, self._index(place)))

    def is_unmapped(self, place: int) -> bool:
        """Tell whether the font does not map a glyph to a letter."""
        return bool(pdfium.FPDFText_HasUnicodeMapError(self._handle, self._index(place)) == 1)


def page_lines(glyphs: Glyphs) -> list[Line]:
    """Return the lines of a page in drawing order, with raised numbers as signs."""
    lines = [line for line in _drawn(glyphs, None) if _is_on_page(line, glyphs)]
    gutter = gutter_of(glyphs.rectangles(), glyphs.width)
    if gutter is not None:
        apart = [line for line in _drawn(glyphs, gutter) if _is_on_page(line, glyphs)]
        if columns := by_columns(apart, gutter):
            lines = columns
    joined: list[Line] = []
    for line in lines:
        if joined and (whole := _joined(joined[-1], line)):
            joined[-1] = whole
        else:
            joined.append(line)
    return joined


def _drawn(glyphs: Glyphs, gutter: float | None) -> Iterator[Line]:
    """Yield each line of PDFium, cut at the gutter between two columns if there is one."""
    start = 0
    for match in _LINE_END.finditer(glyphs.text):
        part = glyphs.text[start : match.start()]
        words = part.strip("\r ")
        if words:
            first = start + len(part) - len(part.lstrip("\r "))
            cut = _cut(glyphs, words, first, gutter) if gutter is not None else 0
            if cut:
                yield _line(glyphs, words[:cut].rstrip(), first, part[0] == " ", False)
                words, first = words[cut:], first + cut
            yield _line(glyphs, words, first, part[0] == " " and not cut, match[0] in _HYPHENS)
        start = match.end()


def _cut(glyphs: Glyphs, words: str, first: int, gutter: float) -> int:
    """Return where in a line the second column begins; 0 if the line is in one column."""
    if glyphs.origin(first)[0] >= gutter or glyphs.origin(first + len(words) - 1)[0] < gutter:
        return 0
    for match in _WORD.finditer(words):
        x = glyphs.origin(first + match.start())[0]
        if x >= gutter:
            return match.start() if x < gutter + _SAME_PLACE * 2 else 0
    return 0


def _line(glyphs: Glyphs, words: str, first: int, is_apart: bool, is_broken: bool) -> Line:
    """Read one drawn line, with the space before it and the hyphen at its end."""
    letter = next((n for n, character in enumerate(words) if character.isalpha()), 0)
    left, _ = glyphs.origin(first)
    right, _ = glyphs.origin(first + len(words) - 1)
    _, top = glyphs.origin(first + letter)
    size = glyphs.size(first + letter)
    text = _with_signs(glyphs, words, first, top, size)
    if is_apart or is_broken:
        text = (" " if is_apart else "") + text + ("-" if is_broken else "")
    return Line(text, Place(left, right, top, size, glyphs.height))


def _with_signs(glyphs: Glyphs, words: str, first: int, top: float, size: float) -> str:
    pieces: list[str] = []
    at = 0
    for match in _DIGITS.finditer(words):
        start, end = match.span()
        if start == 0 and end == len(words):
            continue
        if not _is_raised(glyphs, first + end - 1, top, size):
            continue
        while start < end - 1 and not _is_raised(glyphs, first + start, top, size):
            start += 1
        number, before = int(words[start:end]), words[:start]
        if number in _POWERS and _UNIT.search(before):
            sign = _POWERS[number]
        elif 0 < number <= LARGEST_SIGN:
            sign = chr(NOTE_SIGN + number)
        else:
            continue
        pieces += [words[at:start], sign]
        at = end
    return "".join([*pieces, words[at:]])


def _is_raised(glyphs: Glyphs, place: int, top: float, size: float) -> bool:
    above = top - glyphs.origin(place)[1]
    return above > max(1.0, _RAISED * size) and above < max(12.0, size)


def _joined(line: Line, following: Line) -> Line | None:
    """Join lines that PDFium split at a raised sign; None if they are different lines."""
    one, other = line.place, following.place
    if one is None or other is None or other.left < one.right - _SAME_PLACE:
        return None
    size = max(one.size, other.size)
    if abs(one.top - other.top) > _SAME_LINE * max(size, 6.0):
        return None
    is_sign = line.text.isdigit() and one.top < other.top - 1 and len(line.text) <= len("999")
    if following.text.isdigit() and other.top < one.top - 1 and int(following.text) <= LARGEST_SIGN:
        text = line.text + chr(NOTE_SIGN + int(following.text))
    elif is_sign or following.text.startswith(" "):
        text = f"{line.text} {following.text.lstrip()}"
    elif other.left - one.right > size or abs(one.top - other.top) < _SAME_PLACE:
        text = f"{line.text} {following.text}"
    else:
        text = line.text + following.text
    kept = other if is_sign else one
    return Line(text, kept._replace(left=one.left, right=other.right))


def _is_on_page(line: Line, glyphs: Glyphs) -> bool:
    """Tell whether a line is visible on the page."""
    place = line.place
    if place is None:
        return True
    return -1 <= place.top <= glyphs.height + 1 and place.right >= -1
