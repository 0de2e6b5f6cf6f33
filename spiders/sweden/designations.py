"""Designations of papers: `mot. 2013/14:So1` and the ids that follow from them. Pure."""

import re
from collections.abc import Iterator
from typing import NamedTuple

TYPES = ("mot", "skr", "rskr", "bet", "prop")
"""Abbreviations with which Swedish papers are cited."""
ID_CODES = {"mot": "02", "bet": "01", "prop": "03", "skr": "03"}
"""What stands for the type in a document's id."""
FIRST_SPLIT_YEAR = 1975
"""Since 1975/76 a session is named by two years; before, by one."""
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ABBREVIATIONS = {
    "motion": "mot", "motionen": "mot", "motioner": "mot", "motionerna": "mot",
    "skrivelse": "skr", "skrivelsen": "skr",
    "riksdagsskrivelse": "rskr", "riksdagsskrivelsen": "rskr", "betänkande": "bet",
    "betänkandet": "bet", "proposition": "prop", "propositionen": "prop",
}  # fmt: skip
SESSION = r"[12][0-9]{3}(?:/(?:[0-9]{4}|[0-9]{2}))?"
NUMBER = r"[A-ZÅÄÖ][A-Za-zÅÄÖåäö]{0,4}[0-9]{1,5}|[0-9]{1,5}"
KIND = "|".join([*sorted((*ABBREVIATIONS, *TYPES), key=len, reverse=True)])
_typed = re.compile(
    rf"(?:(?P<kind>{KIND})\.?\s*)?(?P<rm>{SESSION})\s*:\s*(?P<number>{NUMBER})", re.I
)
_id = re.compile(r"(?P<session>[0-9A-Za-z]{2})(?P<code>0[123])(?P<number>[0-9A-Za-zÅÄÖåäö]{1,10})")


class Designation(NamedTuple):
    """What a paper is called: its type, the session, and its number there."""

    kind: str
    session: str
    number: str

    def __str__(self) -> str:
        """Return it as papers cite it; this is the official id of a paper."""
        return f"{self.kind}. {self.session}:{self.number}"


def session_of(year: int) -> str:
    """Return the name of the session that begins in a year."""
    if year < FIRST_SPLIT_YEAR:
        return str(year)
    # The turn of the century is the only one that is written in full.
    return f"{year}/{year + 1}" if year == 1999 else f"{year}/{(year + 1) % 100:02}"


def normal_session(text: str) -> str | None:
    """Return a session as the Riksdag writes it; None if there is none of that name."""
    first, _, second = text.partition("/")
    if not re.fullmatch(r"[12][0-9]{3}", first, re.ASCII):
        return None
    year = int(first)
    if (year >= FIRST_SPLIT_YEAR) != bool(second):
        return None
    if second and int(second) not in (year + 1, (year + 1) % 100):
        return None
    return session_of(year)


def code_of(session: str) -> str:
    """Return the two characters with which the ids of a session's documents begin."""
    year = int(session[:4]) - (1400 if "/" in session else 1401)
    return _DIGITS[year // 36 % 36] + _DIGITS[year % 36]


def id_of(kind: str, session: str, number: str) -> str | None:
    """Return the id of a document; None if it does not follow from the designation."""
    known = normal_session(session)
    code = ID_CODES.get(kind)
    return f"{code_of(known)}{code}{number}" if known and code else None


def designation(kind: str | None, session: str | None, number: str | None) -> Designation | None:
    """Return the designation of a paper of which a record states the parts."""
    known = normal_session(session) if session else None
    if kind not in TYPES or known is None or not number:
        return None
    return Designation(kind, known, number) if re.fullmatch(NUMBER, number) else None


def parse(text: str) -> Designation | None:
    """Read a designation as people type it, with its type: `Motion 2013/14:So1`."""
    found = _typed.fullmatch(text.strip())
    if found is None or found["kind"] is None:
        return None
    kind = found["kind"].lower()
    return designation(ABBREVIATIONS.get(kind, kind), found["rm"], spelled(found["number"]))


def spelled(number: str) -> str:
    """Return a number with a capital first; committees' abbreviations otherwise as they are."""
    return number[:1].upper() + number[1:]


def spellings(text: str) -> Iterator[str]:
    """Yield the official ids that a name may mean, the likeliest first."""
    text = text.strip()
    yield text
    found = _typed.fullmatch(text)
    kinds: tuple[str, ...] = ()
    if found is not None:
        kind = (found["kind"] or "").lower()
        # Without a type, letters before the number are a motion's or a report's.
        kinds = (ABBREVIATIONS.get(kind, kind),) if kind else ("mot", "bet", "skr", "rskr")
        parts = found["rm"], spelled(found["number"])
    else:
        named = _id.fullmatch(text)
        if named is None:
            return
        year = int(named["session"], 36) + 1400
        kinds = {"01": ("bet",), "02": ("mot",)}.get(named["code"], ("skr",))
        parts = session_of(year), spelled(named["number"])
    for kind in kinds:
        known = designation(kind, *parts)
        if known is not None:
            yield str(known)
