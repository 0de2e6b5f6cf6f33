"""Extract the text of PDF files with PDFium."""

import re
from collections.abc import Iterator, Sequence

import pypdfium2
from pypdfium2.raw import FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY, FPDF_PAGEOBJ_IMAGE

from harvester.text.cleaning import clean_lines
from harvester.text.conventions import Conventions
from harvester.text.lines import Line
from harvester.text.result import ExtractionFailed, Text
from harvester.text.sheet import Glyphs, page_lines

_SAMPLE = 25
"""Sampling interval of the check whether fonts map glyphs to letters."""
_UNMAPPED_AT_MOST = 0.2
_LOOKED_AT = 10_000
"""Characters that are examined to tell whether a text is readable."""
_FEWEST_LETTERS = 200
_FEWEST_VOWELS = 0.2
"""Least share of vowels among letters; European languages have 0.35 to 0.45."""
_letters = re.compile(r"[A-Za-zÀ-ÿ]").findall
_vowels = re.compile(r"[aeiouyAEIOUYÀ-Æà-æÈ-Ïè-ïÒ-Üò-ü]").findall
_no_letters = re.compile("[\ufffd\x00\x01\x03-\x08\x0e-\x1f]").findall


def read_pdf(data: bytes, conventions: Conventions) -> Text:
    """Extract the text of every page.

    Raises:
        ExtractionFailed: the file is encrypted or damaged.
    """
    with _opened(data) as document:
        count = len(document)
        sheets = [_sheet(document, index) for index in range(count)]
        if not any(sheet.lines for sheet in sheets):
            return Text("empty", reason=_why_empty(document), pages=count)
    if _are_unreadable(sheets):
        reason = "unreadable: the fonts do not say which letters their glyphs are"
        return Text("failed", reason=reason, pages=count)
    text, marks = clean_lines([sheet.lines for sheet in sheets], conventions)
    if not text:
        return Text("empty", reason="no page holds text", pages=count)
    return Text("ok", text, pages=count, marks=marks, says=conventions.read_facts(text))


class _Sheet:
    """The lines and statistics of one page."""

    __slots__ = ("asked", "lines", "text", "unmapped")

    def __init__(self, lines: list[Line], text: str, asked: int, unmapped: int) -> None:
        self.lines = lines
        self.text = text
        self.asked = asked
        self.unmapped = unmapped


def _sheet(document: pypdfium2.PdfDocument, index: int) -> _Sheet:
    try:
        page = document[index]
        glyphs = Glyphs(page, page.get_textpage())
        lines = page_lines(glyphs)
    except pypdfium2.PdfiumError as error:
        raise ExtractionFailed(f"not readable: page {index + 1}: {error}") from error
    sample = [place for place in range(0, len(glyphs.text), _SAMPLE) if glyphs.text[place] > " "]
    unmapped = sum(map(glyphs.is_unmapped, sample))
    glyphs.close()
    page.close()
    return _Sheet(lines, glyphs.text, len(sample), unmapped)


def _opened(data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code in (FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY):
            raise ExtractionFailed("encrypted") from error
        raise ExtractionFailed(f"not readable: {error}") from error


def _are_unreadable(sheets: Sequence[_Sheet]) -> bool:
    """Tell whether the extracted letters differ from the visible ones."""
    asked = sum(sheet.asked for sheet in sheets)
    if sum(sheet.unmapped for sheet in sheets) > _UNMAPPED_AT_MOST * asked:
        return True
    text = "".join(sheet.text for sheet in sheets)[:_LOOKED_AT]
    if len(_no_letters(text)) > _UNMAPPED_AT_MOST * len(text):
        return True
    letters = len(_letters(text))
    return letters >= _FEWEST_LETTERS and len(_vowels(text)) < _FEWEST_VOWELS * letters


def _why_empty(document: pypdfium2.PdfDocument) -> str:
    """Return the reason for the lack of text: a scan, or empty pages."""
    pictures = sum(_holds_picture(page) for page in _pages(document))
    if pictures:
        return f"a scan: {pictures} of {len(document)} pages are pictures without text"
    return "no page holds text"


def _pages(document: pypdfium2.PdfDocument) -> Iterator[pypdfium2.PdfPage]:
    for index in range(len(document)):
        try:
            page = document[index]
        except pypdfium2.PdfiumError:
            continue  # a page that cannot be loaded shows no picture
        yield page
        page.close()


def _holds_picture(page: pypdfium2.PdfPage) -> bool:
    return next(page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE], max_depth=3), None) is not None
