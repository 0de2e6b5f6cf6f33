"""A paper as OpenDocument text (2.4)."""

import io
import zipfile
from collections.abc import Iterator
from xml.sax.saxutils import escape

from spiders.netherlands.simulator.documents import printed
from spiders.netherlands.simulator.koop.body import MARK, Body, Kind, Shape, shape
from spiders.netherlands.simulator.koop.records import Record

ODT = "application/vnd.oasis.opendocument.text"
_NAMES = "urn:oasis:names:tc:opendocument:xmlns:"
_OFFICE = (
    f'xmlns:office="{_NAMES}office:1.0" xmlns:text="{_NAMES}text:1.0"'
    f' xmlns:table="{_NAMES}table:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    f' xmlns:meta="{_NAMES}meta:1.0" office:version="1.1"'
)
_XML = '<?xml version="1.0" encoding="UTF-8"?>'
_MANIFEST = (
    f'{_XML}<manifest:manifest xmlns:manifest="{_NAMES}manifest:1.0">'
    f'<manifest:file-entry manifest:media-type="{ODT}" manifest:full-path="/"/>'
    + "".join(
        f'<manifest:file-entry manifest:media-type="text/xml" manifest:full-path="{name}"/>'
        for name in ("content.xml", "meta.xml", "styles.xml")
    )
    + "</manifest:manifest>"
)
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def make_odt(body: Body, record: Record) -> bytes:
    """Write a paper; the same one gives the same bytes."""
    text = "".join(_content(body))
    parts = {
        "mimetype": ODT,
        "META-INF/manifest.xml": _MANIFEST,
        "content.xml": f"{_XML}<office:document-content {_OFFICE}><office:body><office:text>"
        f"{text}</office:text></office:body></office:document-content>",
        "meta.xml": f"{_XML}<office:document-meta {_OFFICE}><office:meta>"
        f"<dc:title>{escape(record.title)}</dc:title></office:meta></office:document-meta>",
        "styles.xml": f"{_XML}<office:document-styles {_OFFICE}><office:styles/>"
        "</office:document-styles>",
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, _LONG_AGO)
            # The type comes first and as it is (OpenDocument 1.2, part 3, 3.3).
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            package.writestr(info, content)
    return buffer.getvalue()


def _content(body: Body) -> Iterator[str]:
    sheet = body.sheet
    yield _paragraph(sheet.chamber_name)
    yield _paragraph(f"Vergaderjaar {sheet.year}")
    for number, title in body.dossiers:
        yield f"<text:p>{escape(number)}<text:tab/>{escape(title)}</text:p>"
    yield f"<text:p>{escape(sheet.numbered)}<text:tab/>{escape(sheet.heading)}</text:p>"
    if body.kind is not Kind.LETTER:
        yield _paragraph(sheet.dateline)
    for place, paragraph in enumerate(sheet.paragraphs):
        if shape(paragraph) is Shape.TABLE:
            yield _table(paragraph)
        else:
            yield f"<text:p>{_with_notes(paragraph, sheet.notes)}</text:p>"
        if place == 0 and body.kind is Kind.LETTER:
            yield _paragraph(sheet.dateline)
    yield from map(_paragraph, sheet.closing)


def _paragraph(text: str) -> str:
    return f"<text:p>{escape(printed(text))}</text:p>"


def _table(paragraph: str) -> str:
    rows = [line.split("\t") for line in paragraph.split("\n")]
    made = []
    for row in rows:
        cells = [f"<table:table-cell>{_paragraph(cell)}</table:table-cell>" for cell in row]
        made.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    columns = f'<table:table-column table:number-columns-repeated="{len(rows[0])}"/>'
    return f"<table:table>{columns}{''.join(made)}</table:table>"


def _with_notes(paragraph: str, notes: tuple[str, ...]) -> str:
    parts = []
    place = 0
    for match in MARK.finditer(paragraph):
        number = int(match[1])
        parts.append(escape(paragraph[place : match.start()]))
        parts.append(
            f'<text:note text:id="ftn{number}" text:note-class="footnote"><text:note-citation>'
            f"{number}</text:note-citation><text:note-body>{_paragraph(notes[number - 1])}"
            "</text:note-body></text:note>"
        )
        place = match.end()
    return "".join([*parts, escape(paragraph[place:])])
