"""The Dutch parliament, as Griffie needs to know it."""

from collections.abc import Sequence

from harvester.source.parliament import Edition, Findings, Link, Parliament, Whereabouts
from spiders.netherlands.citing import cite
from spiders.netherlands.demo import DEMO
from spiders.netherlands.dossiers import dossier_label, printed_dossier
from spiders.netherlands.language import DUTCH
from spiders.netherlands.ministries import LINKS, MINISTRIES, OFFICES, ministry_of
from spiders.netherlands.printed.conventions import DUTCH_PAPERS
from spiders.netherlands.reading.identifiers import from_spelling, parse, spellings
from spiders.netherlands.reading.links import link_references, merge_references
from spiders.netherlands.reading.masthead import body_start
from spiders.netherlands.reading.references import find_references

_REPRINTED = ("h", "n")
"""Suffixes of ids, before their number: reprints, and notes with corrections."""


def is_number(text: str) -> bool:
    """Tell whether this is the number of a paper, in any spelling."""
    return from_spelling(text) is not None


def edition(id_: str) -> Edition | None:
    """Return the edition of an official id; None if the paper has only one."""
    named = parse(id_)
    if named is None or (named.suffix or "h")[0] not in _REPRINTED:
        return None
    kind = (named.suffix or "original").rstrip("0123456789")
    return Edition(str(named._replace(suffix=None)), kind)


def whereabouts(id_: str) -> Whereabouts:
    """Return the dossier and number of an official id, and where the publisher shows it."""
    named = parse(id_)
    if named is None:
        return Whereabouts()
    dossier = "-".join(part for part in (named.dossier, named.part) if part is not None)
    page = f"https://zoek.officielebekendmakingen.nl/{named}.html"
    return Whereabouts(dossier, named.number, (("officielebekendmakingen.nl", page),))


def read(text: str, links: Sequence[Link]) -> Findings:
    """Return the references of a text, from its links and words, and its verdicts on motions."""
    # Its patterns take longer to compile than most commands take: only who reads texts pays that.
    from spiders.netherlands.reading.appraisals import find_appraisals  # noqa: PLC0415

    references = merge_references(link_references(text, links), find_references(text))
    return Findings(references, find_appraisals(text, references))


NETHERLANDS = Parliament(
    "netherlands",
    spellings=spellings,
    is_number=is_number,
    edition=edition,
    whereabouts=whereabouts,
    body_start=body_start,
    read=read,
    words=DUTCH,
    cite=cite,
    conventions=DUTCH_PAPERS,
    language="nl",
    time_zone="Europe/Amsterdam",
    ministries=MINISTRIES,
    ministry_of=ministry_of,
    offices=(OFFICES, LINKS),
    committees=("commissie",),
    main_chamber="Tweede Kamer",
    dossier_label=dossier_label,
    printed_dossier=printed_dossier,
    demo=DEMO,
)
