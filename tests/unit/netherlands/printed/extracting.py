"""Extraction of text by the conventions of Dutch papers."""

from harvester import text
from spiders.netherlands.printed.conventions import DUTCH_PAPERS


def extract(data: bytes, media_type: str) -> text.Text:
    """Extract the text of a Dutch paper."""
    return text.extract(data, media_type, DUTCH_PAPERS)
