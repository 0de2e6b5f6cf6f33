"""A paper as PDF, set as the Tweede Kamer's are: page head, margin, hyphens, ligatures, foot.

What a reader of these files must undo is made on purpose: words broken at line ends, the letters
fi and fl drawn as one, running feet on every page, and on some papers justified lines.
"""

import io
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import pyphen
from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.textobject import PDFTextObject

from spiders.netherlands.simulator.documents import Sheet, printed

# Bytes as they are, as in printers' files: their spelling as text takes a fifth of the time.
rl_config.useA85 = 0

_WIDTH, _HEIGHT = A4
_MARGIN, _COLUMN = 57.0, 170.0
_TOP, _BOTTOM = _HEIGHT - 60.0, 80.0
_SIZE, _LEADING = 9.5, 12.0
_WIDTHS = (360.0, *(360.0 - step for step in range(4, 130, 3)))
"""Widths of the text column in points; another one is taken to break a given word."""

# Not WinAnsi, which reportlab takes by default: it has no fi and fl.
_REGULAR, _BOLD = "Griffie-Regular", "Griffie-Bold"
_ENCODING = "mac_roman"
_CURRENCY = "\u20ac"
_SUBSTITUTES = {_CURRENCY: "EUR ", "≥": ">=", "≤": "<=", "\u202f": " ", "\u2011": "-"}
_LIGATURES = (("fi", "ﬁ"), ("fl", "ﬂ"))


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    is_last: bool


def make_pdf(sheet: Sheet, *, is_justified: bool = False) -> bytes:
    """Set a paper; the same sheet gives the same bytes.

    Letters that the fonts lack (a Turkish g) lose their marks.
    """
    _register_fonts()
    buffer = io.BytesIO()
    # invariant: no time and no random id inside. Default 0.
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    canvas.setTitle(_plain(sheet.heading))
    width = _fitting_width(sheet)
    page = _Page(canvas, sheet, width, is_justified)
    page.head()
    for paragraph in sheet.paragraphs:
        page.paragraph(paragraph)
    if sheet.closing:
        page.skip(6)
    for name in sheet.closing:
        page.line(_Line(_plain(name), is_last=True))
    for number, note in enumerate(sheet.notes, 1):
        page.paragraph(f"{number} {note}")
    page.end()
    canvas.save()
    return buffer.getvalue()


class _Page:
    """The page being filled; a full one is ended and the next begun."""

    def __init__(self, canvas: Canvas, sheet: Sheet, width: float, is_justified: bool) -> None:
        self._canvas = canvas
        self._sheet = sheet
        self._width = width
        self._is_justified = is_justified
        self._y = _TOP
        self._number = 1
        self._text: PDFTextObject = self._begin()

    def head(self) -> None:
        sheet, canvas = self._sheet, self._canvas
        canvas.setFont(_BOLD, 13)
        canvas.drawString(_MARGIN, _TOP + 10, sheet.chamber_name)
        canvas.drawString(_WIDTH - _MARGIN - 8, _TOP + 10, str(sheet.chamber))
        canvas.setFont(_REGULAR, 9.5)
        canvas.drawString(_MARGIN, _TOP - 14, _plain(f"Vergaderjaar {sheet.year}"))
        self._y = _TOP - 50
        if sheet.dossier:
            canvas.setFont(_BOLD, 9.5)
            canvas.drawString(_MARGIN, self._y, _plain(sheet.dossier))
            self._bold(sheet.title)
            self.skip(8)
            canvas.setFont(_BOLD, 9.5)
            canvas.drawString(_MARGIN, self._y, _plain(sheet.numbered))
        self._bold(sheet.heading)
        self.skip(4)
        if sheet.dateline:
            self.line(_Line(_plain(sheet.dateline), is_last=True))
        self.skip(6)

    def paragraph(self, text: str) -> None:
        for line in _break(_plain(printed(text)), self._width, _REGULAR):
            self.line(line)
        self.skip(4)

    def line(self, line: _Line) -> None:
        if self._y < _BOTTOM:
            self._turn()
        spacing = 0.0
        gaps = line.text.count(" ")
        if self._is_justified and gaps and not line.is_last:
            spacing = (self._width - _text_width(line.text, _REGULAR)) / gaps
        self._text.setTextOrigin(_COLUMN, self._y)
        self._text.setWordSpace(spacing)
        self._text.textOut(_with_ligatures(line.text))
        self._y -= _LEADING

    def skip(self, points: float) -> None:
        self._y -= points

    def end(self) -> None:
        sheet, canvas = self._sheet, self._canvas
        canvas.drawText(self._text)
        canvas.setFont(_REGULAR, 7)
        if self._number == 1 and sheet.imprint:
            for place, text in enumerate((sheet.imprint, "ISSN 0921 - 7371", _place(sheet))):
                canvas.drawString(_MARGIN, 66 - 9 * place, _plain(text))
        chamber = sheet.chamber_name.split(" der ", 1)[0]
        running = f"{chamber}, vergaderjaar {sheet.year}"
        if sheet.dossier:
            running += f", {sheet.dossier}, {sheet.numbered.replace('Nr.', 'nr.')}"
        canvas.drawString(_COLUMN, 30, _plain(running))
        if self._number > 1:
            canvas.drawRightString(_WIDTH - _MARGIN, 30, str(self._number))
        canvas.showPage()

    def _bold(self, text: str) -> None:
        self._canvas.setFont(_BOLD, 9.5)
        # Titles are not hyphenated, and narrower than the text.
        for line in _break(_plain(text), 300.0, _BOLD, is_hyphenated=False):
            self._canvas.drawString(_COLUMN, self._y, line.text)
            self._y -= _LEADING

    def _turn(self) -> None:
        self.end()
        self._number += 1
        self._y = _TOP
        self._text = self._begin()

    def _begin(self) -> PDFTextObject:
        text = self._canvas.beginText()
        text.setFont(_REGULAR, _SIZE)
        return text


def _fitting_width(sheet: Sheet) -> float:
    """Return the widest column in which the given word stands at a line end, broken."""
    word = sheet.hyphenated
    found = next((p for p in sheet.paragraphs if word and word in p), None)
    if word is None or found is None:
        return _WIDTHS[0]
    for width in _WIDTHS:
        lines = _break(_plain(printed(found)), width, _REGULAR)
        if not any(word in line.text for line in lines):
            return width
    return _WIDTHS[0]


def _break(text: str, width: float, font: str, *, is_hyphenated: bool = True) -> list[_Line]:
    """Fill lines greedily; a word that does not fit is broken where Dutch allows it."""
    lines: list[str] = []
    line, used, space = "", 0.0, _word_width(" ", font)
    for whole in text.split():
        word = whole
        while word:
            lead = space if line else 0.0
            length = _word_width(word, font)
            if used + lead + length <= width:
                line, used, word = f"{line} {word}" if line else word, used + lead + length, ""
                continue
            room = width - used - lead
            head, tail = _hyphenate(word, room, font) if is_hyphenated else ("", word)
            if not head and not line:
                head, tail = word, ""
            lines.append(f"{line} {head}".strip() if head else line)
            line, used, word = "", 0.0, tail
    if line:
        lines.append(line)
    return [_Line(each, place == len(lines) - 1) for place, each in enumerate(lines)]


def _hyphenate(word: str, room: float, font: str) -> tuple[str, str]:
    """Split a word so that the first part, with its hyphen, fits; ("", word) if it cannot."""
    for place in reversed(_break_places(word)):
        head = word[:place].removesuffix("-") + "-"
        if _word_width(head, font) <= room:
            return head, word[place:]
    return "", word


@lru_cache(maxsize=1)
def _dictionary() -> pyphen.Pyphen:
    return pyphen.Pyphen(lang="nl_NL", left=3, right=3)


@lru_cache(maxsize=20_000)
def _break_places(word: str) -> tuple[int, ...]:
    # `positions` may carry spelling changes (reëel); only plain breaks are taken.
    places = {int(place) for place in _dictionary().positions(word) if place.data is None}
    places |= {place + 1 for place, letter in enumerate(word[:-3]) if letter == "-" and place > 1}
    return tuple(sorted(places))


@lru_cache(maxsize=50_000)
def _word_width(word: str, font: str) -> float:
    return float(pdfmetrics.stringWidth(word, font, _SIZE))


def _text_width(text: str, font: str) -> float:
    words = text.split(" ")
    spaces = (len(words) - 1) * _word_width(" ", font)
    return sum([_word_width(word, font) for word in words]) + spaces


@lru_cache(maxsize=1)
def _register_fonts() -> frozenset[str]:
    """Register the fonts and return the letters that they have."""
    for name, face in ((_REGULAR, "Helvetica"), (_BOLD, "Helvetica-Bold")):
        font = pdfmetrics.Font(name, face, "MacRomanEncoding")
        # reportlab's own codec for this encoding lacks the space and would draw each one in
        # another font; Python's is complete.
        font.encName = _ENCODING
        pdfmetrics.registerFont(font)
    glyphs = pdfmetrics.getEncoding("MacRomanEncoding").vector
    letters = {bytes([code]).decode(_ENCODING) for code, glyph in enumerate(glyphs) if glyph}
    # PDF 32000 annex D: there is the old currency sign where Python has the euro.
    return frozenset(letters - {_CURRENCY})


def _with_ligatures(text: str) -> str:
    for letters, drawn in _LIGATURES:
        text = text.replace(letters, drawn)
    return text


def _plain(text: str) -> str:
    """Keep what the fonts can show; other letters lose their marks or become a `?`."""
    known = _register_fonts()
    if known.issuperset(text):
        return text
    return "".join([letter if letter in known else _nearest(letter) for letter in text])


def _nearest(letter: str) -> str:
    if letter in _SUBSTITUTES:
        return _SUBSTITUTES[letter]
    plain = unicodedata.normalize("NFKD", letter)[:1]
    return plain if plain in _register_fonts() else "?"


def _place(sheet: Sheet) -> str:
    year = sheet.dateline[-4:] if sheet.dateline[-4:].isdigit() else sheet.year[:4]
    return f"’s-Gravenhage {year}"
