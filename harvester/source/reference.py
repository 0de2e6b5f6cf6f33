"""The row that every finder of references gives."""

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
    """Words that refer to something."""

    start: int
    """Place of the first character in the text, from 0."""
    end: int
    """Place after the last character."""
    words: str
    """What stands there, spaces made single."""
    kind: Kind
    """What is referred to; only links refer to a `page` of the web or to something `other`."""
    target: str
    """How it is known, by kind:

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
    """Whether the publisher linked it, or it was read from the words."""


def reference(text: str, start: int, end: int, kind: Kind, target: str) -> Reference:
    """Make the reference of the words at a place."""
    return Reference(start, end, " ".join(text[start:end].split()), kind, target)
