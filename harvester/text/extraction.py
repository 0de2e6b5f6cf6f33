"""Extract the text of one file, in this process."""

from collections.abc import Callable
from importlib import import_module
from typing import TypeAlias, cast

from harvester.text.conventions import NO_CONVENTIONS, Conventions
from harvester.text.result import ExtractionFailed, Text, failed

Reader: TypeAlias = Callable[[bytes, Conventions], Text]

_READERS = {
    "application/pdf": ("pdf", "read_pdf"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (
        "office",
        "read_docx",
    ),
    "application/msword": ("word", "read_doc"),
    "application/vnd.oasis.opendocument.text": ("office", "read_odt"),
    "application/rtf": ("office", "read_rtf"),
    "text/rtf": ("office", "read_rtf"),
    "application/xml": ("markup", "read_xml"),
    "text/xml": ("markup", "read_xml"),
    "text/html": ("markup", "read_html"),
    "application/xhtml+xml": ("markup", "read_html"),
    "text/plain": ("plain", "read_plain"),
}
"""The module and function for each type; loaded when first needed, in the workers only."""


def extract(data: bytes, media_type: str, conventions: Conventions = NO_CONVENTIONS) -> Text:
    """Extract the text of a file; failures are part of the result.

    Raises:
        MemoryError: memory ran out; the caller reports it, since it knows the limit.
    """
    base_type = media_type.partition(";")[0].strip().lower()
    if base_type not in _READERS:
        return Text("unsupported", reason=f"no text is taken out of {base_type or 'no type'}")
    try:
        return _reader(base_type)(data, conventions)
    except MemoryError:
        raise
    except ExtractionFailed as error:
        return failed(str(error))
    except Exception as error:  # noqa: BLE001 - parsers raise anything on damaged files
        return failed(f"not readable: {type(error).__name__}: {error}")


def _reader(media_type: str) -> Reader:
    module, function = _READERS[media_type]
    return cast(Reader, getattr(import_module(f"harvester.text.{module}"), function))
