"""Extract the text of plain text files."""

from harvester.text.cleaning import clean_pages
from harvester.text.conventions import Conventions
from harvester.text.result import ExtractionFailed, Text


def read_plain(data: bytes, conventions: Conventions) -> Text:
    """Read UTF-8; form feeds separate the pages.

    Raises:
        ExtractionFailed: it is not UTF-8.
    """
    try:
        content = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ExtractionFailed(f"not readable: {error}") from error
    text = clean_pages(content.split("\f"), conventions)
    return Text("ok", text) if text else Text("empty", reason="no text in it")
