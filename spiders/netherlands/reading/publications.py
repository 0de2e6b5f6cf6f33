"""Find other official publications cited in text.

Official journals, items of the proceedings, questions with their answers; and any official
identifier that is written out, as in an address.
"""

import re
from collections.abc import Iterator

from harvester.source.reference import Kind, Reference, reference
from spiders.netherlands.reading.identifiers import is_unset, parse
from spiders.netherlands.reading.numbering import (
    CHAMBER,
    SESSION,
    Number,
    S,
    chamber_code,
    placed,
    read_list,
    session_digits,
)

_JOURNALS = {
    "Staatsblad": "stb",
    "Stb": "stb",
    "Staatscourant": "stcrt",
    "Stcrt": "stcrt",
    "Tractatenblad": "trb",
    "Trb": "trb",
}
_FIRST_NUMBERED_STCRT = 2009
"""Since this year the Staatscourant numbers publications; before, it numbered issues."""
_journal = re.compile(
    rf"\b(?P<journal>{'|'.join(_JOURNALS)})\b\.?{S}(?:van{S})?(?P<year>(?:18|19|20)\d\d)"
    rf"(?:{S},{S}(?:nrs?\b\.?{S})?|{S}nrs?\b\.?{S})(?=\d)"
)
_item = re.compile(
    rf"""(?:H|h)andelingen\b[\s,]{{1,3}}(?:\b{CHAMBER}\b)?[\s,]{{0,3}}(?:vergaderjaar\s)?{SESSION}{S},{S}
         (?:nr\b\.?{S})?(?P<meeting>\d{{1,3}}){S},{S}items?\b{S}(?=\d)""",
    re.VERBOSE,
)
_next_item = re.compile(
    rf"{S}(?:,|;|en\b){S}(?:en\b{S})?nr\b\.?{S}(?P<meeting>\d{{1,3}}){S},{S}items?\b{S}(?=\d)"
).match
_answers = re.compile(
    rf"""\bAanhangsel(?:{S}(?:van{S}de{S}|der{S})?Handelingen)?\b[\s,]{{0,3}}(?:\b{CHAMBER}\b)?
         [\s,]{{0,3}}(?:vergaderjaar\s)?{SESSION}{S},?{S}(?P<nr>nrs?\b\.?{S})?(?=\d)""",
    re.VERBOSE,
)
_footer = re.compile(
    rf"\b{CHAMBER},\s(?:vergaderjaar\s)?{SESSION},\sAanhangsel,?\snr\.\s(?P<number>\d{{1,4}})\b"
)
_MOST_ANSWERS_OF_EK = 200
"""Most questions of the Eerste Kamer in a year: a larger number is of the Tweede Kamer."""
_asked = re.compile(r"\b(?P<number>20\d\dZ\d{5})\b(?P<sent>\s{0,3}\((?:ingezonden|Ingezonden))?")
_about_questions = re.compile(r"\b(?:[Vv]raag|[Vv]ragen|Kamervragen)\b[^.\n]*$")
_LOOK_BACK = 160

_official = re.compile(
    r"\b(?:kst|blg|stb|stcrt|trb|gmb|prb|wsb|bgr|ah-tk|ah-ek|kv-tk|kv-ek|h-tk|h-ek)"
    r"-[0-9IVXLCDM](?:[0-9A-Za-z]|-(?=[0-9A-Za-z])){1,40}"
)
_FAMILIES: tuple[tuple[Kind, str], ...] = (
    ("publication", r"(?:stb|stcrt|trb|gmb|prb|wsb|bgr)-\d{4}-\d{1,6}(?:-[a-z0-9]{1,4})?"),
    ("proceedings", r"h-(?:tk|ek)-\d{8}(?:-\d{1,5}){2,3}(?:-n\d+)?"),
    ("questions", r"ah-(?:tk|ek)-\d{8}-\d{1,5}(?:-[a-z]\d+)?|kv-(?:tk|ek)-\w{5,12}"),
    ("paper", r"blg-\d{1,9}(?:\.\d+)?"),
)
_KINDS = [(kind, re.compile(pattern).fullmatch) for kind, pattern in _FAMILIES]


def kind_of(identifier: str) -> Kind | None:
    """Return what an official identifier names; None if it is invalid."""
    if parse(identifier) is not None or is_unset(identifier):
        return "paper"
    return next((kind for kind, matches in _KINDS if matches(identifier)), None)


def find_publications(text: str) -> Iterator[Reference]:
    """Yield the journals, items and questions that a text cites, and written identifiers."""
    yield from _journals(text)
    yield from _identifiers(text)
    if "andelingen" in text:
        yield from _items(text)
    if "Aanhangsel" in text:
        yield from _answered(text)
    for match in _asked.finditer(text):
        before = text[max(0, match.start() - _LOOK_BACK) : match.start()]
        if match["sent"] or _about_questions.search(before):
            yield reference(text, *match.span("number"), "questions", f"kv-tk-{match['number']}")


def _journals(text: str) -> Iterator[Reference]:
    for match in _journal.finditer(text):
        journal = _JOURNALS[match["journal"]]
        if journal == "stcrt" and int(match["year"]) < _FIRST_NUMBERED_STCRT:
            continue
        numbers = read_list(text, match.end(), most_digits=6)
        for number, start, end in placed(numbers, match.start()):
            target = f"{journal}-{match['year']}-{number}"
            yield reference(text, start, end, "publication", target)


def _identifiers(text: str) -> Iterator[Reference]:
    for match in _official.finditer(text):
        kind = kind_of(match[0])
        if kind is not None:
            yield reference(text, *match.span(), kind, match[0])


def _items(text: str) -> Iterator[Reference]:
    for first in _item.finditer(text):
        chamber, session = chamber_code(first["chamber"]), session_digits(first["session"])
        if chamber is None or session is None:
            continue
        match: re.Match[str] | None = first
        start = first.start()
        while match is not None:
            is_plural = "items" in match[0]
            numbers = read_list(text, match.end(), is_plural=is_plural, is_of_numbers=False)
            for number, begin, end in placed(numbers, start):
                target = f"h-{chamber}-{session}-{match['meeting']}-{number}"
                yield reference(text, begin, end, "proceedings", target)
            match = _next_item(text, numbers[-1].end) if numbers else None
            start = match.start("meeting") if match else start


def _answered(text: str) -> Iterator[Reference]:
    for match in _answers.finditer(text):
        session = session_digits(match["session"])
        numbers = read_list(text, match.end(), is_plural="s" in (match["nr"] or ""))
        chamber = chamber_code(match["chamber"]) or _chamber_of(numbers)
        for number, start, end in placed(numbers, match.start()):
            if chamber and session:
                target = f"ah-{chamber}-{session}-{number}"
                yield reference(text, start, end, "questions", target)
    for match in _footer.finditer(text):
        session = session_digits(match["session"])
        if session:
            target = f"ah-{chamber_code(match['chamber'])}-{session}-{match['number']}"
            yield reference(text, *match.span(), "questions", target)


def _chamber_of(numbers: list[Number]) -> str | None:
    values = [int(number.text) for number in numbers if number.text.isdigit()]
    return "tk" if max(values, default=0) > _MOST_ANSWERS_OF_EK else None
