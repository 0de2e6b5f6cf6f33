"""What a letter says of the motions that it cites: advice, or that they have been carried out.

Nothing is asserted without its sentence: a sentence counts for the papers cited in it, or, when it
speaks of a motion and cites nothing, for those cited last in the same paragraph. What is denied
or conditional does not count.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple, TypeAlias

from harvester.domain import Advice
from harvester.reading.references import Reference

Verdict: TypeAlias = Advice | Literal["carried out"]


class Appraisal(NamedTuple):
    """A verdict on a cited paper, with the sentence that gives it."""

    reference: int
    """Which of the references, from 0."""
    verdict: Verdict
    sentence: str
    """Spaces made single."""


_WE = r"(?:ik|wij|we|het\s+kabinet|de\s+(?:minister|staatssecretaris|regering))"
_WORDS: tuple[tuple[Verdict, str], ...] = (
    ("against", r"\bontra(?:ad|adt|den)\b"),
    ("left to the House", r"\boordeel\s+(?:aan\s+(?:de\s+|uw\s+)?)?kamer\b"),
    (
        "for",
        rf"\bneem(?:t|en)?\s+{_WE}\s+(?:\w+\s+){{0,2}}over\b|\b{_WE}\s+neem(?:t|en)?\s+"
        r"(?:\w+\s+){0,4}over\b|\b(?:wordt|worden|is|zijn)\s+overgenomen\b",
    ),
    ("hold", r"\bverzo(?:ek|ekt|eken|cht)\b.{0,120}\baan\s+te\s+houden\b"),
    ("premature", r"\bontijdig\b"),
    ("superfluous", r"\boverbodig\b"),
    (
        "carried out",
        r"\bbeschouw\w*\b.{0,300}\b(?:afgedaan|uitgevoerd)\b"
        rf"|\bdoe(?:t|n)?\s+{_WE}\b.{{0,400}}\baf\b"
        r"|\b(?:is|zijn|wordt|worden)\s+(?:hiermee|daarmee|met\s+deze\s+brief)\s+"
        r"(?:uitgevoerd|afgedaan)\b",
    ),
)
_SAID = {verdict: re.compile(pattern, re.IGNORECASE | re.DOTALL) for verdict, pattern in _WORDS}
_denied = re.compile(r"\b(?:niet|geen|noch|nooit)\b(?:\s+\w+){0,3}\s*$", re.IGNORECASE)
_denied_after = re.compile(r"^\s*(?:\w+\s+){0,3}\bniet\b", re.IGNORECASE)
_conditional = re.compile(
    r"^(?:Als|Indien|Wanneer|Mits)\b|,\s*(?:als|indien|mits)\b|\b(?:indien|mits|zou|zouden)\b"
)
_end = re.compile(r"[.!?][\"”’)]?\s+(?=[A-Z„“\"‘(])|\n\s*\n")
_abbreviated = re.compile(r"\b(?:nrs?|dhr|mevr|mw|drs|dr|prof|ir|mr|art|resp|bijv|ca|[A-Z])\.$")
_motion = re.compile(r"\bmoties?\b", re.IGNORECASE)


def find_appraisals(text: str, references: Sequence[Reference]) -> list[Appraisal]:
    """Return what a text says of the papers that it cites, in the order of the text.

    Args:
        text: where the references were found.
        references: what `find_references` found in it.
    """
    papers = [(i, r) for i, r in enumerate(references) if r.kind == "paper"]
    found: list[Appraisal] = []
    spoken_of: list[int] = []
    for start, end, begins_paragraph in _sentences(text):
        cited = [i for i, r in papers if start <= r.start < end]
        if begins_paragraph or cited:
            spoken_of = cited
        sentence = text[start:end]
        if not spoken_of or not _motion.search(sentence) or _conditional.search(sentence.strip()):
            continue
        plain = " ".join(sentence.split())
        found += [
            Appraisal(reference, verdict, plain)
            for verdict in _verdicts(sentence)
            for reference in spoken_of
        ]
    return list(dict.fromkeys(found))


def _verdicts(sentence: str) -> Iterator[Verdict]:
    for verdict, pattern in _SAID.items():
        match = pattern.search(sentence)
        if match is None or _denied.search(sentence[: match.start()]):
            continue
        if not _denied_after.search(sentence[match.end() :]):
            yield verdict


def _sentences(text: str) -> Iterator[tuple[int, int, bool]]:
    """Yield start and end of each sentence, and whether a paragraph begins with it."""
    start, begins = 0, True
    for match in _end.finditer(text):
        is_paragraph = match[0].startswith("\n")
        if not is_paragraph and _abbreviated.search(text[start : match.start() + 1]):
            continue
        yield start, match.end() if not is_paragraph else match.start(), begins
        start, begins = match.end(), is_paragraph or "\n\n" in match[0]
    yield start, len(text), begins
