"""How letters refer to papers: the forms that people use, and what each of them means."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import NamedTuple

from spiders.netherlands.simulator.times import parliamentary_year


@dataclass(frozen=True, slots=True)
class Citation:
    """Words that refer to a paper.

    Attributes:
        words: what stands in the text; the publisher makes it a link.
        target: the official id of the paper meant.
        note: the number of the footnote in which it stands; None for the text.
    """

    words: str
    target: str
    note: int | None = None

    def as_json(self) -> dict[str, str | int | None]:
        """Return it as the truth lists it."""
        return {"words": self.words, "target": self.target, "note": self.note}


CARRIED_OUT = "Uitgevoerd"
"""The advice of a letter that says that a motion has been carried out."""


class Answer(NamedTuple):
    """What a letter says of a motion: the advice in the words of the register."""

    motion: str
    advice: str

    def as_json(self) -> dict[str, str]:
        """Return it as the truth lists it."""
        return self._asdict()


class Cited(NamedTuple):
    """A paper that is referred to."""

    dossier: str
    """As printed: `36 900 XII`."""
    number: str
    target: str
    day: date


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph of a letter with its references, in the order of the text.

    A footnote is marked in the text by `mark(1)`; a paragraph has one at most.
    """

    text: str
    citations: tuple[Citation, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Cite:
    """A reference in words, to be put into a sentence."""

    text: str
    citations: tuple[Citation, ...]


def mark(number: int) -> str:
    """Return the mark of a footnote; papers are printed with the number alone."""
    return f"⁽{number}⁾"


def single(rng: Random, paper: Cited) -> Cite:
    """Refer to one paper in one of the forms that occur."""
    dossier, number = paper.dossier, f"nr. {paper.number}"
    joined = dossier.replace(" ", "-").replace("-", " ", 1)
    lead, words = rng.choice(
        (
            ("Kamerstuk ", f"{dossier}, {number}"),
            ("Kamerstuk ", f"{dossier}, {number}"),
            (f"Kamerstukken II {session(paper.day)}, ", f"{dossier}, {number}"),
            ("Kamerstuk II ", f"{dossier}, {number}"),
            ("", f"{dossier}, {number}"),
            ("Kamerstuk ", f"{joined}, {number}"),
        )
    )
    return Cite(lead + words, (Citation(words, paper.target),))


def several(rng: Random, papers: Sequence[Cited]) -> Cite:
    """Refer to papers of one dossier at once: `nrs. 47 en 48`, `nr. 12, 13 en 15`."""
    if len(papers) == 1:
        return single(rng, papers[0])
    first, *rest = papers
    sign = rng.choice(("nrs.", "nrs.", "nr.", "nummers"))
    words = f"{first.dossier}, {sign} {first.number}"
    lead = rng.choice(("Kamerstuk ", "Kamerstukken ", f"Kamerstukken II {session(first.day)}, "))
    numbers = [paper.number for paper in rest]
    tail = "".join([f", {number}" for number in numbers[:-1]]) + f" en {numbers[-1]}"
    links = [Citation(words, first.target)]
    links += [Citation(paper.number, paper.target) for paper in rest]
    return Cite(lead + words + tail, tuple(links))


def again(paper: Cited) -> Cite:
    """Refer to a paper of the dossier that was named last: `idem, nr. 4`."""
    words = f"idem, nr. {paper.number}"
    return Cite(words, (Citation(words, paper.target),))


def session(day: date) -> str:
    """Write the parliamentary year as references have it: 2026/27."""
    start, end = parliamentary_year(day).split("-")
    return f"{start}/{end[2:]}"


def number_notes(lines: Sequence[Line]) -> tuple[list[str], list[str], list[Citation]]:
    """Number the footnotes through a letter.

    Returns:
        The paragraphs, the notes, and all references: those of the text in its order, each
        note's in its place.
    """
    paragraphs: list[str] = []
    notes: list[str] = []
    citations: list[Citation] = []
    for line in lines:
        text, links = line.text, line.citations
        if line.note is not None:
            notes.append(line.note)
            text = text.replace(mark(1), mark(len(notes)))
            links = tuple(_renumbered(links, len(notes)))
        paragraphs.append(text)
        citations += links
    return paragraphs, notes, citations


def _renumbered(citations: Sequence[Citation], number: int) -> Iterator[Citation]:
    for citation in citations:
        yield citation if citation.note is None else replace(citation, note=number)
