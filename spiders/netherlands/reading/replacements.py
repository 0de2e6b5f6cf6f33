"""Read in a title which paper it replaces: `Gewijzigde motie … (t.v.v. 36725-29)`."""

import re

from spiders.netherlands.reading.references import find_references

_says = re.compile(
    r"\bt\.?\s?v\.?\s?v\b\.?|\bter\s+vervanging\s+van(?:\s+(?:die|dat|de\s+motie|het\s+amendement))?"
    r"(?:,?\s+(?:gedrukt\s+)?onder)?",
    re.IGNORECASE,
)
_joined = re.compile(r"[\s:,;(]*(?:en\b|Kamerstuk(?:ken)?\b|nrs?\.)?[\s:,;(]*", re.IGNORECASE)


def replaced(title: str) -> tuple[str, ...]:
    """Return the official ids of the papers that a title says it replaces.

    A number without its dossier says nothing: which dossier is meant cannot be known from a title.
    """
    says = _says.search(title)
    if says is None:
        return ()
    found: dict[str, None] = {}
    at = says.end()
    for one in find_references(title):
        if one.start < at and found and one.end <= at:
            continue
        if one.start < says.end():
            continue
        if one.kind != "paper" or not _joined.fullmatch(title[at : one.start]):
            break
        found[one.target] = None
        at = one.end
    return tuple(found)
