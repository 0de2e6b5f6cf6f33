"""Queries to the SRU service, in CQL (guide 1.2-1.5)."""

from datetime import date
from urllib.parse import urlencode

COLLECTION = "c.product-area==officielepublicaties"
"""Restricts results to this collection."""
PAPERS = f"{COLLECTION} AND w.publicatienaam==Kamerstuk"
"""The papers of both chambers and their annexes."""
OLD_PAPERS = "c.product-area==sgd"
"""The digitised papers of 1814 to 1995."""
BY_IDENTIFIER = "sortBy dt.identifier/sort.ascending"


def changed_between(first: date, last: date | None, within: str = PAPERS) -> str:
    """Query what was modified from `first` to `last`, inclusive, or until now."""
    until = "" if last is None else f' AND dt.modified<="{last}"'
    return f'{within} AND dt.modified>="{first}"{until}'


def of_dossier(label: str) -> str:
    """Query the papers of a dossier, by its label as in ids."""
    return f"{PAPERS} AND w.dossiernummer=={quoted(label)}"


def with_identifier(identifier: str) -> str:
    """Query one publication."""
    return f"{COLLECTION} AND dt.identifier=={quoted(identifier)}"


def after(query: str, identifier: str | None) -> str:
    """Query what follows an identifier, in the order of identifiers.

    Positions from 10,000 on are refused, and a position means another record once one is added
    in front; an identifier does neither.
    """
    further = "" if identifier is None else f" AND dt.identifier>{quoted(identifier)}"
    return f"{query}{further} {BY_IDENTIFIER}"


def quoted(value: str) -> str:
    """Write a value as a CQL string, whatever it holds."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def search_url(sru_url: str, query: str, most: int) -> str:
    """Return the address of a response with at most so many records, from the first one."""
    parameters = {
        "operation": "searchRetrieve",
        "version": "2.0",
        "recordSchema": "gzd",
        "startRecord": 1,
        "maximumRecords": most,
        "query": query,
    }
    return f"{sru_url}?{urlencode(parameters)}"
