"""Read lists and ranges of numbers in text, and sessions.

Lists are read in steps of bounded cost, so that no text is expensive.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

S = r"[^\S\n]{0,4}(?:\n(?![^\S\n]{0,4}\n))?[^\S\n]{0,4}"
"""Space between words: spaces, at most one line end."""
DASH = r"[-\u2010-\u2015\u2212]"
"""A hyphen or dash of any kind."""
NR = r"(?:[Nn]rs?\b\.?|[Nn]o\.|[Nn]ummers?\b|[#])"
SESSION = r"(?P<session>(?:18|19|20)\d{2}\s?[-–—/]\s?[-–]?(?:\d{4}|\d{2}))(?!\d)"
CHAMBER = r"(?P<chamber>II|I|TK|EK|(?:der\s)?(?:Tweede|Eerste)\sKamer(?:\sder\sStaten-Generaal)?)"

_NUMBER = r"(?P<number>\d{1,6}(?!\d|\s\d{3}\b|[.,]\d|\s?%)(?:[a-z]\b|(?![^\W\d_])))"
"""A number with at most one small letter: `48A` and `48bis` are other papers than `48`."""
_LETTER = r"(?P<letter>[A-Z]{1,2})\b(?![.’'-]\w)"
_first = re.compile(rf"{_NUMBER}|{_LETTER}").match
_more = re.compile(
    rf"""{S}(?:(?P<range>t/m|tot{S}en{S}met)|(?P<dash>{DASH})|,{S}(?:en\b)?|en\b|of\b|&|/|alsmede\b
            |;(?={S}{NR}))
         {S}(?:en\b{S})?(?P<nr>{NR}{S})?(?:{_NUMBER}|{_LETTER})""",
    re.VERBOSE,
).match
_counts_something = re.compile(
    r"""\s?[\d%€]|[-–]\d|\s?\(\s?\d{2}[\s.]?\d{3}|\s+(?:[IVX]+\b|van\s+(?:de\s+)?\d
       |(?:jan|feb|maart|apr|mei|juni|juli|aug|sep|okt|nov|dec|miljoen|miljard|procent|euro|jaar
         |dagen|weken|maanden|leden|moties|amendementen|stemmen|andere)[a-z]*\b)""",
    re.VERBOSE,
).match
_goes_on = re.compile(
    r"""\s*(?:[^\w\s]|$)|\s*\n|\s+(?:aan|bij|betreffende|d\.d|dat|die|door|en|heb|hebben|heeft|in|
       inzake|is|kan|kunnen|met|niet|of|om|ook|op|over|te|ter|tot|uit|van|voor|waar\w*|was|waren|
       werd|werden|word|wordt|worden|zal|zijn|zullen)\b""",
    re.VERBOSE,
).match
LONGEST_RANGE = 100
"""Most numbers of a range; a longer one is read as its two ends."""
_LONGEST_LIST = 60


class Number(NamedTuple):
    """A number or letter of a list, with its range in the text."""

    text: str
    start: int
    end: int


def read_list(
    text: str,
    start: int,
    *,
    is_plural: bool = False,
    most_digits: int = 4,
    is_of_numbers: bool = True,
) -> list[Number]:
    """Read the numbers that begin at an offset: `12, 13 en 15`, `5 t/m 8`, `A en C`.

    A further number must not count something else: after `nr. 48 en 2` may stand `moties`, a
    month, another dossier. The numbers between the ends of a range share the place of its end.

    Args:
        text: the running text.
        start: offset of the first number.
        is_plural: whether the words before it announce several.
        most_digits: most digits of a number.
        is_of_numbers: False if `nr.` ends the list, since it counts something else.
    """
    match = _first(text, start)
    if match is None or _count_digits(match[0]) > most_digits:
        return []
    found = [Number(match[0], *match.span())]
    is_letter = match["letter"] is not None
    while len(found) < _LONGEST_LIST and (match := _more(text, match.end())):
        value, last = match["letter" if is_letter else "number"], found[-1]
        if value is None or _count_digits(value) > most_digits:
            break
        if match["nr"] and not is_of_numbers:
            break
        if not _belongs(text, match, last, is_plural):
            break
        place = match.span("letter" if is_letter else "number")
        if match["range"] or match["dash"]:
            between = list(_between(last.text, value))
            if match["dash"] and not between and not _is_next(last.text, value):
                break
            found += [Number(middle, *place) for middle in between]
        found.append(Number(value, *place))
    return found


def _count_digits(number: str) -> int:
    return sum(map(str.isdigit, number))


def placed(numbers: list[Number], start: int) -> Iterator[tuple[str, int, int]]:
    """Yield each number with the place of its words, of the first from `start` on."""
    for which, number in enumerate(numbers):
        yield number.text, number.start if which else start, number.end


def _belongs(text: str, match: "re.Match[str]", last: Number, is_plural: bool) -> bool:
    value, end = match["number"] or match["letter"], match.end()
    if match["nr"]:
        return not re.match(r"\s?\(\s?\d{2}[\s.]?\d{3}", text[end : end + 10])
    if _counts_something(text, end):
        return False
    if len(value) == 4 and value[:2] in ("19", "20") and len(last.text) < 4:
        return False  # a year
    return is_plural or _goes_on(text, end) is not None


def _between(first: str, last: str) -> Iterator[str]:
    if first.isdigit() and last.isdigit():
        between = range(int(first) + 1, int(last))
        if len(between) <= LONGEST_RANGE:
            yield from map(str, between)
    elif len(first) == len(last) == 1 and first.isalpha() and last.isalpha():
        yield from map(chr, range(ord(first) + 1, ord(last)))


def _is_next(first: str, last: str) -> bool:
    if first.isdigit() and last.isdigit():
        return int(last) == int(first) + 1
    return len(first) == len(last) == 1 and ord(last) == ord(first) + 1


def session_digits(session: str) -> str | None:
    """Return `20202021` for `2020-2021`, `2020/21`; None if the years are not consecutive."""
    first, last = session[:4], re.sub(r"\D", "", session[4:])
    following = str(int(first) + 1)
    return first + following if following.endswith(last) else None


def chamber_code(chamber: str | None) -> str | None:
    """Return `tk` or `ek`, as in official identifiers; None if it is not one chamber."""
    if chamber is None:
        return None
    if chamber.upper() in ("II", "TK") or "Tweede" in chamber:
        return "tk"
    return None if "/" in chamber else "ek"
