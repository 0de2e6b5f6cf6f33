"""Identifiers of parliamentary papers: the official form and people's spellings.

The official form is `kst-[<session>-]<dossier>[-<part>]-<number>[-<suffix>]`. The part is a budget
chapter (`V`, `IIA`), a fund (`A`) or a serial number (`02`); the number of a paper of the Eerste
Kamer is a letter (`A`, `AB`), of old papers a number with one (`58e`).
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from spiders.netherlands.reading.numbering import DASH, chamber_code, session_digits


class PaperId(NamedTuple):
    """The official identifier of a paper; `str` writes it."""

    dossier: str
    """Digits, or for the Eerste Kamer's own dossiers a Roman number."""
    number: str
    part: str | None = None
    session: str | None = None
    """Of old papers of the Eerste Kamer: `20062007`."""
    suffix: str | None = None
    """`b<n>` an annex, `h<n>` a reprint, `n<n>` a note or erratum."""

    def __str__(self) -> str:
        parts = (self.session, self.dossier, self.part, self.number, self.suffix)
        return "-".join(("kst", *(part for part in parts if part is not None)))


_ROMAN = r"[IVXLCDM]+"
_LAST_SESSION_IN_IDS = "20092010"
PART = rf"(?:{_ROMAN}i?[AB]?|[A-Z]|\d{{2}})"  # the publisher has a `VIi`
NUMBER = r"(?:\d{1,5}[a-z]?|[A-Z]{1,6})"

_official = re.compile(
    rf"""kst-(?:(?P<session>\d{{8}})-)?
         (?P<dossier>\d{{4,5}}|{_ROMAN})
         (?:-(?P<part>{PART}))?
         -(?P<number>{NUMBER})
         (?:-(?P<suffix>[bhn]\d+))?""",
    re.VERBOSE,
).fullmatch
_unset = re.compile(r"kst-\d{6,}").fullmatch

_NUMBERED = r",?\s+(?:[Ss]tuk(?:ken)?\s+)?[Nn]rs?\b"
_CHAPTER = rf"(?:{_ROMAN}[AB]?|[A-M]|[N-Z](?={_NUMBERED}|\s?{DASH}\s?\d))"
SPELLED = rf"""
    (?P<dossier>\b\d{{2}}[\s.]?\d{{3}})(?!\d)     # 35 925, 35.925, 35925
    (?P<kingdom_act>\s?{DASH}?\s?\(R\s?\d{{3,4}}\))?
    (?:(?(kingdom_act)(?!))\s?{DASH}\s?(?P<serial>\d{{2}})\b(?!\s?\d)  # 21 501-02
      |(?:\s?{DASH}\s?|\s?|,?\s[Hh](?:oofdstuk|fdst\.)\s|,\s(?={_ROMAN}[AB]?{_NUMBERED}))
       (?P<part>{_CHAPTER})\b(?!\.|{DASH}[a-z]{{3}}))?  # 35 925 V, 35 925-V, 36 600 hoofdstuk XVI
"""
"""A dossier and its part, as people write them; for `re.VERBOSE`."""

_spelled = re.compile(
    rf"""(?:kst-|(?:kamerst(?:uk(?:ken)?|\.)|motie|brief|stuk)\s*)?
         (?:(?P<chamber>I/II|II|I|EK|TK),?\s+)?
         (?:(?:vergaderjaar\s+)?(?P<session>\d{{4}}\s?[-–/]\s?[-–]?(?:\d{{4}}|\d{{2}})),?\s+)?
         (?:{SPELLED}|(?P<own>C[CLXVI]{{0,9}}))
         (?:\s*[,:]?\s*(?:nrs?\.?|nummer|letter)\s*|\s*,\s*|\s?{DASH}\s?|\s+(?=\d))
         (?P<number>\d{{1,5}}[a-z]?|[A-Z]{{1,2}})""",
    re.VERBOSE | re.IGNORECASE,
).fullmatch


def parse(text: str) -> PaperId | None:
    """Read an official identifier; None if it is invalid or of a paper not yet typeset."""
    match = _official(text)
    return PaperId(**match.groupdict()) if match else None


def is_unset(text: str) -> bool:
    """Tell whether this is the identifier of a paper that is not yet typeset: `kst-1183756`."""
    return _unset(text) is not None


def from_spelling(text: str) -> PaperId | None:
    """Read people's spellings: `Kamerstukken II 2021/22, 26 485, nr. 379`, `26485-379`.

    None if it is no identifier.
    """
    match = _spelled(text.strip())
    if match is None:
        return None
    number = match["number"]
    return PaperId(
        match["own"].upper() if match["own"] else digits(match["dossier"]),
        number.upper() if number.isalpha() else number.lower().lstrip("0") or "0",
        part_of(match),
        session_in_id(match["chamber"], match["session"]),
    )


def session_in_id(chamber: str | None, session: str | None) -> str | None:
    """Return the session in the form of identifiers of old papers of the Eerste Kamer."""
    if session is None or chamber_code(chamber) != "ek":
        return None
    years = session_digits(session)
    return years if years and years <= _LAST_SESSION_IN_IDS else None


def part_of(match: "re.Match[str]") -> str | None:
    """Return the part that a match of `SPELLED` found."""
    return match["serial"] or (match["part"].upper() if match["part"] else None)


def digits(text: str) -> str:
    """Return the digits of a number that is written with spaces or points."""
    return re.sub(r"\D", "", text)


def spellings(name: str) -> Iterator[str]:
    """Yield the ids that a name may mean, likeliest first."""
    name = name.strip()
    yield name
    if (meant := from_spelling(name)) is not None:
        yield str(meant)
    yield name.upper()
    yield name.lower()
