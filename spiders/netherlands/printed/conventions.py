"""The conventions of Dutch papers, for the extraction of their text."""

import re

from harvester.text.conventions import Conventions
from spiders.netherlands.printed.documents import read_document
from spiders.netherlands.printed.feet import is_page_count, publisher_lines
from spiders.netherlands.printed.letters import letter_facts

_CONJUNCTION = re.compile(
    r"(?:en/of|en|of|dan wel|danwel|tot|noch|resp\.|respectievelijk|c\.q\.|versus)(?![^\W_-])"
)
_MOTION_CLAUSE = re.compile(
    r"(?:gehoord de beraadslaging|constaterende|overwegende|van mening dat|van oordeel dat|"
    r"verzoekt de|spreekt uit|en gaat over tot)\b"
)
# Printed above every paper, not everywhere in the same order.
_MASTHEAD = re.compile(
    r"""\s*(?:(?:Tweede|Eerste)\s+Kamer\s+der\s+Staten-Generaal\s+)?(?:[12]\s+)?
        (?:Vergaderjaar\s+\d{4}\s*[-–]\s*\d{4}\s+)?(?:[12]\s+)?(?:Kamerstuk(?:ken)?\s+)?""",
    re.VERBOSE | re.IGNORECASE,
)


def follows_open_compound(line: str) -> bool:
    """Tell whether a line begins with a conjunction: `zorg-`, `en welzijn`."""
    return _CONJUNCTION.match(line) is not None


def begins_clause(line: str) -> bool:
    """Tell whether a line begins like a clause of a motion."""
    return _MOTION_CLAUSE.match(line) is not None


def skip_masthead(text: str) -> int:
    """Return where a text begins after chamber, session and series."""
    match = _MASTHEAD.match(text)
    return match.end() if match else 0


DUTCH_PAPERS = Conventions(
    read_document=read_document,
    read_facts=letter_facts,
    follows_open_compound=follows_open_compound,
    begins_clause=begins_clause,
    is_page_count=is_page_count,
    publisher_lines=publisher_lines,
    skip_masthead=skip_masthead,
)
