"""What a paper says, and the same as DOCX (how it is set as PDF: `pdf.py`)."""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from xml.sax.saxutils import escape

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default'
    ' Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml"'
    f' ContentType="{DOCX}.main+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1"'
    f' Type="{_OFFICE}" Target="word/document.xml"/></Relationships>',
}
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MARK = re.compile(r"⁽(\d+)⁾")
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The text of a paper with what is printed around it.

    Attributes:
        year: the parliamentary year with a dash, "2026-2027".
        dossier: as printed, "36 900 VII"; empty for a paper without dossier.
        title: of the dossier.
        number: within the dossier, "48".
        heading: "MOTIE VAN HET LID ...".
        dateline: "Voorgesteld 1 oktober 2026".
        paragraphs: the text.
        closing: the names under it, one a line.
        imprint: "kst-36900-VII-48", printed at the foot of the first page; empty for none.
        hyphenated: a word of the text that the PDF must break over two lines.
        chamber: 2, or 1 for the Eerste Kamer.
        notes: footnotes; a paragraph refers to the first as `⁽1⁾`.
    """

    year: str
    dossier: str
    title: str
    number: str
    heading: str
    dateline: str
    paragraphs: tuple[str, ...]
    closing: tuple[str, ...] = ()
    imprint: str = ""
    hyphenated: str | None = None
    chamber: int = 2
    notes: tuple[str, ...] = ()

    @property
    def chamber_name(self) -> str:
        """The name in the head."""
        return f"{'Tweede' if self.chamber == 2 else 'Eerste'} Kamer der Staten-Generaal"

    @property
    def numbered(self) -> str:
        """The number as printed: `Nr. 48`, and a letter alone in the Eerste Kamer."""
        return self.number if self.number.isalpha() else f"Nr. {self.number}"


def printed(paragraph: str) -> str:
    """Return a paragraph as it is printed: the mark of a note is its number."""
    return _MARK.sub(r"\1", paragraph)


def make_docx(sheet: Sheet) -> bytes:
    """Write a paper as DOCX; the same sheet gives the same bytes."""
    lines = [f"Vergaderjaar {sheet.year}"]
    if sheet.dossier:
        lines += [f"{sheet.dossier}\t{sheet.title}", sheet.numbered]
    lines += [sheet.heading, sheet.dateline, *map(printed, sheet.paragraphs), *sheet.closing]
    lines += [f"{number} {note}" for number, note in enumerate(sheet.notes, 1)]
    body = "".join([_paragraph(line) for line in lines if line])
    document = f'<w:document xmlns:w="{_WORD}"><w:body>{body}<w:sectPr/></w:body></w:document>'
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in {**_PARTS, "word/document.xml": document}.items():
            # A fixed time: the same paper must be the same bytes.
            info = zipfile.ZipInfo(name, _LONG_AGO)
            info.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(info, _XML + text)
    return buffer.getvalue()


def _paragraph(line: str) -> str:
    # Word cuts a paragraph into runs wherever it was edited, also inside a word.
    middle = len(line) // 2
    runs = [
        f'<w:r><w:t xml:space="preserve">{escape(part)}</w:t></w:r>'
        for part in (line[:middle], line[middle:])
    ]
    return f"<w:p>{''.join(runs).replace(chr(9), '</w:t><w:tab/><w:t>')}</w:p>"


def make_png(red: int, green: int, blue: int) -> bytes:
    """Write a logo: 16 by 16 pixels of one colour."""
    row = b"\x00" + bytes((red, green, blue)) * 16
    header = bytes((0, 0, 0, 16, 0, 0, 0, 16, 8, 2, 0, 0, 0))
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(row * 16)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join([_chunk(name, data) for name, data in chunks])


def _chunk(name: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(name + data)
    return len(data).to_bytes(4, "big") + name + data + checksum.to_bytes(4, "big")
