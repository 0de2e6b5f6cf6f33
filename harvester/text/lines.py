"""A line of a page, with its place and with signs for the raised numbers in it."""

from dataclasses import dataclass
from typing import NamedTuple

NOTE_SIGN = 0xF0000
"""The first of the code points that stand for raised numbers while a document is put together."""
LARGEST_SIGN = 999
NOTE_SIGNS = f"[{chr(NOTE_SIGN)}-{chr(NOTE_SIGN + LARGEST_SIGN)}]"


class Place(NamedTuple):
    """Where a line stands on its page, in points from the left and from the top."""

    left: float
    right: float
    top: float
    size: float
    """Of its letters."""
    page_height: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line as a reader sees it; the place is None where the file has no pages of its own."""

    text: str
    place: Place | None = None
