"""Read date, addressee and signatories from the words of a letter or motion."""

import re
from collections.abc import Iterator, Sequence

from harvester.text.stated import PaperFacts, StatedPerson
from spiders.netherlands.printed.dates import dateline, written_date
from spiders.netherlands.printed.notices import withdrawal_notice
from spiders.netherlands.printed.signatures import names_in

_OPENING = 25
"""Paragraphs at the beginning that may name date and addressee."""
_CLOSING = 14
"""Paragraphs at the end that may hold signatures, before notes and annexes."""

_ADDRESSEE = re.compile(
    r"Aan:? (?:de|het|den) (?P<who>(?:[Vv]oorzitter|[Ll]eden|[Pp]residium)\b.{0,160}?)"
    r"(?=(?:\s(?:Postbus|Den Haag|Datum|Plein|Binnenhof|’s-Gravenhage)\b|\s\d{4}\s?[A-Z]{2}\b|$))",
    re.DOTALL,
)
_DATED = re.compile(r"(?:^|\n|\s)Datum:?\s+(?=\d{1,2}\s+[a-z]+\s+\d{4})")
_PROPOSED = re.compile(r"(?:Voorgesteld|Ontvangen|Vastgesteld)\s+(?=\d{1,2}\s)")
_PLACED = re.compile(r"(?P<line>(?:Den Haag|[’'‘]s-Gravenhage|Amsterdam),\s+\d{1,2}\s\w+\s\d{4})")
_INITIALS = r"(?:(?:[A-Z][a-zé]?\.)\s?){1,6}"
_PARTICLE = r"(?:(?:van|de|den|der|des|het|ter|ten|te|el|al|la|le|von|’t|'t)\s)*"
_SURNAME = rf"{_PARTICLE}[A-ZÀ-Þ][\w’'-]+(?:[ -](?:{_PARTICLE})[A-ZÀ-Þ][\w’'-]+){{0,3}}"
_SIGNED = re.compile(
    rf"""(?P<function>\b[Dd]e\s(?:[Mm]inister(?:-[Pp]resident)?|[Ss]taatssecretaris|[Vv]oorzitter
         |[Gg]riffier|[Vv]icepremier)\b(?:(?!\.\s|\b[Dd]e\s(?:[Mm]inister|[Ss]taatssecretaris)\b)[^;:!?]){{0,180}}?)
         ,?\s+(?P<name>{_INITIALS}{_SURNAME})(?=\s*(?:$|\n|[Dd]e\s(?:[Mm]inister|[Ss]taats)))""",
    re.VERBOSE,
)
_CLOSES_MOTION = re.compile(r"\ben\sga(?:at|an)\sover\stot\sde\s(?:orde|beraadslaging)\b[^\n]*\n*")
_IS_MOTION = re.compile(r"\bMOTIE\sVAN\b")


def letter_facts(text: str) -> PaperFacts | None:
    """Read facts from the words of a letter or motion; None if there are none."""
    if (notice := withdrawal_notice(text)) is not None:
        return PaperFacts(status=notice)
    paragraphs = text.split("\n\n")
    opening = paragraphs[:_OPENING]
    people = tuple(_movers(text) if _IS_MOTION.search("\n".join(opening)) else _signed(paragraphs))
    dated_on = _dated_on(opening)
    addressee = _addressee(opening)
    if not people and dated_on is None and addressee is None:
        return None
    return PaperFacts(dated_on=dated_on, addressee=addressee, people=people)


def _addressee(opening: Sequence[str]) -> str | None:
    for paragraph in opening:
        match = _ADDRESSEE.search(paragraph)
        if match and match.start() < 2:
            return " ".join(match[0].split()).rstrip(" ,.")
    return None


def _dated_on(opening: Sequence[str]) -> str | None:
    for paragraph in opening:
        if (found := dateline(paragraph)) is not None:
            return found
    for pattern in (_PROPOSED, _DATED, _PLACED):
        for paragraph in opening:
            if match := pattern.search(paragraph):
                begin = match.start() if pattern is _PLACED else match.end()
                return written_date(paragraph[begin : begin + 60])
    return None


def _signed(paragraphs: Sequence[str]) -> Iterator[StatedPerson]:
    """Yield signatories: a function, and a name with initials at the end of a line or paragraph."""
    closing = "\n".join(paragraphs[-_CLOSING:])
    seen: set[str] = set()
    for match in _SIGNED.finditer(closing):
        name = " ".join(match["name"].split())
        function = " ".join(match["function"].split()).rstrip(" ,")
        if name not in seen:
            yield StatedPerson(name, function, "co-signatory" if seen else "signatory")
            seen.add(name)


def _movers(text: str) -> Iterator[StatedPerson]:
    """Yield the names at the end of a motion."""
    match = _CLOSES_MOTION.search(text)
    if match is None:
        return
    lines = [line for line in re.split(r"\n+", text[match.end() :]) if line.strip()]
    for place, name in enumerate(names_in(lines)):
        yield StatedPerson(name, None, "co-mover" if place else "mover")
