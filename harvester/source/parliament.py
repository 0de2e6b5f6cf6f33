"""The contract of a parliament's package: names of papers, reading of texts, language, printing."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from harvester.source.demo import Demo
from harvester.source.language import PLAIN, Language
from harvester.source.reference import Reference
from harvester.text.conventions import NO_CONVENTIONS, Conventions

Link = tuple[int, int, str]
"""Start, end and target of a link in a text."""


class Appraisal(NamedTuple):
    """A verdict on a cited paper, with the sentence that gives it."""

    reference: int
    """Index of the reference, from 0."""
    verdict: str
    sentence: str
    """With single spaces."""
    is_conditional: bool = False
    """Whether the sentence names a condition."""
    start: int = 0
    """Where the sentence begins in the text."""


class Findings(NamedTuple):
    """The references in a text, and its verdicts on the cited papers."""

    references: Sequence[Reference] = ()
    appraisals: Sequence[Appraisal] = ()


class Edition(NamedTuple):
    """An edition of a paper as its official id states it: original, reprint or correction."""

    original: str
    """The id of the first print."""
    kind: str
    """`original`, `h` for a reprint, `n` for a note with corrections."""


class Whereabouts(NamedTuple):
    """What an official id alone tells of a paper that the archive does not hold."""

    dossier: str | None = None
    """The label of its dossier, as in official ids."""
    number: str | None = None
    """Its number in the dossier."""
    places: tuple[tuple[str, str], ...] = ()
    """Publishers that may show it: name and address."""


def _as_typed(name: str) -> Iterable[str]:
    return (name.strip(),)


@dataclass(frozen=True, slots=True)
class Parliament:
    """One parliament; the defaults describe none.

    The functions are pure and never fail, whatever their input.
    """

    name: str
    spellings: Callable[[str], Iterable[str]] = _as_typed
    """The ids that a name may mean, likeliest first."""
    is_number: Callable[[str], bool] = lambda text: False
    """Whether a search is the number of a paper, in any spelling."""
    edition: Callable[[str], Edition | None] = lambda id_: None
    """The edition of an official id; None if the paper has only one."""
    whereabouts: Callable[[str], Whereabouts] = lambda id_: Whereabouts()
    """What an official id tells of a paper, and where its publisher shows it."""
    body_start: Callable[[str], int] = lambda text: 0
    """Where a paper's own words begin, after its masthead; 0 without a masthead."""
    read: Callable[[str, Sequence[Link]], Findings] = lambda text, links: Findings()
    """Finds references and verdicts in a text, given the publisher's own links."""
    words: Language = PLAIN
    """The language of its papers, for search."""
    cite: Callable[[Mapping[str, Any]], str | None] = lambda paper: None
    """The legal citation of a paper, given its row of the index; None if it has none."""
    conventions: Conventions = NO_CONVENTIONS
    """How its papers are printed, for the extraction of their text."""
    language: str = ""
    """Language code of its papers, as in HTML; empty if unknown."""
    time_zone: str = "UTC"
    """Its time zone, in which times are shown."""
    ministries: Sequence[Sequence[str]] = ()
    """The names of each ministry, also abbreviated and former ones."""
    ministry_of: Callable[[str], str | None] = lambda function: None
    """The ministry that a function names ("Minister of Finance"); None if it names none."""
    offices: tuple[Collection[str], Collection[str]] = ((), ())
    """Words before a ministry's name: of the office (`minister`), and those that link (`van`)."""
    committees: Collection[str] = ()
    """Words for a committee, before what it is about."""
    main_chamber: str = ""
    """The chamber whose papers are listed without its name, as its sources call it."""
    dossier_label: Callable[[str], str | None] = lambda text: None
    """The label of the dossier that a search names; None: it names none."""
    printed_dossier: Callable[[str], str] = lambda label: label
    """A dossier's label as people print it."""
    demo: Demo | None = None
    """A fictional parliament to try Griffie with."""


UNKNOWN = Parliament("unknown")
"""For sources that name no parliament."""
LONGEST_MASTHEAD = 2_500
"""Characters that a masthead takes at most; what comes later is not one."""
