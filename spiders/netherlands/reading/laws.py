"""Find laws of the Netherlands by their identifier in the national collection (BWB).

The name of a law alone is no reference, since it may be ambiguous.
"""

import re
from collections.abc import Iterator

from harvester.source.reference import Reference, reference

_identifier = re.compile(r"BWB[RVW]\d{7}(?!\d)")
_address_before = re.compile(r"(?:https?://(?:www\.)?wetten\.overheid\.nl/\S*|\bjci[\d.]*:[a-z]:)$")
_address_after = re.compile(r"[^\s<>\"“”«»]{0,200}").match
_LOOK_BACK = 80


def find_laws(text: str) -> Iterator[Reference]:
    """Yield the laws that a text names by identifier, by juriconnect link or by address."""
    for match in _identifier.finditer(text):
        start, end = match.span()
        begin = max(0, start - _LOOK_BACK)
        before = _address_before.search(text[begin:start])
        if before is not None and (after := _address_after(text, end)):
            start = begin + before.start()
            end += len(after[0].rstrip(".,;:!?)]’'"))
        elif start and text[start - 1].isalnum():
            continue
        yield reference(text, start, end, "law", match[0])


def law_target(url: str) -> str | None:
    """Return the law that an address or a juriconnect link names."""
    match = _identifier.search(url)
    return match[0] if match else None
