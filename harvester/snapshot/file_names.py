"""Names of downloaded files, of characters that every system accepts."""

import re

_EXTENSIONS = {
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/msword": "doc",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/rtf": "rtf",
    "text/xml": "xml",
    "application/xml": "xml",
    "application/zip": "zip",
}
_OTHERS = re.compile(r"[^A-Za-z0-9._-]+")


def plain(name: str) -> str:
    """Return a name without characters that are special for systems, shells or paths."""
    return _OTHERS.sub("-", name).strip("-.") or "unnamed"


def is_known(media_type: str | None) -> bool:
    """Tell whether this is a media type of papers."""
    return media_type in _EXTENSIONS


def extension(media_type: str | None) -> str:
    """Return the file name extension of a media type, without the dot."""
    return _EXTENSIONS.get(media_type or "", "bin")
