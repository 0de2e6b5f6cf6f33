"""Check a text against papers: what it cites, and whether a paper has what it quotes. Pure."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from harvester.search.folding import words_of
from harvester.source.parliament import Parliament

LEAST_WORDS = 3
"""Words of a quotation; less is a word that somebody uses with care."""
_quotation = re.compile(
    r"“([^”]{8,5000})”|„([^”“]{8,5000})[”“]|«([^»]{8,5000})»|‘([^’]{8,5000})’(?!\w)"
    r'|"([^"]{8,5000})"'
)
_left_out = re.compile(r"\[?(?:…|\.\.\.|\(\.\.\.\)|\(…\))\]?|\[[^\]]{0,80}\]")
_paragraph = re.compile(r"\n\s*\n")


class Cited(NamedTuple):
    """A paper that a text cites, and what the text quotes in the same paragraph."""

    target: str
    words: str
    start: int
    quotations: tuple[str, ...]


def cited_in(text: str, parliaments: Iterable[Parliament]) -> list[Cited]:
    """Return each paper that a text cites, once, in the order in which it does."""
    found: dict[str, Cited] = {}
    ends = [*(match.start() for match in _paragraph.finditer(text)), len(text)]
    for parliament in parliaments:
        for reference in parliament.read(text, ()).references:
            if reference.kind != "paper":
                continue
            end = next(e for e in ends if e >= reference.start)
            begin = max((e for e in ends if e < reference.start), default=0)
            quoted = quotations(text[begin:end])
            before = found.get(reference.target)
            known = before.quotations if before else ()
            found[reference.target] = Cited(
                reference.target,
                before.words if before else reference.words,
                before.start if before else reference.start,
                tuple(dict.fromkeys([*known, *quoted])),
            )
    return sorted(found.values(), key=lambda one: one.start)


def quotations(text: str) -> list[str]:
    """Return what stands between quotation marks and is more than a few words."""
    found = (next(filter(None, match.groups())) for match in _quotation.finditer(text))
    return [one for one in found if len(words_of(one)) >= LEAST_WORDS]


def stands_in(quotation: str, text: str) -> bool:
    """Tell whether a text has a quotation, word for word.

    Case, punctuation and line breaks do not count. What a quotation leaves out (`…`, `[...]`) may
    be anything, but its parts stand in the text in this order.
    """
    parts = [words_of(part) for part in _left_out.split(quotation)]
    words, at = words_of(text), 0
    for part in filter(None, parts):
        place = _find(words, part, at)
        if place is None:
            return False
        at = place + len(part)
    return any(parts)


def _find(words: Sequence[str], part: Sequence[str], start: int) -> int | None:
    for at in range(start, len(words) - len(part) + 1):
        if words[at] == part[0] and list(words[at : at + len(part)]) == list(part):
            return at
    return None
