"""References in running text: which words refer to which paper, and where they stand.

Nothing is guessed: a number counts only with its dossier beside it, or said to be the same.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from harvester.reading.identifiers import SPELLED, PaperId, digits, parse, part_of


class Reference(NamedTuple):
    """Words that refer to something."""

    start: int
    """Place of the first character in the text, from 0."""
    end: int
    """Place after the last character."""
    words: str
    """What stands there, spaces made single."""
    kind: str
    """`paper`, or `publication`: of one of the official journals."""
    target: str
    """The official identifier: `kst-35925-V-48`, `stb-2020-118`, `trb-2023-54`."""


_NUMBER = r"\d{1,4}(?!\d|\s\d{3}\b)(?:[a-z]\b)?"
_LIST = rf"""
    (?P<first>{_NUMBER})
    (?P<more>(?:\s*(?:,|en|t/m|tot\s+en\s+met|–|-|&|/|alsmede|,\s*en)\s*(?:nrs?\.?\s*)?{_NUMBER}
       (?!\s?[\d(]|\s+(?:[IVX]+\b|van\s+(?:de\s+)?\d|jan|feb|maart|apr|mei|jun|jul|aug|sep|okt|nov|dec|
          miljoen|miljard|procent|euro|jaar|dagen|leden|moties?\b))){{0,50}})
"""
_paper = re.compile(
    rf"""{SPELLED}
         (?P<others>(?:\s*(?:,|en|/)\s*\d{{2}}[\s.]\d{{3}}(?:\s?-\s?\d{{2}}\b)?){{0,9}})
         (?:\s*[,:]?\s*(?:(?:stuk(?:ken)?\s+)?(?:nrs?|nummers?)\b\.?\s*|\#)\s*{_LIST}
           |\s*,\s*(?:letter\s+)?(?P<letter>[A-Z]{{1,2}})\b(?!\.|[-’']))""",
    re.VERBOSE,
)
_turned = re.compile(
    rf"""(?:\bnrs?\.?\s*|(?i:\b(?:motie|moties|amendement|stuk|onder)\b)[^.;()]{{0,80}}?\s)
         (?P<turned>\d{{1,4}})\s\(\s*{SPELLED}\s*\)""",
    re.VERBOSE,
)
_idem = re.compile(
    r"\b(?:idem|ibid(?:em)?\.?)\s*,?\s*nrs?\.?\s*(?P<number>\d{1,4})\b", re.IGNORECASE
)
_journal = re.compile(
    r"\b(?P<journal>Staatsblad|Stb\.|Staatscourant|Stcrt\.|Tractatenblad|Trb\.)\s*"
    r"(?P<year>(?:18|19|20)\d{2})\s?,\s*(?:nr\.?\s*)?(?P<number>\d{1,6})\b"
)
_JOURNALS = {"Sta": "stb", "Stb": "stb", "Stc": "stcrt", "Tra": "trb", "Trb": "trb"}
_each = re.compile(rf"(?P<joint>t/m|tot\s+en\s+met|–|-)?\s*(?:nrs?\.?\s*)?(?P<number>{_NUMBER})")
_official = re.compile(r"\bkst-[0-9IVXLCDM]+(?:-[0-9A-Za-z]+){1,4}\b")
LONGEST_RANGE = 100
"""A range of more papers than this is read as its two ends alone."""


def find_references(text: str) -> list[Reference]:
    """Return the references in a text, in the order of their places."""
    found = [*_papers(text), *_journals(text)]
    return sorted(set(found))


def _papers(text: str) -> Iterator[Reference]:
    dossiers: list[tuple[int, str, str | None]] = []
    taken: list[tuple[int, int]] = []
    for match in _paper.finditer(text):
        dossier, part = digits(match["dossier"]), part_of(match)
        dossiers.append((match.end(), dossier, part))
        taken.append(match.span())
        if match["letter"]:
            yield _reference(text, match.start(), match.end(), dossier, part, match["letter"])
            continue
        yield _reference(text, match.start(), match.end("first"), dossier, part, match["first"])
        yield from _listed(text, match, dossier, part)
    for match in _turned.finditer(text):
        if any(start < match.end() and match.start("turned") < end for start, end in taken):
            continue
        dossier, part = digits(match["dossier"]), part_of(match)
        dossiers.append((match.end(), dossier, part))
        yield _reference(text, match.start("turned"), match.end(), dossier, part, match["turned"])
    for match in _official.finditer(text):
        if parse(match[0]) is not None:
            yield Reference(*match.span(), match[0], "paper", match[0])
    dossiers.sort()
    for match in _idem.finditer(text):
        before = [(dossier, part) for end, dossier, part in dossiers if end <= match.start()]
        if before:
            yield _reference(text, *match.span(), *before[-1], match["number"])


def _listed(
    text: str, match: "re.Match[str]", dossier: str, part: str | None
) -> Iterator[Reference]:
    """Yield the further numbers of a list: `12, 13 en 15`, `47 t/m 50`."""
    last = match["first"]
    for each in _each.finditer(text, match.start("more"), match.end("more")):
        number, place = each["number"], each.span("number")
        if each["joint"] and last.isdigit() and number.isdigit():
            between = range(int(last) + 1, int(number))
            if len(between) <= LONGEST_RANGE:
                for middle in between:
                    yield _reference(text, *place, dossier, part, str(middle))
        yield _reference(text, *place, dossier, part, number)
        last = number


def _reference(
    text: str, start: int, end: int, dossier: str, part: str | None, number: str
) -> Reference:
    target = PaperId(dossier, re.sub(r"\s", "", number), part)
    return Reference(start, end, " ".join(text[start:end].split()), "paper", str(target))


def _journals(text: str) -> Iterator[Reference]:
    for match in _journal.finditer(text):
        name = match["journal"]
        journal = "stcrt" if name.startswith("Staatsc") else _JOURNALS[name[:3]]
        target = f"{journal}-{match['year']}-{match['number']}"
        words = " ".join(match[0].split())
        yield Reference(*match.span(), words, "publication", target)
