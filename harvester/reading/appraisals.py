"""What a letter says of the motions that it cites: advice, or that they have been carried out.

Nothing is asserted without its sentence. A sentence counts for the motions cited in it; when it
speaks of a motion and cites none, for those that were cited last: before it in its paragraph, in
the heading above, or in the only note below. Where that leaves a choice, nothing is said.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from harvester.reading.mentions import Mention, Skeleton, skeleton
from harvester.reading.numbering import read_list
from harvester.reading.reference import Reference
from harvester.reading.sentences import Paragraph, split_paragraphs
from harvester.reading.verdicts import Finding, Verdict, find_verdicts

__all__ = ["Appraisal", "Verdict", "find_appraisals"]

_numbered = re.compile(r"\b(?P<nr>nrs?\b\.?|nummers?\b)\s*(?=\d)", re.IGNORECASE)
_named = re.compile(r"(?<![.!?]\s)\b[A-ZÀ-Ý][\w’'-]{2,}")
_NO_NAMES = frozenset(("Motie", "Moties", "Deze", "Beide", "Kamer", "Kamerstuk", "Kamerstukken"))
_pointing = re.compile(r"^(?:deze|beide|genoemde|betreffende|bovengenoemde)\b", re.IGNORECASE).match
_REACH = 6
"""How many paragraphs below it a heading speaks for."""


class Appraisal(NamedTuple):
    """A verdict on a cited paper, with the sentence that gives it."""

    reference: int
    """Which of the references, from 0."""
    verdict: Verdict
    sentence: str
    """Spaces made single."""


@dataclass(slots=True)
class _Spoken:
    """The motions that the text was about last, and the words that named them."""

    references: tuple[int, ...] = ()
    words: str = ""
    is_of_heading: bool = False
    is_of_paragraph: bool = True
    """Cited in the paragraph that is being read; else only what points back counts."""
    age: int = 0


@dataclass(slots=True)
class _Reading:
    text: str
    papers: list[tuple[int, Reference]]
    spoken: _Spoken = field(default_factory=_Spoken)
    by_number: dict[str, set[str]] = field(default_factory=dict)


def find_appraisals(text: str, references: Sequence[Reference]) -> list[Appraisal]:
    """Return what a text says of the papers that it cites, in the order of the text.

    Args:
        text: where the references were found.
        references: what `find_references` found in it.
    """
    papers = [(i, r) for i, r in enumerate(references) if r.kind == "paper"]
    if not papers:
        return []
    reading = _Reading(text, papers)
    for _, paper in papers:
        number = paper.target.rpartition("-")[2]
        reading.by_number.setdefault(number, set()).add(paper.target)
    paragraphs = split_paragraphs(text)
    found: list[Appraisal] = []
    for place, paragraph in enumerate(paragraphs):
        if not paragraph.is_note:
            found += _read_paragraph(reading, paragraph, paragraphs[place + 1 :][:_REACH])
    return list(dict.fromkeys(found))


def _read_paragraph(
    reading: _Reading, paragraph: Paragraph, following: Sequence[Paragraph]
) -> Iterator[Appraisal]:
    _begin(reading, paragraph, following)
    for start, end in paragraph.sentences:
        sentence = reading.text[start:end]
        places = [
            (r.start - start, r.end - start, i) for i, r in reading.papers if start <= r.start < end
        ]
        bones = skeleton(sentence, places)
        if bones is None:
            continue
        cited = tuple(dict.fromkeys(n for one in bones.mentions for n in one.references))
        for finding in find_verdicts(bones.text):
            for reference in _meant(reading, bones, finding, is_citing=bool(places)):
                yield Appraisal(reference, finding.verdict, " ".join(sentence.split()))
        if cited:
            reading.spoken = _Spoken(cited, sentence, paragraph.is_heading)
        elif places and not paragraph.is_heading and not reading.spoken.is_of_heading:
            reading.spoken = _Spoken()  # something else is spoken of


def _begin(reading: _Reading, paragraph: Paragraph, following: Sequence[Paragraph]) -> None:
    """See what the text is about where a paragraph begins."""
    spoken = reading.spoken
    spoken.age += 1
    spoken.is_of_paragraph = False
    is_far = spoken.age > (_REACH if spoken.is_of_heading else 1)
    if paragraph.is_heading or is_far:
        reading.spoken = spoken = _Spoken()
    notes: list[Paragraph] = []
    for each in following:
        if not each.is_note:
            break
        notes.append(each)
    words = reading.text[paragraph.start : paragraph.end]
    if notes and len(re.findall(r"\bmoties?\b", words, re.IGNORECASE)) == 1:
        if any(paragraph.start <= r.start < paragraph.end for _, r in reading.papers):
            return
        begin, end = notes[0].start, notes[-1].end
        noted = [i for i, r in reading.papers if begin <= r.start < end]
        if len(noted) == 1:
            reading.spoken = _Spoken((noted[0],), words)


def _meant(
    reading: _Reading, bones: Skeleton, finding: Finding, *, is_citing: bool
) -> tuple[int, ...]:
    """Return the references that a verdict is on; none when that is not certain."""
    spoken = reading.spoken
    if finding.sign is None:
        is_near = spoken.is_of_heading or spoken.is_of_paragraph
        return spoken.references if is_near and len(spoken.references) == 1 else ()
    mention = bones.mention(finding.sign)
    if mention.is_aside and not _takes_asides(bones.text, finding):
        return ()
    if mention.references:
        return mention.references
    if (numbered := _numbered.search(mention.words)) is not None:
        return _by_number(reading, mention.words, numbered.end())
    if mention.is_pronoun and is_citing:
        return _last_before(bones, finding.sign)
    if is_citing or (spoken.words and not _is_same(spoken, mention)):
        return ()
    return spoken.references


def _takes_asides(text: str, finding: Finding) -> bool:
    """Tell whether what stands before a motion is of the verdict: `voldaan aan het verzoek in`."""
    sign = finding.sign or ""
    return finding.verdict == "carried out" and bool(
        re.search(rf"\bverzoek\s+(?:in|van|uit)\s+{sign}", text)
    )


def _last_before(bones: Skeleton, sign: str) -> tuple[int, ...]:
    """Return what a pronoun stands for in its sentence: the only motion before it."""
    before = [one for one in bones.before(sign) if one.references]
    if len(before) != 1 or before[0].is_plural != bones.mention(sign).is_plural:
        return ()
    return before[0].references


def _is_same(spoken: _Spoken, mention: Mention) -> bool:
    """Tell whether a motion that is not cited can only be what was cited last."""
    count = len(spoken.references)
    if mention.is_plural != (count > 1):
        return False
    word = mention.words.lower()
    if (word.startswith("beide") and count != 2) or word.startswith(
        ("eerste", "tweede", "laatste")
    ):
        return False
    if re.search(r"\b(?:eerste|tweede|derde|laatste|twee|drie|vier|vijf)\b", word):
        return False
    if not (spoken.is_of_paragraph or spoken.is_of_heading or _pointing(mention.words)):
        return False
    names = [name for name in _named.findall(mention.words) if name not in _NO_NAMES]
    return all(name in spoken.words for name in names)


def _by_number(reading: _Reading, words: str, at: int) -> tuple[int, ...]:
    """Find `de moties op nrs. 47 en 48` among the papers cited, where each can be only one."""
    meant = []
    for number in read_list(words, at, is_plural=True):
        targets = reading.by_number.get(number.text, set())
        if len(targets) != 1:
            return ()
        meant.append(next(i for i, r in reading.papers if r.target in targets))
    return tuple(meant)
