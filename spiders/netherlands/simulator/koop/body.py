"""What the files of a publication say, before it is written in one form or another."""

import re
from dataclasses import dataclass
from datetime import date
from enum import Enum

from spiders.netherlands.simulator.citing import Citation
from spiders.netherlands.simulator.documents import Sheet

MARK = re.compile(r"⁽(\d+)⁾")
"""The mark of a footnote in a paragraph, as `citing.mark` writes it."""

DATE = re.compile(r"(\d{1,2}) (\w+ \d{4})\Z")
"""The day and the rest of a date at the end of a line; the publisher does not break between."""


class Form(Enum):
    """How the XML of a publication is made."""

    MODERN = "officiele-publicatie"
    LEGACY = "kamerwrk"
    SHELL = "metadata only"


class Kind(Enum):
    """What a publication is."""

    LETTER = "letter"
    MOTION = "motion"
    ANNEX = "annex"


class Shape(Enum):
    """What a paragraph is set as."""

    PLAIN = "plain"
    HEADING = "heading"
    ITEM = "item"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Body:
    """The text of a publication with its references.

    Attributes:
        dossiers: number and title of each, the first being the sheet's own.
        signed_deze: the signature is one line, `deze`, in place of a name in parts.
        has_breaks: the typesetter's marks stand inside the text.
        has_firm_spaces: the number of a dossier in a link is not to be broken either.
        has_metadata: the XML begins with all the metadata, as it does since 2025.
        source: XML that is there already.
    """

    sheet: Sheet
    kind: Kind
    day: date
    citations: tuple[Citation, ...] = ()
    dossiers: tuple[tuple[str, str], ...] = ()
    is_typeset: bool = True
    form: Form = Form.MODERN
    signed_deze: bool = False
    has_breaks: bool = False
    has_firm_spaces: bool = False
    has_metadata: bool = False
    source: bytes | None = None


def shape(paragraph: str) -> Shape:
    """Tell what a paragraph is by how it looks: a table has tabs, a list dashes."""
    if "\t" in paragraph:
        return Shape.TABLE
    if paragraph.startswith("– "):
        return Shape.ITEM
    if len(paragraph) < 60 and paragraph[-1:].isalpha() and paragraph[:1].isupper():
        return Shape.HEADING
    return Shape.PLAIN
