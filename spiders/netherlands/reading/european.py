"""Find acts and documents of the European Union, cited in text or by address.

An act is named by its CELEX number: sector, year, letter of the kind, number. A document of the
Commission is named by what is printed on it, `COM(2021)206`: its CELEX number differs by what kind
of document it is, which a text does not say.
"""

import re
from collections.abc import Iterator

from harvester.source.reference import Reference, reference

_LETTERS = {
    "verordening": "R",
    "richtlijn": "L",
    "kaderbesluit": "F",
    "besluit": "D",
    "beschikking": "D",
    "aanbeveling": "H",
}
_BODY = r"(?:EU|EG|EEG|EGKS|Euratom|JBZ|GBVB)"
_numbers = re.compile(r"(?<![\d/])(?P<first>\d{1,4})/(?P<second>\d{1,4})(?!\d|/\d)")
_named = re.compile(
    rf"""(?P<type>{"|".join(_LETTERS)})(?P<plural>en)?\s{{1,3}}
         (?:\((?P<body>{_BODY})(?:,\s?{_BODY})*\)\s{{0,3}})?(?P<nr>[Nn]r\.?\s{{0,3}})?$""",
    re.VERBOSE | re.IGNORECASE,
)
_listed = re.compile(
    rf"\s{{0,3}}(?:,|en\b|of\b)\s{{0,3}}(?:\((?P<body>{_BODY})\)\s{{0,3}})?(?P<nr>[Nn]r\.?\s{{0,3}})?"
).fullmatch
_suffix = re.compile(rf"/{_BODY}\b").match
_LOOK_BACK = 60
_FIRST_YEAR_FIRST = 2015
"""Since then acts are numbered year/number; before, only directives and decisions were."""

_document = re.compile(
    r"\b(?P<series>COM|SWD|JOIN|SEC)\s?[(\[/](?P<year>(?:19|20)?\d\d)[)\]/]\s?,?\s?(?P<number>\d{1,4})\b"
)
_celex = re.compile(
    r"(?:CELEX|celex)(?::|%3A|/)(?P<celex>\d{5}[A-Z]{1,2}\d{4}(?:\(\d\d\))?)"
).search
_prepared = re.compile(r"5(?P<year>\d{4})(?P<series>PC|DC|SC|JC)0*(?P<number>\d+)").fullmatch
_SERIES = {"PC": "COM", "DC": "COM", "JC": "JOIN"}
_FIRST_SWD = 2012
"""Before, staff working documents were numbered in the series SEC."""
_com_uri = re.compile(
    r"uri=(?P<series>COM|SWD|JOIN|SEC)(?::|%3A)(?P<year>\d{4})(?::|%3A)0*(?P<number>\d+)"
).search
_eli = re.compile(
    r"/eli/(?P<kind>reg|dir|dec|reco)(?:_impl|_del)?/(?P<year>\d{4})/(?P<number>\d{1,4})\b"
).search
_ELI_LETTERS = {"reg": "R", "dir": "L", "dec": "D", "reco": "H"}


def find_european(text: str) -> Iterator[Reference]:
    """Yield the acts and documents of the Union that a text cites."""
    if "/" in text:
        yield from _acts(text)
    for match in _document.finditer(text):
        year = match["year"] if len(match["year"]) == 4 else _full_year(match["year"])
        if year is not None:
            target = f"{match['series']}({year}){match['number'].lstrip('0')}"
            yield reference(text, *match.span(), "eu", target)


def european_target(url: str) -> str | None:
    """Return the act or document of an EUR-Lex address; None if there is none."""
    if match := _celex(url):
        return _natural(match["celex"])
    if match := _com_uri(url):
        return f"{match['series']}({match['year']}){match['number']}"
    if match := _eli(url):
        return _celex_number(match["year"], _ELI_LETTERS[match["kind"]], match["number"])
    return None


def _acts(text: str) -> Iterator[Reference]:
    letter, last_end = "", -1
    for match in _numbers.finditer(text):
        begin = max(0, match.start() - _LOOK_BACK)
        named = _named.search(text[begin : match.start()])
        listed = None
        if named is not None:
            letter, start = _LETTERS[named["type"].lower()], begin + named.start()
        elif last_end >= begin and (listed := _listed(text[last_end : match.start()])):
            start = match.start()
        else:
            continue
        said = named or listed
        suffix = _suffix(text, match.end())
        end = suffix.end() if suffix else match.end()
        last_end = end
        if said is None or not (said["body"] or suffix):
            continue
        celex = _act(letter, match, (said["body"] or "").upper(), is_numbered=bool(said["nr"]))
        if celex is not None:
            yield reference(text, _start_of_word(text, start), end, "eu", celex)


def _act(letter: str, match: "re.Match[str]", body: str, *, is_numbered: bool) -> str | None:
    """Return the CELEX number; None if it is uncertain which number is the year."""
    first, second = match["first"], match["second"]
    if is_numbered or (letter == "R" and body in ("EG", "EEG", "EURATOM")):
        year, number = _full_year(second), first
    elif letter == "R" and int(first) < _FIRST_YEAR_FIRST:
        return None
    else:
        year, number = _full_year(first), second
    return _celex_number(year, letter, number) if year else None


def _full_year(digits: str) -> str | None:
    if len(digits) == 4 and digits[:2] in ("19", "20"):
        return digits
    return f"19{digits}" if len(digits) == 2 and int(digits) >= 52 else None


def _celex_number(year: str, letter: str, number: str) -> str:
    return f"3{year}{letter}{int(number):04d}"


def _natural(celex: str) -> str:
    """Write a document number of the Commission as printed; other numbers stay unchanged."""
    match = _prepared(celex)
    if match is None:
        return celex
    staff = "SWD" if int(match["year"]) >= _FIRST_SWD else "SEC"
    series = _SERIES.get(match["series"], staff)
    return f"{series}({match['year']}){match['number']}"


def _start_of_word(text: str, start: int) -> int:
    """Extend a match to the whole compound: `Uitvoeringsverordening`."""
    while start and text[start - 1].isalpha():
        start -= 1
    return start
