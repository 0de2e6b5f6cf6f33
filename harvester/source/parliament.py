"""What one parliament has of its own: how its papers are named, and how its texts are read."""

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
    """Which of the references, from 0."""
    verdict: str
    sentence: str
    """Spaces made single."""
    is_conditional: bool = False
    """The sentence names a condition."""
    start: int = 0
    """Where the sentence begins in the text."""


class Findings(NamedTuple):
    """What a text cites, and what it says of the papers that it cites."""

    references: Sequence[Reference] = ()
    appraisals: Sequence[Appraisal] = ()


class Edition(NamedTuple):
    """An edition of a paper as its official id states it: original, reprint or correction."""

    original: str
    """The id of the first print."""
    kind: str
    """`original`, `h` for a reprint, `n` for a note with corrections."""


def _as_typed(name: str) -> Iterable[str]:
    return (name.strip(),)


@dataclass(frozen=True, slots=True)
class Parliament:
    """The customs of one parliament; the defaults know none.

    The functions are pure and never fail, whatever a source or a reader wrote.
    """

    name: str
    spellings: Callable[[str], Iterable[str]] = _as_typed
    """The ids that people may mean by a name, the likeliest first."""
    is_number: Callable[[str], bool] = lambda text: False
    """Whether a search is the number of a paper, in any spelling."""
    edition: Callable[[str], Edition | None] = lambda id_: None
    """Which edition an official id stands for; None: it has no others."""
    body_start: Callable[[str], int] = lambda text: 0
    """Where a paper's own words begin, below its masthead; 0: at the beginning."""
    read: Callable[[str, Sequence[Link]], Findings] = lambda text, links: Findings()
    """What a text cites and says; takes the text and its publisher's own links."""
    words: Language = PLAIN
    """How the words of its papers hang together, for search."""
    cite: Callable[[Mapping[str, Any]], str | None] = lambda paper: None
    """How lawyers cite a paper, given its row of the index; None: not at all."""
    conventions: Conventions = NO_CONVENTIONS
    """How its papers are printed, for the extraction of their text."""
    language: str = ""
    """Of its papers, as in HTML (`nl`); empty: not known."""
    time_zone: str = "UTC"
    """Where it sits: times are shown as its clocks say them."""
    ministries: Sequence[Sequence[str]] = ()
    """The names of each ministry, also abbreviated and former ones."""
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
"""Of sources that name none."""
LONGEST_MASTHEAD = 2_500
"""Characters that a masthead takes at most; what comes later is not one."""
