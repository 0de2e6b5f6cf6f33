"""References that are found in texts."""

from typing import Literal, NamedTuple, TypeAlias

Kind: TypeAlias = Literal[
    "paper",
    "dossier",
    "law",
    "eu",
    "publication",
    "proceedings",
    "questions",
    "page",
    "other",
]
Origin: TypeAlias = Literal["link", "text"]


class Reference(NamedTuple):
    """Words of a text that refer to something."""

    start: int
    """Offset of the first character in the text."""
    end: int
    """Offset after the last character."""
    words: str
    """The words, with single spaces."""
    kind: Kind
    """What is referred to; only links refer to a `page` of the web or to something `other`."""
    target: str
    """The identifier, by kind:

    - paper: the official identifier
    - dossier: its label: number and part, with a hyphen between them
    - law: the identifier of the whole law in the national collection of laws
    - eu: the CELEX number of an act, `32016R0679`; of a document of the Commission what is
      printed on it, `COM(2021)206`, since its CELEX number depends on what kind of document it is
    - publication: an issue of an official journal
    - proceedings: one item of a meeting
    - questions: written questions, as asked or as answered
    - page: the URL; other: as the publisher wrote it
    """
    origin: Origin = "text"
    """Whether the publisher linked it, or it was found in the words."""


def reference(text: str, start: int, end: int, kind: Kind, target: str) -> Reference:
    """Make a reference from a range of a text."""
    return Reference(start, end, " ".join(text[start:end].split()), kind, target)
