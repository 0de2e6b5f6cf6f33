"""Find where a paper's own words begin: below masthead, heading and address."""

import re

LONGEST = 2_500
"""Most characters of a masthead."""

_begins = re.compile(r"\bDe\s+Kamer,\s(?=[\s(]*(?:\d+\)\s*)?[Gg]ehoord\b|\s*[a-z])")
"""The first words of a motion."""
_day = r"\d{1,2}\s+[a-z]+\s+\d{4}"
_last_lines = re.compile(
    rf"""\b(?:Voorgesteld|Ontvangen|Vastgesteld)\b[^\n]{{0,80}}\b{_day}
       | (?:^|\n)(?:Den\ Haag|[’']s-Gravenhage|Amsterdam),?\s+{_day}
       | (?:^|\n)Aan\ de\ [Vv]oorzitter[^\n]*(?:\n(?:der|van)\b[^\n]*)?
       | (?:^|\n)Geachte\b[^\n,]{{0,60}},?""",
    re.VERBOSE,
)
"""Lines above the first words: the date, the address, the salutation."""


def body_start(text: str) -> int:
    """Return where a paper's own words begin; 0 without a known masthead."""
    head = text[:LONGEST]
    begins = _begins.search(head)
    if begins is not None:
        return begins.start()
    ends = [match.end() for match in _last_lines.finditer(head)]
    if not ends:
        return 0
    rest = head[ends[-1] :]
    return ends[-1] + len(rest) - len(rest.lstrip())
