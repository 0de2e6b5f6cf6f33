"""Find what ministers say of motions in a debate, from the House's report (VLOS XML).

Most advice is spoken and never written. A report says who speaks, in which function and since
when; only members of the government give advice.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from spiders.netherlands.reading.appraisals import find_appraisals
from spiders.netherlands.reading.references import find_references

_SPACE = "{http://www.tweedekamer.nl/ggm/vergaderverslag/v1.0}"
ROOT = f"{_SPACE}vlosCoreDocument"
_TURNS = (f"{_SPACE}woordvoerder", f"{_SPACE}interrumpant")
_GOVERNMENT = re.compile(r"minister|staatssecretaris", re.IGNORECASE).match
_said_by = re.compile(r"[^:]{1,120}:").fullmatch


@dataclass(frozen=True, slots=True)
class Turn:
    """What one person says without being interrupted."""

    speaker: str
    """The name as the report prints it: `De heer Van Oostenbruggen`."""
    function: str
    kind: str
    """`Tweede Kamerlid`, `Minister`, `Staatssecretaris` and so on."""
    begins_at: str
    """Local time without an offset, as in the report; empty if missing."""
    is_chair: bool
    paragraphs: tuple[str, ...]

    @property
    def is_of_government(self) -> bool:
        """Whether a member of the government speaks."""
        return _GOVERNMENT(self.kind) is not None


@dataclass(frozen=True, slots=True)
class Report:
    """The report of a meeting."""

    title: str
    held_on: str | None
    is_final: bool
    """False for an interim report, which may be incomplete and be corrected."""
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class SpokenAdvice:
    """A verdict on a motion, the sentence that gives it, who says it and when."""

    target: str
    verdict: str
    sentence: str
    is_conditional: bool
    speaker: str
    function: str
    begins_at: str
    is_revised: bool = False
    """Whether the same speaker says otherwise later in the debate, which then counts."""


def is_report(root: etree._Element) -> bool:
    """Tell whether a tree is the report of a meeting."""
    return root.tag == ROOT


def read_report(root: etree._Element) -> Report:
    """Read the report: what was said, by whom and since when."""
    meeting = root.find(f"{_SPACE}vergadering")
    held = _words(meeting, "datum") if meeting is not None else ""
    return Report(
        _words(meeting, "titel") if meeting is not None else "",
        held[:10] or None,
        root.get("soort", "").lower() == "eindpublicatie",
        tuple(_turns(root)),
    )


def _turns(root: etree._Element) -> Iterator[Turn]:
    for element in root.iter(*_TURNS):
        speaker = element.find(f"{_SPACE}spreker")
        paragraphs = tuple(_paragraphs(element))
        if speaker is None or not paragraphs:
            continue
        name = f"{_words(speaker, 'aanhef')} {_words(speaker, 'verslagnaam')}".strip()
        yield Turn(
            name,
            _words(speaker, "functie"),
            speaker.get("soort", ""),
            _words(element, "markeertijdbegin"),
            _words(element, "isvoorzitter") == "true",
            paragraphs,
        )


def _paragraphs(turn: etree._Element) -> Iterator[str]:
    for text in turn.findall(f"{_SPACE}tekst"):
        for item in text.iter(f"{_SPACE}alineaitem"):
            words = " ".join("".join(map(str, item.itertext())).split())
            if words and not _said_by(words):
                yield words


def _words(element: etree._Element | None, name: str) -> str:
    found = element.find(f"{_SPACE}{name}") if element is not None else None
    return " ".join("".join(map(str, found.itertext())).split()) if found is not None else ""


def report_text(report: Report) -> tuple[str, tuple[tuple[int, Turn], ...]]:
    """Join a report to one text, with the offset of each turn."""
    pieces: list[str] = []
    starts: list[tuple[int, Turn]] = []
    length = 0
    for turn in report.turns:
        starts.append((length, turn))
        for paragraph in turn.paragraphs:
            pieces.append(paragraph)
            length += len(paragraph) + 2
    return "\n\n".join(pieces), tuple(starts)


def find_advice(report: Report) -> list[SpokenAdvice]:
    """Return the advice of members of the government, in the order in which it was given.

    Motions are named by their number in the dossier alone (`de motie op stuk nr. 29`); the dossier
    is said where the motion is moved (`Zij krijgt nr. 29 (36 725)`).
    """
    text, starts = report_text(report)
    references = find_references(text)
    given: list[SpokenAdvice] = []
    for appraisal in find_appraisals(text, references):
        place = bisect_right(starts, appraisal.start, key=lambda start: start[0])
        turn = starts[place - 1][1]
        if turn.is_of_government and not turn.is_chair:
            given.append(
                SpokenAdvice(
                    references[appraisal.reference].target,
                    appraisal.verdict,
                    appraisal.sentence,
                    appraisal.is_conditional,
                    turn.speaker,
                    turn.function,
                    turn.begins_at,
                )
            )
    return _with_revisions(given)


def _with_revisions(given: Sequence[SpokenAdvice]) -> list[SpokenAdvice]:
    """Mark verdicts that the same speaker changes later."""
    last = {(advice.target, advice.speaker): advice.verdict for advice in given}
    return [
        replace(advice, is_revised=last[advice.target, advice.speaker] != advice.verdict)
        for advice in given
    ]
