"""The text of PDF files, with PDFium."""

from collections.abc import Sequence

import pypdfium2
from pypdfium2.raw import FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY

from harvester.text.cleaning import clean_pages
from harvester.text.result import ExtractionFailed, Text


def read_pdf(data: bytes) -> Text:
    """Take the text out of every page.

    Raises:
        ExtractionFailed: when the file is encrypted or damaged.
    """
    pages = page_texts(data)
    text = clean_pages(pages)
    if not text:
        return Text("empty", reason="no page holds text", pages=len(pages))
    return Text("ok", text, pages=len(pages))


def page_texts(data: bytes) -> Sequence[str]:
    """Give the text of each page as PDFium finds it."""
    with _opened(data) as document:
        return [_page_text(document, index) for index in range(len(document))]


def _opened(data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code in (FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY):
            raise ExtractionFailed("encrypted") from error
        raise ExtractionFailed(f"not readable: {error}") from error


def _page_text(document: pypdfium2.PdfDocument, index: int) -> str:
    try:
        page = document[index]
        text_page = page.get_textpage()
        text: str = text_page.get_text_bounded()
    except pypdfium2.PdfiumError as error:
        raise ExtractionFailed(f"not readable: page {index + 1}: {error}") from error
    text_page.close()
    page.close()
    return text
