"""A line of a page, with its position and with signs for raised numbers."""

from dataclasses import dataclass
from typing import NamedTuple

NOTE_SIGN = 0xF0000
"""First of the code points that represent raised numbers during extraction."""
LARGEST_SIGN = 999
NOTE_SIGNS = f"[{chr(NOTE_SIGN)}-{chr(NOTE_SIGN + LARGEST_SIGN)}]"


class Place(NamedTuple):
    """The position of a line on its page, in points from the left and from the top."""

    left: float
    right: float
    top: float
    size: float
    """Font size of its letters."""
    page_height: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line as a reader sees it; the place is None if the file has no pages."""

    text: str
    place: Place | None = None
