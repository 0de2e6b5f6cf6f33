"""Extract the text of DOCX, ODT and RTF files."""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator

from lxml import etree
from striprtf.striprtf import rtf_to_text

from harvester.characters import LINE_BREAK
from harvester.text.conventions import Conventions
from harvester.text.markup import as_text, xml_tree
from harvester.text.result import ExtractionFailed, Text
from harvester.text.walk import Rules, paragraphs, tag_name

PART_LIMIT_BYTES = 64 << 20
"""Limit of an unpacked part; letters of hundreds of pages stay below 10 MB."""

_USUAL_BODY = "word/document.xml"
_USUAL_NOTES = ("word/footnotes.xml", "word/endnotes.xml")
"""The names that Word uses, for documents without relationships."""
_ENCRYPTED = 0x1
_NOTE_MARKS = frozenset({"separator", "continuationSeparator", "continuationNotice"})
_NOTE = re.compile(r"\{\s*(?:\\\*\s*)?\\footnote(?:\\ftnalt)?(?![a-z])")
_BRACE = re.compile(r"\\[{}\\]|[{}]")
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


def read_docx(data: bytes, conventions: Conventions) -> Text:
    """Extract the text of the body and the notes, without heads and feet.

    Raises:
        ExtractionFailed: it is encrypted or damaged, or unpacks to too much.
    """
    with _opened(data) as container:
        body = next(_related(container, "", ("officeDocument",)), _USUAL_BODY)
        found = paragraphs(_part(container, body), _DOCX_RULES)
        notes = list(_related(container, body, ("footnotes", "endnotes")))
        if body == _USUAL_BODY and not notes:
            notes = [name for name in _USUAL_NOTES if name in container.namelist()]
        for name in notes:
            found.extend(_notes(_part(container, name)))
    return as_text(found)


def _related(container: zipfile.ZipFile, part: str, kinds: tuple[str, ...]) -> Iterator[str]:
    """Yield the related parts of a part, kind by kind.

    Parts may have any name; only relationships say what they are (ECMA-376, part 2, section 9).
    """
    folder, name = posixpath.split(part)
    listed = posixpath.join(folder, "_rels", f"{name}.rels")
    if listed not in container.namelist():
        return
    relations = list(_part(container, listed).iter("{*}Relationship"))
    for kind in kinds:
        for relation in relations:
            is_inside = relation.get("TargetMode") != "External"
            if is_inside and relation.get("Type", "").rpartition("/")[2] == kind:
                target = relation.get("Target", "")
                yield posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def read_odt(data: bytes, conventions: Conventions) -> Text:
    """Extract the text of the body; notes follow the paragraph that refers to them.

    Raises:
        ExtractionFailed: it is encrypted or damaged, or unpacks to too much.
    """
    with _opened(data) as container:
        root = _part(container, "content.xml")
    body = next((element for element in root.iter("{*}body")), None)
    if body is None:
        raise ExtractionFailed("not readable: no body in it")
    return as_text(paragraphs(body, _ODT_RULES))


def read_rtf(data: bytes, conventions: Conventions) -> Text:
    """Extract the text of rich text.

    Raises:
        ExtractionFailed: it is not rich text.
    """
    if not data.lstrip().startswith(b"{\\rtf"):
        raise ExtractionFailed("not readable: no rich text")
    match = _CODE_PAGE.search(data[:1024])
    encoding = f"cp{match[1].decode()}" if match else "cp1252"
    body, notes = _without_notes(data.decode("latin-1"))
    wrapped = [f"{{\\rtf1\\ansi {note}}}" for note in notes]
    try:
        texts: list[str] = [
            rtf_to_text(part, encoding=encoding, errors="replace")  # type: ignore[no-untyped-call]
            for part in (body, *wrapped)
        ]
    except LookupError as error:
        raise ExtractionFailed(f"not readable: {error}") from error
    return as_text([line for text in texts for line in text.split("\n")])


def _without_notes(rich: str) -> tuple[str, list[str]]:
    """Separate the notes from the body, since the library drops them."""
    body: list[str] = []
    notes: list[str] = []
    at = 0
    for match in _NOTE.finditer(rich):
        if match.start() < at:
            continue  # a note in a note
        end = _end_of_group(rich, match.end())
        body.append(rich[at : match.start()])
        notes.append(rich[match.end() : end])
        at = end + 1
    return "".join([*body, rich[at:]]), notes


def _end_of_group(rich: str, start: int) -> int:
    depth = 1
    for match in _BRACE.finditer(rich, start):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if not depth:
            return match.start()
    return len(rich)


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
    """Unpack one part, up to the limit, whatever the container declares."""
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
