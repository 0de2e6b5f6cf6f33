"""Papers and dossiers cited in running text.

A number counts only with its dossier: beside it, around it (`nr. 9 (35 925)`), or said to be the
same (`idem, nr. 4`). Where a paper belongs to two dossiers (`31 293 en 31 289, nr. 653`), the
publisher names it after the first. Old papers of the Eerste Kamer have the session in their
identifier; it is put there when the text says both session and chamber.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from harvester.source.reference import Reference, reference
from spiders.netherlands.reading.identifiers import SPELLED, PaperId, digits, part_of, session_in_id
from spiders.netherlands.reading.numbering import (
    CHAMBER,
    NR,
    SESSION,
    Number,
    S,
    placed,
    read_list,
)

_dossier = re.compile(rf"(?<![-\w])(?:{SPELLED})", re.VERBOSE)
_same = re.compile(rf"\b(?:[Ii]dem|[Ii]bid(?:em)?\b\.?)\s?,?{S}(?:(?P<nr>{NR}){S}|(?=[A-Z]\b))")
_others = re.compile(
    rf"(?:{S}(?:,|en\b|/){S}\d{{2}}[\s.]?\d{{3}}(?:\s?-\s?\d{{2}}\b)?){{1,9}}"
).match
_numbered = re.compile(
    rf"{S}[,:;]?{S}(?:(?:op\s)?[Ss]tuk(?:ken)?{S})?(?:(?P<nr>{NR})|[Ll]etters?\b){S}"
).match
_lettered = re.compile(rf"{S},{S}(?=[A-Z]{{1,2}}\b)").match
_hyphened_number = re.compile(r"\d{5}-[1-9]\d").fullmatch
_comma = re.compile(rf"{S},{S}(?=\d{{1,4}}[a-z]?\b(?!\s?[-–/.]\s?\d|\s\d))").match
_glued = re.compile(r"-(?P<number>\d{1,4}[a-z]?|[A-Z]{1,2})\b(?![-–]?\d|-\w|\.\d)").match
_carried = re.compile(
    rf"{S}(?:,|;|en\b){S}(?:en\b{S})?(?P<part>[IVX]+[AB]?)(?:{S},{S}|\s){NR}{S}(?=\d)"
).match
_sentence_goes_on = re.compile(r"\s*(?:[).,;:\]]|$|\n|(?:en|t/m|over|van|is|wordt)\b)").match
_WORD = (
    r"(?:(?i:kamerst(?:uk(?:ken)?(?:dossier|nummer)?)?|dossier(?:s|nummer)?"
    r"|wetsvoorstel(?:len)?))"
)
_ROOM = r"(?:[^\S\n]|[,:]|\n(?![^\S\n]*\n)){0,3}"
_lead = re.compile(
    rf"""(?:\b(?P<word>{_WORD})\b[.:]?)?{_ROOM}(?:\b{CHAMBER}\b)?{_ROOM}
         (?:\(?[Vv]ergaderjaar\s)?(?:\b{SESSION})?\)?{_ROOM}$""",
    re.VERBOSE,
)
_LOOK_BACK = 90
_before = re.compile(
    rf"""(?:\b(?P<nr>{NR})|(?P<goes_on>^{S}(?:,|en\b))|\b(?i:motie|amendement|stuk|onder)(?i:s|en|ken)?){S}
         (?P<list>\d{{1,4}}[a-z]?(?:\s?(?:,|en|t/m|/|-|–)\s?(?:{NR}\s)?\d{{1,4}}[a-z]?){{0,30}})
         (?:\s(?P<paren>\()\s?(?:{_WORD}\s)?|\s(?:van|bij|in|onder)\s(?:het\s)?(?:{_WORD})\s)$""",
    re.VERBOSE,
)
_closed = re.compile(r"\s?\)").match
_own_dossier = re.compile(
    rf"""(?i:kamerst(?:uk(?:ken)?|\.))[\s,]{{1,3}}(?:(?:I|EK)\b[\s,]{{1,3}})?
         (?:(?:vergaderjaar\s)?{SESSION}[\s,]{{1,3}})?
         (?P<dossier>C[CLXVI]{{0,9}})(?:{S},{S}(?:(?:nr\.|letters?){S})?|-)(?=[A-Z]{{1,2}}\b)""",
    re.VERBOSE,
)
_only_joint = re.compile(r"[\s,;&]*(?:en\b|alsmede\b)?\s*").fullmatch
_MOST_WITH_RANGES = 20_000
"""In a text that cites more, ranges are read as their two ends: they must not fill the memory."""
_WITH_SERIALS = "21501"
"""The dossier whose parts are serial numbers, so that `21501-32` is no paper."""


@dataclass(frozen=True, slots=True)
class _Lead:
    """What stands before a dossier."""

    is_named: bool
    """A word says that it is one: `Kamerstuk`, a session of a chamber."""
    session: str | None = None
    """Where it is part of the identifier."""
    is_full: bool = False
    """Chamber and session are said, so that a number needs no `nr.`: `II 2003/04, 29 702, 3`."""


@dataclass(frozen=True, slots=True)
class _Cited:
    """A dossier where it is cited."""

    start: int
    end: int
    dossier: str
    part: str | None
    lead: _Lead

    def paper(self, text: str, start: int, end: int, number: str) -> Reference:
        target = PaperId(self.dossier, number, self.part, self.lead.session)
        return reference(text, start, end, "paper", str(target))

    @property
    def label(self) -> str:
        return self.dossier if self.part is None else f"{self.dossier}-{self.part}"


def find_papers(text: str) -> Iterator[Reference]:
    """Yield the papers and dossiers that a text cites."""
    last: _Cited | None = None
    read_until = count = 0
    same = list(_same.finditer(text)) if "dem" in text or "bid" in text else []
    for match in _dossier.finditer(text):
        while same and same[0].end() <= match.start():
            yield from _repeated(text, same.pop(0), last)
        if match.start() < read_until:
            continue
        lead = _lead_before(text, match.start())
        if not lead.is_named and last and _only_joint(text[read_until : match.start()]):
            lead = last.lead
        last = _Cited(*match.span(), digits(match["dossier"]), part_of(match), lead)
        found = _cited(text, last, read_until)
        count += len(found)
        if count > _MOST_WITH_RANGES:
            found = list({(each.start, each.end): each for each in found}.values())
        yield from found
        read_until = max([match.end(), *(each.end for each in found)])
    for match in same:
        yield from _repeated(text, match, last)
    yield from _own_papers(text)


def _own_papers(text: str) -> Iterator[Reference]:
    """Yield papers of the Eerste Kamer's own dossiers: `Kamerstukken I 2020/21, CXLVI, A`."""
    for match in _own_dossier.finditer(text):
        if session_in_id("EK", match["session"]):
            continue  # these were numbered otherwise
        numbers = read_list(text, match.end(), is_plural=True)
        for number, start, end in placed(numbers, match.start("dossier")):
            target = PaperId(match["dossier"], number)
            yield reference(text, start, end, "paper", str(target))


def _cited(text: str, cited: _Cited, since: int) -> list[Reference]:
    """Return what is cited of a dossier, whichever way the number stands."""
    return (
        list(_followed(text, cited))
        or list(_hyphened(text, cited))
        or list(_preceded(text, cited, since))
        or list(_bare(text, cited))
    )


def _followed(text: str, cited: _Cited) -> Iterator[Reference]:
    """Read `35 925 V, nr. 48 en 49`, `36 867, B`, `36 600 XIV, nr. 38 en XX, nr. 4`."""
    others = _others(text, cited.end)
    numbers: list[Number] = []
    for end in (cited.end, others.end() if others else cited.end):
        if not numbers and (match := _numbered(text, end)):
            is_plural = match["nr"] is not None and "s" in match["nr"]
            numbers = read_list(text, match.end(), is_plural=is_plural)
        if not numbers and (match := _lettered(text, end)):
            letters = read_list(text, match.end(), is_plural=True)
            if letters and _are_letters(text, cited, letters):
                numbers = letters
        if not numbers and cited.lead.is_full and (match := _comma(text, end)):
            numbers = read_list(text, match.end())[:1]
    yield from _listed(text, cited, numbers, cited.start)
    while numbers and (match := _carried(text, numbers[-1].end)):
        cited = replace(cited, part=match["part"])
        numbers = read_list(text, match.end())
        yield from _listed(text, cited, numbers, match.start("part"))


def _are_letters(text: str, cited: _Cited, letters: list[Number]) -> bool:
    """Tell whether `36 867, B` names a paper of the Eerste Kamer, and does not just go on."""
    if not _sentence_goes_on(text, letters[-1].end):
        return False
    is_enclosed = text[cited.start - 1 : cited.start] in ("(", "[")
    return len(letters[0].text) == 1 or cited.lead.is_named or is_enclosed


def _listed(text: str, cited: _Cited, numbers: list[Number], start: int) -> Iterator[Reference]:
    for number, begin, end in placed(numbers, start):
        yield cited.paper(text, begin, end, number)


def _hyphened(text: str, cited: _Cited) -> Iterator[Reference]:
    """Read `35925-V-48`, `21501-02-2801`, `Kamerstuk 29984-1082`, where a paper is spoken of."""
    is_named = cited.lead.is_named or text[cited.start - 1 : cited.start] == "("
    match = _glued(text, cited.end)
    if match:
        if cited.part or is_named:
            yield cited.paper(text, cited.start, match.end(), match["number"])
    elif is_named and cited.part and _two_digits(text[cited.start : cited.end], cited.dossier):
        yield replace(cited, part=None).paper(text, cited.start, cited.end, cited.part)


def _two_digits(words: str, dossier: str) -> bool:
    """Tell whether `29984-10` is paper 10, and not a part: `21501-10`."""
    return dossier != _WITH_SERIALS and _hyphened_number(words) is not None


def _preceded(text: str, cited: _Cited, since: int) -> Iterator[Reference]:
    """Read `nr. 9 (35 925)`, `stukken nrs. 4 en 6 (36 410)`, `nr. 3 bij Kamerstuk 35 925`."""
    begin = max(since, cited.start - _LOOK_BACK)
    match = _before.search(text[begin : cited.start])
    if match is None or (match["goes_on"] and begin != since):
        return
    end = cited.end
    if match["paren"]:
        closed = _closed(text, end)
        if closed is None:
            return
        end = closed.end()
    begin += match.start("list")
    numbers = read_list(match["list"], 0, is_plural=True)
    for number in numbers:
        last = end if number is numbers[-1] else begin + number.end
        yield cited.paper(text, begin + number.start, last, number.text)


def _bare(text: str, cited: _Cited) -> Iterator[Reference]:
    """Take a dossier without a number, where a word says that it is one."""
    if not cited.lead.is_named or re.match(r"[-–]\d|\d", text[cited.end : cited.end + 2]):
        return
    is_serial = cited.part is not None and cited.part.isdigit()
    if not is_serial or cited.dossier == _WITH_SERIALS:
        yield reference(text, cited.start, cited.end, "dossier", cited.label)


def _repeated(text: str, match: "re.Match[str]", last: _Cited | None) -> Iterator[Reference]:
    """Read `idem, nr. 4`: of the dossier that was cited last."""
    if last is not None:
        numbers = read_list(text, match.end(), is_plural="s" in (match["nr"] or ""))
        yield from _listed(text, last, numbers, match.start())


def _lead_before(text: str, start: int) -> _Lead:
    match = _lead.search(text[max(0, start - _LOOK_BACK) : start])
    if match is None:
        return _Lead(False)
    return _Lead(
        is_named=bool(match["word"] or (match["session"] and match["chamber"])),
        session=session_in_id(match["chamber"], match["session"]),
        is_full=bool(match["session"] and match["chamber"]),
    )
