"""Recognise the notice that stands in place of a withdrawn publication."""

import re

find_notice = re.compile(
    r"Deze publicatie is op verzoek van\b.{1,200}\bverwijderd\b", re.DOTALL
).search

_LONGEST_PAGE = 1_000
"""Characters of a page that only says that its publication was removed."""


def withdrawal_notice(text: str) -> str | None:
    """Return the notice that a file consists of; None for a paper, which may quote one."""
    found = find_notice(text)
    if found is None or len(text) > _LONGEST_PAGE:
        return None
    return " ".join(found[0].split())
