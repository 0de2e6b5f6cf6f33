"""Find where a paper's own words begin: below masthead, heading and address."""

import re

LONGEST = 2_500
"""Most characters of a masthead."""

# Each alternative starts with a letter and looks back from there: `re` skips to such letters, which
# is far faster than trying `\b` and `^` everywhere. All results of a search are looked at.
_begins = re.compile(r"D(?<!\wD)e\s+Kamer,\s(?=[\s(]*(?:\d+\)\s*)?[Gg]ehoord\b|\s*[a-z])")
"""The first words of a motion."""
_day = r"\d{1,2}\s+[a-z]+\s+\d{4}"
_dated = rf"\b[^\n]{{0,80}}\b{_day}"
_last_lines = re.compile(
    rf"""V(?<!\wV)oorgesteld{_dated} | O(?<!\wO)ntvangen{_dated} | V(?<!\wV)astgesteld{_dated}
       | D(?<![^\n]D)en\ Haag,?\s+{_day} | A(?<![^\n]A)msterdam,?\s+{_day}
       | ’(?<![^\n]’)s-Gravenhage,?\s+{_day} | '(?<![^\n]')s-Gravenhage,?\s+{_day}
       | A(?<![^\n]A)an\ de\ [Vv]oorzitter[^\n]*(?:\n(?:der|van)\b[^\n]*)?
       | G(?<![^\n]G)eachte\b[^\n,]{{0,60}},?""",
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
