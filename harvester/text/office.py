"""The text of DOCX, ODT and RTF files: what a word processor keeps."""

import io
import re
import zipfile
import zlib

from lxml import etree
from striprtf.striprtf import rtf_to_text

from harvester.characters import LINE_BREAK
from harvester.text.markup import as_text, xml_tree
from harvester.text.result import ExtractionFailed, Text
from harvester.text.walk import Rules, paragraphs, tag_name

PART_LIMIT_BYTES = 64 << 20
"""No part of a document unpacks to more; letters of hundreds of pages stay below 10 MB."""

_ENCRYPTED = 0x1
_NOTE_MARKS = frozenset({"separator", "continuationSeparator", "continuationNotice"})
_CODE_PAGE = re.compile(rb"\\ansicpg(\d{1,5})")


def _is_paragraph(element: etree._Element) -> bool:
    return tag_name(element) in ("p", "h")


_DOCX_RULES = Rules(
    is_block=_is_paragraph,
    skipped=frozenset({"Fallback", "del", "moveFrom", "pPr", "rPr", "sectPr"}),
    signs={"tab": " ", "br": LINE_BREAK, "cr": LINE_BREAK, "noBreakHyphen": "-"},
    asides=frozenset({"txbxContent"}),
    rows=frozenset({"tr"}),
    cells=frozenset({"tc"}),
    texts=frozenset({"t"}),
)

_ODT_RULES = Rules(
    is_block=_is_paragraph,
    skipped=frozenset({"annotation", "tracked-changes", "note-citation", "sequence-decls"}),
    signs={"s": " ", "tab": " ", "line-break": LINE_BREAK},
    asides=frozenset({"note-body", "text-box"}),
    rows=frozenset({"table-row"}),
    cells=frozenset({"table-cell"}),
)


def read_docx(data: bytes) -> Text:
    """Take the text out of the body and the notes; heads and feet are left out.

    Raises:
        ExtractionFailed: when it is encrypted, damaged, or unpacks to too much.
    """
    with _opened(data) as container:
        found = paragraphs(_part(container, "word/document.xml"), _DOCX_RULES)
        for name in ("word/footnotes.xml", "word/endnotes.xml"):
            if name in container.namelist():
                found.extend(_notes(_part(container, name)))
    return as_text(found)


def read_odt(data: bytes) -> Text:
    """Take the text out of the body; a note follows the paragraph it belongs to.

    Raises:
        ExtractionFailed: when it is encrypted, damaged, or unpacks to too much.
    """
    with _opened(data) as container:
        root = _part(container, "content.xml")
    body = next((element for element in root.iter("{*}body")), None)
    if body is None:
        raise ExtractionFailed("not readable: no body in it")
    return as_text(paragraphs(body, _ODT_RULES))


def read_rtf(data: bytes) -> Text:
    """Take the text out of rich text.

    Raises:
        ExtractionFailed: when it is not rich text.
    """
    if not data.lstrip().startswith(b"{\\rtf"):
        raise ExtractionFailed("not readable: no rich text")
    match = _CODE_PAGE.search(data[:1024])
    encoding = f"cp{match[1].decode()}" if match else "cp1252"
    try:
        text: str = rtf_to_text(data.decode("latin-1"), encoding=encoding, errors="replace")  # type: ignore[no-untyped-call]
    except LookupError as error:
        raise ExtractionFailed(f"not readable: {error}") from error
    return as_text(text.split("\n"))


def _notes(root: etree._Element) -> list[str]:
    found: list[str] = []
    for note in root:
        kinds = {value for name, value in note.attrib.items() if str(name).endswith("}type")}
        if not kinds & _NOTE_MARKS:
            found.extend(paragraphs(note, _DOCX_RULES))
    return found


def _opened(data: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise ExtractionFailed(f"not readable: {error}") from error


def _part(container: zipfile.ZipFile, name: str) -> etree._Element:
    return xml_tree(_unpacked(container, name))


def _unpacked(container: zipfile.ZipFile, name: str) -> bytes:
    """Unpack one part, and no more of it than the limit, whatever the container declares."""
    try:
        info = container.getinfo(name)
    except KeyError as error:
        raise ExtractionFailed(f"not readable: no {name} in it") from error
    if info.flag_bits & _ENCRYPTED:
        raise ExtractionFailed("encrypted")
    try:
        with container.open(info) as part:
            data = part.read(PART_LIMIT_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise ExtractionFailed(f"not readable: {name}: {error}") from error
    if len(data) > PART_LIMIT_BYTES:
        raise ExtractionFailed(f"{name} unpacks to more than {PART_LIMIT_BYTES} bytes")
    return data
