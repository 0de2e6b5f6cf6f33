"""Recognise the lines that the publisher prints at the edges of pages."""

import re
from collections import Counter
from collections.abc import Sequence, Set

_SESSION = r"vergaderjaar\s\d{4}\s?[-–]\s?\d{4}"
_PAPER = r"[^,]{1,60}(?:,\s[^,]{1,20}){0,2},\snr\.\s[\w.-]{1,12}"
_PUBLISHED = re.compile(
    rf"""(?:(?P<id>(?:kst|ah-tk|ah-ek|kv-tk|kv-ek|blg|h-tk|h-ek|stcrt|stb|trb)-?\d[\w.()-]*)
        |ISSN\s\d{{4}}\s?-\s?\d{{3}}[\dX]
        |['’‘]s-Gravenhage\s\d{{4}}
        |(?:Tweede|Eerste)\sKamer,\s{_SESSION},\s(?:(?P<series>Aanhangsel|Handelingen)|(?P<paper>{_PAPER}))
        |(?:Staatscourant|Staatsblad|Tractatenblad)\s\d{{4}}\s(?:nr\.\s)?\d{{1,6}}
         (?:\s\d{{1,2}}\s[a-z]+\s\d{{4}})?
        |[TE]K\s\d{{1,3}}\s+\d{{1,3}}-\d{{1,3}}-\d{{1,4}}
       )(?:\s+|$)""",
    re.VERBOSE,
)
_NUMBER_ALONE = re.compile(r"\d{1,4}")
_NOT_IN_NUMBERS = re.compile(r"[^0-9A-Z]")
_PAGE_OF = re.compile(r"(?:pagina|page|blad|bladzijde) \d{1,4}(?: ?(?:van|of|/) ?\d{1,4})?$", re.I)


def is_page_count(line: str) -> bool:
    """Tell whether a line only counts pages: `Pagina 3 van 7`."""
    return _PAGE_OF.match(line) is not None


def publisher_lines(lines: Sequence[str]) -> Set[int]:
    """Find what the publisher printed for this paper, not a line of text that cites another.

    Args:
        lines: those at the edges of the paper's pages.

    Returns:
        Their positions in `lines`.
    """
    found = {place: parts for place, line in enumerate(lines) if (parts := _parts(line))}
    own = _own_number([part for parts in found.values() for part in parts])
    return {
        place
        for place, parts in found.items()
        if all(own is not None and _in_numbers(part["paper"]) == own
               for part in parts if part["paper"])
    }  # fmt: skip


def _parts(line: str) -> list["re.Match[str]"]:
    """Split a line into what the publisher prints; empty if it says anything else."""
    parts: list[re.Match[str]] = []
    at = 0
    while match := _PUBLISHED.match(line, at):
        parts.append(match)
        at = match.end()
    rest = line[at:].strip()
    return parts if not rest or _NUMBER_ALONE.fullmatch(rest) else []


def _own_number(parts: Sequence["re.Match[str]"]) -> str | None:
    """Return the paper's own number; None if its feet do not agree on one."""
    ids = {_in_numbers(part["id"]) for part in parts if part["id"] and part["id"][:3] == "kst"}
    papers = Counter(_in_numbers(part["paper"]) for part in parts if part["paper"])
    for own in ids:
        if own in papers:
            return own
    (most, count), *others = papers.most_common(2) or [("", 0)]
    return most if count and all(other < count for _, other in others) else None


def _in_numbers(text: str) -> str:
    """Keep numbers and capitals, so that `36 600 XIII, nr. 36` equals `kst-36600-XIII-36`."""
    return _NOT_IN_NUMBERS.sub("", text)
