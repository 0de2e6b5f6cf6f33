"""The files of papers: what a reader of them finds."""

import io
import zlib
from dataclasses import replace

import docx
import pypdfium2
import pytest

from spiders.netherlands.simulator.documents import Sheet, make_docx
from spiders.netherlands.simulator.parliament import Parliament
from spiders.netherlands.simulator.pdf import make_pdf

SHEET = Sheet(
    year="2026–2027",
    dossier="36 900 VII",
    title="Vaststelling van de begrotingsstaten van het Ministerie van Openbaar Bestuur (VII)",
    number="48",
    heading="MOTIE VAN HET LID GÜNDOĞAN",
    dateline="Voorgesteld 1 oktober 2026",
    paragraphs=("constaterende dat de financiële afspraken officieel van kracht zijn bij €5;",),
    closing=("Gündoğan",),
    imprint="kst-36900-VII-48",
)


def _text(content: bytes) -> str:
    pdf = pypdfium2.PdfDocument(content)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in pdf)
    finally:
        pdf.close()


def _is_broken(text: str, word: str) -> bool:
    """Tell whether a word stands in two parts; pdfium marks the hyphen or leaves it."""
    marks = ("\x02", "\ufffe", "-\r\n", "-\n")
    return any(f"{word[:n]}{mark}{word[n:]}" in text for n in range(2, len(word)) for mark in marks)


def test_the_page_has_the_head_and_foot_of_a_kamerstuk() -> None:
    text = _text(make_pdf(SHEET))
    assert text.startswith("Tweede Kamer der Staten-Generaal 2")
    assert "36 900 VII" in text
    assert "kst-36900-VII-48\r\nISSN 0921 - 7371\r\n’s-Gravenhage 2026" in text
    assert text.rstrip().endswith("Tweede Kamer, vergaderjaar 2026–2027, 36 900 VII, nr. 48")


def test_fi_is_drawn_as_one_letter() -> None:
    content = make_pdf(SHEET)
    stream = content.split(b"stream", 1)[1].lstrip()
    drawn = zlib.decompressobj().decompress(stream)
    assert rb"\336nanci" in drawn
    assert b"financi" not in drawn


def test_letters_that_the_font_lacks_lose_their_marks() -> None:
    text = _text(make_pdf(SHEET))
    assert "Gündogan" in text
    assert "EUR 5" in text


def test_the_same_sheet_gives_the_same_bytes() -> None:
    assert make_pdf(SHEET) == make_pdf(SHEET)
    assert make_docx(SHEET) == make_docx(SHEET)


def test_word_files_hold_the_text_in_runs() -> None:
    document = docx.Document(io.BytesIO(make_docx(SHEET)))
    lines = [paragraph.text for paragraph in document.paragraphs]
    assert SHEET.paragraphs[0] in lines
    assert "36 900 VII\t" + SHEET.title in lines
    assert len(document.paragraphs[3].runs) == 2


def test_a_long_text_runs_over_pages_that_are_numbered() -> None:
    sheet = Sheet("2026–2027", "", "", "", "BRIEF", "", tuple(["Een regel tekst. " * 40] * 12))
    pdf = pypdfium2.PdfDocument(make_pdf(sheet, is_justified=True))
    try:
        assert len(pdf) > 1
        assert pdf[1].get_textpage().get_text_range().rstrip().endswith("2")
    finally:
        pdf.close()


@pytest.mark.parametrize("kind", ["motion", "letter", "annex"])
def test_each_pdf_breaks_its_rare_word_and_no_other_paper_has_it(
    parliament: Parliament, kind: str
) -> None:
    papers = [p for p in parliament.papers if p.kind == kind and p.served == "application/pdf"]
    assert papers
    texts = {paper.id: _text(paper.content()) for paper in papers}
    for paper in papers:
        assert paper.word not in texts[paper.id]
        assert _is_broken(texts[paper.id], paper.word), (paper.number, paper.word)
    words = [paper.word for paper in parliament.papers]
    assert len(set(words)) == len(words)


def test_a_footnote_is_printed_as_a_number_in_the_text_and_a_line_below() -> None:
    sheet = replace(SHEET, paragraphs=("Zie mijn brief.⁽1⁾",), notes=("Kamerstuk 1, nr. 2.",))
    text = _text(make_pdf(sheet))
    assert "Zie mijn brief.1\r\n" in text
    assert "1 Kamerstuk 1, nr. 2." in text
    document = docx.Document(io.BytesIO(make_docx(sheet)))
    lines = [paragraph.text for paragraph in document.paragraphs]
    assert "Zie mijn brief.1" in lines
    assert lines[-1] == "1 Kamerstuk 1, nr. 2."
