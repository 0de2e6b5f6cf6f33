"""Fingerprints of records: equal if two observations say the same."""

import hashlib
import json

from lxml import etree

from spiders.netherlands.officielepublicaties.names import CD, CONTAINERS, GZD, WETGEVING

_HANDLED = frozenset({f"{GZD}timestamp"})
"""When the search index indexed the record."""
_WORKED_ON = frozenset({f"{CD}datumTijdstipWijzigingWork", f"{CD}datumTijdstipWijzigingExpression"})
_IN_ORDER = frozenset(
    f"{WETGEVING}{name}" for name in ("indiener", "ontvanger", "dossiernummer", "dossiertitel")
)
"""Repeated elements whose order matters: who signed first, which title belongs to whom."""


def fingerprint(gzd: etree._Element) -> str:
    """Return the SHA-256 of a record's content in canonical form.

    It ignores what changes without a change of content: the time of indexing, prefixes, white
    space, and the order of elements where it does not matter.

    The publisher's times of change stay in. `dcterms:modified` has days only, so of two changes
    on one day only the others tell the second; nothing else in the record tells that a file was
    typeset again under its address, and files are asked for again when the record has changed.
    They also move without a change of text, rarely: then the log says that the publisher said
    so, and the digest of the file that it is the same.
    """
    return _digest(gzd, _HANDLED)


def former_fingerprint(gzd: etree._Element) -> str:
    """Return the fingerprint of versions before 0.2, found in logs: without times."""
    return _digest(gzd, _HANDLED | _WORKED_ON)


def _digest(gzd: etree._Element, passing: frozenset[str]) -> str:
    stated: list[tuple[str, list[tuple[str, str]], str]] = []
    for element in gzd.iter():
        tag = str(element.tag)
        if tag in passing or tag in CONTAINERS:
            continue
        attributes = sorted((str(name), str(value)) for name, value in element.items())
        stated.append((tag, attributes, (element.text or "").strip()))
    ordered = [statement for statement in stated if statement[0] in _IN_ORDER]
    ordered.sort(key=lambda statement: statement[0])
    rest = sorted(statement for statement in stated if statement[0] not in _IN_ORDER)
    canonical = json.dumps([ordered, rest], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
