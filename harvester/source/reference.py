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

    - paper: the official identifier, `kst-35925-V-48`, or `blg-1007826` of an annex
    - dossier: its number and part, `29398`, `36410-XVI`
    - law: the identifier in the national collection of laws, `BWBR0001840`, for the whole law
    - eu: the CELEX number of an act, `32016R0679`; of a document of the Commission what is
      printed on it, `COM(2021)206`, since its CELEX number depends on what kind of document it is
    - publication: of an official journal, `stb-2020-118`, `stcrt-2021-12345`, `trb-2023-54`
    - proceedings: one item of a meeting, `h-tk-20202021-47-5`
    - questions: `kv-tk-2021Z09739` as asked, `ah-tk-20202021-3235` as answered
    - page: the URL; other: as the publisher wrote it
    """
    origin: Origin = "text"
    """Whether the publisher linked it, or it was read from the words."""


def reference(text: str, start: int, end: int, kind: Kind, target: str) -> Reference:
    """Make the reference of the words at a place."""
    return Reference(start, end, " ".join(text[start:end].split()), kind, target)
