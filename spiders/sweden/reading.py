"""Find citations of papers in Swedish texts: `mot. 2013/14:So1 yrkande 2`. Pure."""

import re

from harvester.source.reference import Reference, reference
from spiders.sweden.designations import (
    ABBREVIATIONS,
    KIND,
    NUMBER,
    SESSION,
    designation,
    spelled,
)

_PART = (
    r"(?:\s{1,3}(?:punkt(?:en|erna)?|yrkande(?:na|t)?)\s{1,3}[0-9]{1,3}[a-z]?"
    r"(?:(?:\s?[-–]\s?|,\s|\soch\s)[0-9]{1,3}){0,30})?"
)
_cited = re.compile(
    rf"\b(?P<kind>{KIND})\.?\s{{0,3}}(?P<rm>{SESSION})\s?:\s?(?P<number>{NUMBER})\b"
    rf"(?P<part>{_PART})",
    re.IGNORECASE,
)
"""A paper with its type. The point of a report, or claims of a motion, belong to the words."""
_bare = re.compile(
    rf"(?<![\w/:.])(?P<rm>{SESSION})\s?:\s?(?P<number>[A-ZÅÄÖ][A-Za-zö]{{0,2}}[0-9]{{1,5}})\b(?P<by>\s{{1,3}}av\s|\s?\(motiv)?"
)


def find_references(text: str) -> list[Reference]:
    """Return the papers that a text cites, in order.

    A number without its type names a paper only where it goes on as motions do, `2013/14:A295 av
    Josefin Brink`: reports have numbers of the same form.
    """
    found: list[Reference] = []
    for match in _cited.finditer(text):
        kind = match["kind"].lower()
        named = designation(ABBREVIATIONS.get(kind, kind), match["rm"], spelled(match["number"]))
        if named is not None:
            found.append(reference(text, match.start(), match.end(), "paper", str(named)))
    taken = {(one.start, one.end) for one in found}
    for match in _bare.finditer(text):
        if match["by"] is None or any(start <= match.start() < end for start, end in taken):
            continue
        named = designation("mot", match["rm"], match["number"])
        if named is not None:
            found.append(
                reference(text, match.start("rm"), match.end("number"), "paper", str(named))
            )
    return sorted(found)
