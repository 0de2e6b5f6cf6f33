"""Find papers and dossiers cited in text.

A number counts only with its dossier: beside it, around it (`nr. 9 (35 925)`), or said to be the
same (`idem, nr. 4`). Where a paper belongs to two dossiers (`31 293 en 31 289, nr. 653`), the
publisher names it after the first. Old papers of the Eerste Kamer have the session in their
identifier; it is put there when the text says both session and chamber.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from harvester.source.reference import Reference, reference
from spiders.netherlands.reading.identifiers import (
    SPELLED,
    PaperId,
    digits,
    parse,
    part_of,
    session_in_id,
)
from spiders.netherlands.reading.numbering import (
    CHAMBER,
    DASH,
    LONGEST_RANGE,
    NR,
    SESSION,
    Number,
    S,
    chamber_code,
    placed,
    read_list,
)

_dossier = re.compile(rf"(?<![-\w])(?:{SPELLED})", re.VERBOSE)
_same = re.compile(rf"\b(?:[Ii]dem|[Ii]bid(?:em)?\b\.?)\s?,?{S}(?:(?P<nr>{NR}){S}|(?=[A-Z]\b))")
_others = re.compile(
    rf"(?:{S}(?:,|en\b|/){S}\d{{2}}[\s.]?\d{{3}}(?:\s?{DASH}\s?\d{{2}}\b)?){{1,9}}"
).match
_chapters = re.compile(
    rf"(?:{S}(?:,|en\b|/){S}(?P<dossier>\d{{2}}[\s.]?\d{{3}})(?:\s?{DASH}\s?|\s?)(?:[IVXLC]+[AB]?|[A-Z])\b)"
).match
"""Another chapter of a dossier: a paper of both is named after the first."""
_numbered = re.compile(
    rf"{S}[,:;]?{S}(?:(?:op\s)?[Ss]tuk(?:ken)?{S})?(?:(?P<nr>{NR})|[Ll]etters?\b){S}"
).match
_lettered = re.compile(rf"{S},{S}(?=[A-Z]{{1,2}}\b)").match
_hyphened_number = re.compile(rf"\d{{2}}\s?\d{{3}}{DASH}[1-9]\d").fullmatch
_comma = re.compile(rf"{S},{S}(?=\d{{1,4}}[a-z]?\b(?!\s?[-–/.]\s?\d|\s\d))").match
_glued = re.compile(rf"{DASH}(?=(?:[1-9]\d{{0,3}}[a-z]?|[A-Z]{{1,2}})\b(?!{DASH}\w|[.,/]\d))").match
_only_digits = re.compile(r"[2-3]\d{4}").match
"""A dossier without a space and with a number after a dash needs no introducing word."""
_dashed = re.compile(rf"(?:{DASH}|\w){{0,8}}")
_is_no_dossier = re.compile(
    r"""(?:[€$£]|\bEN|\b(?i:tel|telefoon|fax|postbus|postcode|bedrag|rekening\w*|iban|kvk
        |artikel(?:nummer)?|nen|iso|cas|btw|bsn|zaaknummer|kenmerk|ordernummer|circa|ongeveer
        |tussen)\b[.:]?)\s*$""",
    re.VERBOSE,
).search
_measured = re.compile(
    r"\s?(?:€|%|(?:euro|woningen|inwoners|mensen|banen|hectare|ha|km|m2|m²|ton|kg|stuks|miljoen)\b)"
).match
_enclosed = re.compile(rf"\s?\((?=\d{{1,4}}[a-z]?(?:{S},{S}\d{{1,4}}[a-z]?){{0,30}}\s?\))").match
_goes_on = re.compile(rf"{DASH}\d|\d").match
_only_session = re.compile(rf"[\s;,)]*{SESSION}[\s,]*").fullmatch
_range_before = re.compile(rf"{S}(?:t/m|tot{S}en{S}met){S}").fullmatch
_letter_after = re.compile(r"[\s,]{1,3}(?P<letter>[A-Z]{1,2})\b(?![.’'-]\w|\.\w)").match
_carried = re.compile(
    rf"{S}(?:,|;|en\b){S}(?:en\b{S})?(?P<part>[IVX]+[AB]?)(?:{S},{S}|\s){NR}{S}(?=\d)"
).match
_sentence_goes_on = re.compile(r"\s*(?:[).,;:\]]|$|\n|(?:en|t/m|over|van|is|wordt)\b)").match
_WORD = (
    r"(?:(?i:kamerst(?:uk(?:ken)?(?:dossier|nummer)?)?|dossier(?:s|nummer)?"
    r"|wetsvoorstel(?:len)?|t\.?\s?v\.?\s?v|gedrukt\sonder))"
)
_ROOM = r"(?:[^\S\n]|[,:]|\n(?![^\S\n]*\n)){0,3}"
_lead = re.compile(
    rf"""(?:\b(?P<word>{_WORD})\b[.:]?)?{_ROOM}(?:{NR}{_ROOM})?(?:\b{CHAMBER}\b)?{_ROOM}
         (?:\(?[Vv]ergaderjaar\s)?(?:\b(?:\d{{4}}[-–/]\d{{2,4}}(?:,|\sen)\s){{0,4}}{SESSION})?\)?
         {_ROOM}$""",
    re.VERBOSE,
)
_LOOK_BACK = 90
_before = re.compile(
    rf"""(?:\b(?P<nr>{NR})|(?P<goes_on>^{S}(?:,|en\b))|\b(?i:motie|amendement|stuk|onder)(?i:s|en|ken)?){S}
         (?P<list>\d{{1,4}}[a-z]?(?:\s?(?:,|en|t/m|/|-|–)\s?(?:{NR}\s)?\d{{1,4}}[a-z]?){{0,30}})
         (?:\s?(?P<paren>\()\s?(?:{_WORD}\s)?|\s(?:van|bij|in|onder)\s(?:het\s)?(?:{_WORD})\s)$""",
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
"""Most references of a text before ranges are read as their two ends, to bound memory."""
_WITH_SERIALS = "21501"
"""The dossier whose parts are serial numbers, so that `21501-32` is no paper."""


@dataclass(frozen=True, slots=True)
class _Lead:
    """The context before a dossier."""

    is_named: bool
    """Whether a word introduces it: `Kamerstuk`, a session of a chamber."""
    session: str | None = None
    """The session, if it is part of the identifier."""
    chamber: str | None = None
    """`tk` or `ek`, if stated."""
    is_full: bool = False
    """Whether chamber and session are stated, so that a number needs no `nr.`: `II 2003/04, 29 702,
    3`."""


@dataclass(frozen=True, slots=True)
class _Cited:
    """A cited dossier."""

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
    ended: str | None = None
    read_until = count = 0
    same = list(_same.finditer(text)) if "dem" in text or "bid" in text else []
    for match in _dossier.finditer(text):
        while same and same[0].end() <= match.start():
            yield from _repeated(text, same.pop(0), last)
        if match.start() < read_until:
            continue
        between = text[read_until : match.start()]
        lead = _lead_before(text, match.start(), last, between)
        previous = last
        last = _Cited(*match.span(), digits(match["dossier"]), part_of(match), lead)
        if match["kingdom_act"]:
            last = replace(last, lead=replace(lead, is_named=True))
        found = _cited(text, last, read_until)
        if previous and _range_before(between):
            found = [*_between(text, ended, found), *found]
        count += len(found)
        if count > _MOST_WITH_RANGES:
            found = list({(each.start, each.end): each for each in found}.values())
        yield from found
        ended = found[-1].target if found else None
        read_until = max([match.end(), *(each.end for each in found)])
    for match in same:
        yield from _repeated(text, match, last)
    yield from _own_papers(text)


def _between(text: str, ended: str | None, found: list[Reference]) -> Iterator[Reference]:
    """Read `29684-268 t/m 29684-270`: yield the papers between, at the range of the last."""
    first, last = parse(ended or ""), parse(found[0].target) if found else None
    if not (first and last and first._replace(number=last.number) == last):
        return
    if first.number.isdigit() and last.number.isdigit():
        numbers = range(int(first.number) + 1, int(last.number))
        for number in numbers if len(numbers) <= LONGEST_RANGE else ():
            target = str(first._replace(number=str(number)))
            yield reference(text, found[0].start, found[0].end, "paper", target)


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
    """Return the citations of a dossier, wherever its number stands."""
    return (
        list(_followed(text, cited))
        or list(_hyphened(text, cited))
        or list(_preceded(text, cited, since))
        or list(_bare(text, cited))
    )


def _followed(text: str, cited: _Cited) -> Iterator[Reference]:
    """Read `35 925 V, nr. 48 en 49`, `36 867, B`, `36 600 XIV, nr. 38 en XX, nr. 4`."""
    others = _others(text, cited.end)
    chapters = _chapters(text, cited.end) if cited.part else None
    if chapters and digits(chapters["dossier"]) == cited.dossier:
        others = chapters
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
        if not numbers and cited.lead.is_named and (match := _enclosed(text, end)):
            numbers = read_list(text, match.end(), is_plural=True)
    yield from _listed(text, cited, numbers, cited.start)
    while numbers and (match := _carried(text, numbers[-1].end)):
        cited = replace(cited, part=match["part"])
        numbers = read_list(text, match.end())
        yield from _listed(text, cited, numbers, match.start("part"))


def _are_letters(text: str, cited: _Cited, letters: list[Number]) -> bool:
    """Tell whether the letter in `36 867, B` is the number of an Eerste Kamer paper."""
    if not _sentence_goes_on(text, letters[-1].end):
        return False
    is_enclosed = text[cited.start - 1 : cited.start] in ("(", "[")
    return len(letters[0].text) == 1 or cited.lead.is_named or is_enclosed


def _listed(text: str, cited: _Cited, numbers: list[Number], start: int) -> Iterator[Reference]:
    for number, begin, end in placed(numbers, start):
        yield cited.paper(text, begin, end, number)


def _hyphened(text: str, cited: _Cited) -> Iterator[Reference]:
    """Read `35925-V-48`, `21501-02-2801`, `motie 26485-424`, `36672-5 en 6`."""
    words = text[cited.start : cited.end]
    is_spoken_of = _is_paper_with_dash(text, cited)
    match = _glued(text, cited.end)
    if match:
        if cited.part or is_spoken_of:
            numbers = read_list(text, match.end())
            yield from _listed(text, cited, numbers, cited.start)
    elif is_spoken_of and cited.part and _two_digits(words, cited.dossier):
        numbers = read_list(text, cited.end - len(cited.part))
        yield from _listed(text, replace(cited, part=None), numbers, cited.start)


def _is_paper_with_dash(text: str, cited: _Cited) -> bool:
    """Tell whether two numbers with a dash between them are dossier and paper."""
    before = text[max(0, cited.start - _LOOK_BACK) : cited.start]
    if cited.lead.is_named or before[-1:] == "(":
        return True
    if _is_no_dossier(before) or _measured(text, _end_of(text, cited.end)):
        return False
    return _only_digits(text[cited.start : cited.end]) is not None


def _end_of(text: str, start: int) -> int:
    """Return where a number that follows a dossier with a dash ends."""
    match = _dashed.match(text, start)
    return match.end() if match else start


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
    """Read a dossier without a number if a word introduces it, or with a letter after it."""
    if cited.lead.chamber == "ek" and (letter := _letter(text, cited)):
        yield letter
        return
    if not cited.lead.is_named or _goes_on(text, cited.end):
        return
    is_serial = cited.part is not None and cited.part.isdigit()
    if not is_serial or cited.dossier == _WITH_SERIALS:
        yield reference(text, cited.start, cited.end, "dossier", cited.label)


def _letter(text: str, cited: _Cited) -> Reference | None:
    """Read `EK 36836 D`: papers of the Eerste Kamer are lettered."""
    if cited.part is not None and len(cited.part) == 1:
        return replace(cited, part=None).paper(text, cited.start, cited.end, cited.part)
    match = _letter_after(text, cited.end) if cited.part is None else None
    if match is None or not _sentence_goes_on(text, match.end()):
        return None
    return cited.paper(text, cited.start, match.end(), match["letter"])


def _repeated(text: str, match: "re.Match[str]", last: _Cited | None) -> Iterator[Reference]:
    """Read `idem, nr. 4`, of the dossier cited last."""
    if last is not None:
        numbers = read_list(text, match.end(), is_plural="s" in (match["nr"] or ""))
        yield from _listed(text, last, numbers, match.start())


def _lead_before(text: str, start: int, last: _Cited | None, between: str) -> _Lead:
    """Read the context before a dossier; in a list, the context of the first one counts."""
    match = _lead.search(text[max(0, start - _LOOK_BACK) : start])
    lead = _lead_of(match) if match is not None else _Lead(False)
    if lead.is_named or last is None:
        return lead
    if _only_joint(between):
        return last.lead
    session = _only_session(between)
    if session is not None and last.lead.is_named:
        in_id = session_in_id("EK" if last.lead.chamber == "ek" else None, session["session"])
        return replace(last.lead, session=in_id)
    return lead


def _lead_of(match: "re.Match[str]") -> _Lead:
    return _Lead(
        is_named=bool(match["word"] or (match["session"] and match["chamber"])),
        session=session_in_id(match["chamber"], match["session"]),
        chamber=chamber_code(match["chamber"]),
        is_full=bool(match["session"] and match["chamber"]),
    )
