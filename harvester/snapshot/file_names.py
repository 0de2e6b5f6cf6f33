"""What files are called when they are given out: of characters that every system takes."""

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
    """Return a source's name without what a system, a shell or a path might take for its own."""
    return _OTHERS.sub("-", name).strip("-.") or "unnamed"


def is_known(media_type: str | None) -> bool:
    """Tell whether it is one of the types in which papers are published."""
    return media_type in _EXTENSIONS


def extension(media_type: str | None) -> str:
    """Return how the name of a file of a type ends, without the dot."""
    return _EXTENSIONS.get(media_type or "", "bin")
