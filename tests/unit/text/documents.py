"""Documents for the tests, made by the programs that others use to make theirs."""

import io
import zipfile
from collections.abc import Sequence

import docx
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

FOOT = "Tweede Kamer, vergaderjaar 2024–2025, 36 600 XIII, nr. 36"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
ODT_SPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
)


def a_pdf(pages: Sequence[Sequence[str]], password: str | None = None) -> bytes:
    """Draw each line on its page, with the foot of a parliamentary paper."""
    file = io.BytesIO()
    encryption = StandardEncryption(password) if password else None
    canvas = Canvas(file, encrypt=encryption, invariant=1)
    for number, lines in enumerate(pages, start=1):
        for row, line in enumerate(lines):
            canvas.drawString(72, 760 - 14 * row, line)
        canvas.drawString(72, 40, f"{FOOT}   {number}")
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def a_docx() -> bytes:
    """Make a letter with a head, a table, a line end and a long word."""
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Briefhoofd"
    document.add_paragraph("Geachte voorzitter,")
    paragraph = document.add_paragraph("Over de betrokken")
    paragraph.add_run("heid").bold = True
    paragraph.add_run(" van gemeenten.")
    table = document.add_table(rows=2, cols=2)
    for place, word in enumerate(["jaar", "bedrag", "2025", "€ 5"]):
        table.cell(place // 2, place % 2).text = word
    document.add_paragraph("Hoogachtend,").add_run().add_break()
    document.paragraphs[-1].add_run("de minister")
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def an_odt(body: str) -> bytes:
    """Put a body into a container."""
    content = (
        f"<?xml version='1.0'?><office:document-content {ODT_SPACES}><office:body>"
        f"<office:text>{body}</office:text></office:body></office:document-content>"
    )
    return a_container({"mimetype": ODT.encode(), "content.xml": content.encode()})


def a_container(parts: dict[str, bytes]) -> bytes:
    """Zip some parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as container:
        for name, part in parts.items():
            container.writestr(name, part)
    return file.getvalue()
