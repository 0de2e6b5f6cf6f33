"""Detect the media type of a file from its bytes, without loading parsers."""

import codecs
import io
import re
import zipfile
from pathlib import Path

UNKNOWN = "application/octet-stream"

_OFFICE = "application/vnd.openxmlformats-officedocument"
_ZIP_PARTS = {
    "word/": f"{_OFFICE}.wordprocessingml.document",
    "xl/": f"{_OFFICE}.spreadsheetml.sheet",
    "ppt/": f"{_OFFICE}.presentationml.presentation",
}
_MAIN_PARTS = {
    b"wordprocessingml.document.main+xml": f"{_OFFICE}.wordprocessingml.document",
    b"spreadsheetml.sheet.main+xml": f"{_OFFICE}.spreadsheetml.sheet",
    b"presentationml.presentation.main+xml": f"{_OFFICE}.presentationml.presentation",
}
"""The declared content type of a document's main part, whatever its name."""
_DECLARED_LIMIT_BYTES = 1 << 20
_OPEN_DOCUMENT = re.compile(rb"application/vnd\.oasis\.opendocument\.[a-z-]{1,40}")
_OPEN_DOCUMENT_LIMIT_BYTES = 100

_MAGIC = (
    (b"%PDF-", "application/pdf"),
    (b"{\\rtf", "application/rtf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PDF_WITHIN_BYTES = 1024
"""A PDF may begin with other bytes; readers search this far for its header."""

_PROLOGUE = rb"\s*(?:<\?xml[^>]*\?>\s*|<!--.*?-->\s*)*"
_HTML = re.compile(_PROLOGUE + rb"<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
_XML = re.compile(rb"\s*<(?:\?xml\s|!--|!DOCTYPE\s|[A-Za-z_][\w:.-]*[\s/>])")
_XML_UTF16 = (b"\xff\xfe<\x00", b"\xfe\xff\x00<")
_JSON = re.compile(rb'\s*(?:\{\s*["}]|\[\s*(?:["\[{\]]|-?\d[\d.]*\s*,))')


def detect(head: bytes, path: Path | None = None) -> str:
    """Return the media type of a file.

    Args:
        head: The first bytes; a few kilobytes are enough.
        path: The whole file; a container of the ZIP type is looked into when given.
    """
    body = head.removeprefix(codecs.BOM_UTF8)
    start = body.lstrip()
    for magic, media_type in _MAGIC:
        if head.startswith(magic) or start.startswith(magic):
            return media_type
    if head.startswith(_ZIP):
        return _container_type(head, path)
    if head.startswith(_OLE):
        return _compound_type(head)
    return _text_type(body, head)


def _text_type(body: bytes, head: bytes) -> str:
    if head.startswith(_XML_UTF16):
        return "application/xml"
    if _HTML.match(body):
        return "text/html"
    if _XML.match(body):
        return "application/xml"
    if _JSON.match(body):
        return "application/json"
    if b"%PDF-" in head[:_PDF_WITHIN_BYTES]:
        return "application/pdf"
    return "text/plain" if body and _is_text(body) else UNKNOWN


def _is_text(head: bytes) -> bool:
    """Tell whether bytes are UTF-8, possibly cut within the last character."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return b"\x00" not in head


def _compound_type(head: bytes) -> str:
    """Distinguish older office formats by the names of their streams, if in the first bytes."""
    if "Workbook".encode("utf-16-le") in head:
        return "application/vnd.ms-excel"
    if "PowerPoint Document".encode("utf-16-le") in head:
        return "application/vnd.ms-powerpoint"
    return "application/msword"


def _container_type(head: bytes, path: Path | None) -> str:
    try:
        with zipfile.ZipFile(path if path is not None else io.BytesIO(head)) as container:
            return _type_of_parts(container)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        return _type_in_sight(head)


def _type_of_parts(container: zipfile.ZipFile) -> str:
    names = container.namelist()
    if "mimetype" in names:
        with container.open("mimetype") as part:
            match = _OPEN_DOCUMENT.fullmatch(part.read(_OPEN_DOCUMENT_LIMIT_BYTES).strip())
        if match:
            return match[0].decode()
    if "[Content_Types].xml" in names:
        with container.open("[Content_Types].xml") as part:
            declared = part.read(_DECLARED_LIMIT_BYTES)
        for name, media_type in _MAIN_PARTS.items():
            if name in declared:
                return media_type
        for folder, media_type in _ZIP_PARTS.items():
            if any(name.startswith(folder) for name in names):
                return media_type
    return "application/zip"


def _type_in_sight(head: bytes) -> str:
    """Guess the type of an unreadable container from the names of its first parts."""
    match = _OPEN_DOCUMENT.search(head[:_PDF_WITHIN_BYTES])
    if match and b"mimetype" in head[:_PDF_WITHIN_BYTES]:
        return match[0].decode().removesuffix("PK")
    for folder, media_type in _ZIP_PARTS.items():
        if folder.encode() in head:
            return media_type
    return "application/zip"
