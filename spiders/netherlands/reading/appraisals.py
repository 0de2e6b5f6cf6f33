"""Find what a letter says of the motions that it cites: advice, or that they are carried out.

Every verdict has its sentence. A sentence concerns the motions cited in it. If it speaks of a
motion and cites none, it concerns those cited last: before it in its paragraph, in the heading
above, or in the only note below. If that is ambiguous, there is no verdict.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harvester.source.parliament import Appraisal
from harvester.source.reference import Reference
from spiders.netherlands.reading.mentions import Mention, Skeleton, skeleton
from spiders.netherlands.reading.numbering import read_list
from spiders.netherlands.reading.sentences import Paragraph, split_paragraphs
from spiders.netherlands.reading.verdicts import Finding, Verdict, find_verdicts

__all__ = ["Appraisal", "Verdict", "find_appraisals"]

_numbered = re.compile(r"\b(?P<nr>nrs?\b\.?|nummers?\b)\s*(?=\d)", re.IGNORECASE)
_named = re.compile(r"(?<![.!?]\s)\b[A-ZÀ-Ý][\w’'-]{2,}")
_NO_NAMES = frozenset(
    ("Motie", "Moties", "Deze", "Die", "Dan", "Alle", "Beide", "Kamer", "Kamerstuk", "Kamerstukken")
)
_pointing = re.compile(r"^(?:deze|beide|genoemde|betreffende|bovengenoemde)\b", re.IGNORECASE).match
_COUNTS = {"twee": 2, "drie": 3, "vier": 4, "vijf": 5, "zes": 6}
_counted = re.compile(rf"\b(?:{'|'.join(_COUNTS)})\b").search
_raised = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}")
_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_numbered_note = re.compile(r"(?P<number>\d{1,3})[.)]?\s+\S").match
_MOST_IN_NOTE = 4
"""Most papers of a note that a sentence may speak of; a longer note is a bibliography."""
_REACH = 6
"""Paragraphs below a heading that it covers."""


@dataclass(slots=True)
class _Spoken:
    """The motions that the text spoke of last, and the words that named them."""

    references: tuple[int, ...] = ()
    words: str = ""
    is_of_heading: bool = False
    is_of_paragraph: bool = True
    """Whether they were cited in the current paragraph; otherwise only back references count."""
    age: int = 0


class _Reading:
    """The state of reading a text: its references, and what it spoke of last."""

    def __init__(self, text: str, papers: list[tuple[int, Reference]]) -> None:
        self.text = text
        self.spoken = _Spoken()
        self.targets = {number: paper.target for number, paper in papers}
        self.by_number: dict[str, dict[str, int]] = {}
        """Number in the dossier, paper, and the first reference to it."""
        self.by_names: dict[frozenset[str], dict[str, int]] = {}
        """Who tabled it, paper, and the last reference to it."""
        self.notes: dict[str, list[Paragraph]] = {}
        """The paragraphs that begin with a number, by it."""
        self._papers = papers
        self._starts = [paper.start for _, paper in papers]
        for number, paper in papers:
            short = paper.target.rpartition("-")[2]
            self.by_number.setdefault(short, {}).setdefault(paper.target, number)

    def note(self, number: str, after: int) -> Paragraph | None:
        """Return the first note with a number that begins after an offset; None if there is
        none."""
        notes = self.notes.get(number, [])
        return next((note for note in notes if note.start >= after), None)

    def cited(self, start: int, end: int) -> list[tuple[int, int, int]]:
        """Return start, end and number of each paper cited between two offsets."""
        first, last = bisect_left(self._starts, start), bisect_left(self._starts, end)
        return [(paper.start, paper.end, number) for number, paper in self._papers[first:last]]


def find_appraisals(text: str, references: Sequence[Reference]) -> list[Appraisal]:
    """Return the verdicts of a text on the papers that it cites, in order.

    Args:
        text: where the references were found.
        references: from `find_references` or `merge_references`, in order.
    """
    papers = [(number, one) for number, one in enumerate(references) if one.kind == "paper"]
    if not papers:
        return []
    reading = _Reading(text, papers)
    paragraphs = split_paragraphs(text)
    for paragraph in paragraphs:
        if (match := _numbered_note(text[paragraph.start : paragraph.end])) is not None:
            reading.notes.setdefault(match["number"], []).append(paragraph)
    found: list[Appraisal] = []
    for place, paragraph in enumerate(paragraphs):
        if not paragraph.is_note:
            following = paragraphs[place + 1 : place + 1 + _REACH]
            found += _read_paragraph(reading, paragraph, following)
    first: dict[tuple[int, str, str], Appraisal] = {}
    for one in found:
        first.setdefault((one.reference, one.verdict, one.sentence), one)
    return list(first.values())


def _read_paragraph(
    reading: _Reading, paragraph: Paragraph, following: Sequence[Paragraph]
) -> Iterator[Appraisal]:
    _begin(reading, paragraph, following)
    for start, end in paragraph.sentences:
        sentence = reading.text[start:end]
        places = [(a - start, b - start, number) for a, b, number in reading.cited(start, end)]
        places = sorted([*places, *_noted(reading, sentence, end)])
        bones = skeleton(sentence, places)
        if bones is None:
            continue
        _remember_names(reading, bones)
        cited = tuple(dict.fromkeys(n for one in bones.mentions for n in _named_by(reading, one)))
        numbers = tuple(number for _, _, number in places)
        for finding in find_verdicts(bones.text):
            for reference in _meant(reading, bones, finding, numbers):
                said = " ".join(sentence.split())
                yield Appraisal(reference, finding.verdict, said, finding.is_conditional, start)
        if cited:
            reading.spoken = _Spoken(cited, sentence, paragraph.is_heading)
        elif places and not paragraph.is_heading and not reading.spoken.is_of_heading:
            reading.spoken = _Spoken()  # something else is spoken of


def _noted(reading: _Reading, sentence: str, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield the references of a sentence's notes, at the signs of the notes."""
    for match in _raised.finditer(sentence):
        note = reading.note(match[0].translate(_DIGITS), end)
        cited = reading.cited(note.start, note.end) if note is not None else []
        if len(cited) <= _MOST_IN_NOTE:
            yield from ((*match.span(), number) for _, _, number in cited)


def _begin(reading: _Reading, paragraph: Paragraph, following: Sequence[Paragraph]) -> None:
    """Determine the topic at the beginning of a paragraph."""
    spoken = reading.spoken
    spoken.age += 1
    spoken.is_of_paragraph = False
    words = reading.text[paragraph.start : paragraph.end]
    is_far = spoken.age > (_REACH if spoken.is_of_heading else 1)
    if (paragraph.is_heading and not find_verdicts(" ".join(words.split()))) or is_far:
        reading.spoken = spoken = _Spoken()
    notes: list[Paragraph] = []
    for each in following:
        if not each.is_note:
            break
        notes.append(each)
    if (
        notes
        and not _raised.search(words)
        and len(re.findall(r"\bmoties?\b", words, re.IGNORECASE)) == 1
    ):
        noted = reading.cited(notes[0].start, notes[-1].end)
        if len(noted) == 1 and not reading.cited(paragraph.start, paragraph.end):
            reading.spoken = _Spoken((noted[0][2],), words)


def _meant(
    reading: _Reading, bones: Skeleton, finding: Finding, citing: tuple[int, ...]
) -> tuple[int, ...]:
    """Return the references that a verdict is about; empty if that is uncertain."""
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
    if citing and bones.trailing() and mention.is_plural == (len(citing) > 1):
        return citing
    if mention.is_pronoun and citing:
        return _last_before(bones, finding.sign)
    if not citing and _is_same(spoken, mention):
        return spoken.references
    named = reading.by_names.get(_names(mention.words), {})
    return tuple(named.values()) if len(named) == 1 and not mention.is_plural else ()


def _remember_names(reading: _Reading, bones: Skeleton) -> None:
    """Remember the names of motions, for sentences that use only these."""
    for mention in bones.mentions:
        if (names := _names(mention.words)) and len(mention.references) == 1:
            reference = mention.references[0]
            reading.by_names.setdefault(names, {})[reading.targets[reference]] = reference


def _names(words: str) -> frozenset[str]:
    return frozenset(name for name in _named.findall(words) if name not in _NO_NAMES)


def _takes_asides(text: str, finding: Finding) -> bool:
    """Tell whether the words before a motion belong to the verdict: `voldaan aan het verzoek
    in`."""
    sign = finding.sign or ""
    return finding.verdict == "carried out" and bool(
        re.search(rf"\bverzoek\s+(?:in|van|uit)\s+{sign}", text)
    )


def _last_before(bones: Skeleton, sign: str) -> tuple[int, ...]:
    """Return the motion that a pronoun refers to in its sentence: the only one before it."""
    before = [one for one in bones.before(sign) if one.references]
    if len(before) != 1 or before[0].is_plural != bones.mention(sign).is_plural:
        return ()
    return before[0].references


def _is_same(spoken: _Spoken, mention: Mention) -> bool:
    """Tell whether an uncited motion can only be the one cited last."""
    count = len(spoken.references)
    if not count:
        return False
    if mention.is_plural != (count > 1):
        return False
    word = mention.words.lower()
    if (word.startswith("beide") and count != 2) or word.startswith(
        ("eerste", "tweede", "laatste")
    ):
        return False
    if re.search(r"\b(?:eerste|tweede|derde|laatste)\b", word):
        return False
    if (counted := _counted(word)) is not None and _COUNTS[counted[0]] != count:
        return False
    if not (spoken.is_of_paragraph or spoken.is_of_heading or _pointing(mention.words)):
        return False
    return all(name in spoken.words for name in _names(mention.words))


def _named_by(reading: _Reading, mention: Mention) -> tuple[int, ...]:
    """Return the references that name a motion, or the only one with its number."""
    numbered = _numbered.search(mention.words)
    if mention.references or numbered is None:
        return mention.references
    return _by_number(reading, mention.words, numbered.end())


def _by_number(reading: _Reading, words: str, at: int) -> tuple[int, ...]:
    """Find `de moties op nrs. 47 en 48` among the cited papers, if each is unambiguous."""
    meant: list[int] = []
    for number in read_list(words, at, is_plural=True):
        papers = reading.by_number.get(number.text, {})
        if len(papers) != 1:
            return ()
        meant += papers.values()
    return tuple(meant)
