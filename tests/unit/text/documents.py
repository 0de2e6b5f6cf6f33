"""Documents for the tests, made by the programs that others use to make theirs."""

import io
import struct
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


def a_doc(body: str, notes: str = "", *, is_wide: bool = False, flags: int = 0) -> bytes:
    """Make a file of Word 97: a compound file with the text in two pieces and a table of them."""
    text = body + notes
    coded = text.encode("utf-16-le" if is_wide else "cp1252")
    half, at = len(text) // 2, 2048
    head = bytearray(4096 + len(coded))
    struct.pack_into("<HH", head, 0, 0xA5EC, 0xC1)
    struct.pack_into("<H", head, 0x0A, flags)
    struct.pack_into("<6I", head, 0x4C, len(body), len(notes), 0, 0, 0, 0)
    head[at : at + len(coded)] = coded
    places = struct.pack("<3I", 0, half, len(text))
    width = 2 if is_wide else 1
    starts = [at, at + width * half]
    pieces = b"".join(
        struct.pack("<HIH", 0, start if is_wide else 2 * start | 0x4000_0000, 0) for start in starts
    )
    table = places + pieces
    clx = struct.pack("<BH2s", 1, 2, b"..") + struct.pack("<BI", 2, len(table)) + table
    struct.pack_into("<II", head, 0x1A2, 0, len(clx))
    return _a_compound({"WordDocument": bytes(head), "0Table": clx.ljust(4096, b"\0")})


def _a_compound(streams: dict[str, bytes]) -> bytes:
    """Put streams of 4096 bytes and more into a compound file of 512-byte sectors."""
    size, end, free = 512, 0xFFFFFFFE, 0xFFFFFFFF
    sectors: list[bytes] = []
    fat = [0xFFFFFFFD, end]
    entries = [("Root Entry", 5, 1, end, 0)]
    for place, (name, data) in enumerate(streams.items(), start=1):
        data = data.ljust(-(-len(data) // size) * size, b"\0")
        first, count = len(fat), len(data) // size
        fat += [*range(first + 1, first + count), end]
        sectors += [data[n : n + size] for n in range(0, len(data), size)]
        entries.append((name, 2, place + 1 if place < len(streams) else free, first, len(data)))
    directory = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0")
        + struct.pack("<HBB", 2 * len(name) + 2, kind, 1)
        + struct.pack("<III", free, right if kind == 2 else free, 1 if kind == 5 else free)
        + bytes(36)
        + struct.pack("<IQ", first, length)
        for name, kind, right, first, length in entries
    )
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
        + struct.pack("<IIIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0, 0)
    )
    header = header.ljust(size, b"\xff")
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(size, b"\xff")
    return header + table + directory.ljust(size, b"\0") + b"".join(sectors)
