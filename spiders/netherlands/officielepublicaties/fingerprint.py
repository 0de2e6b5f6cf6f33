"""What two observations of a record must share to say the same."""

import hashlib
import json

from lxml import etree

from spiders.netherlands.officielepublicaties.names import CD, CONTAINERS, GZD, WETGEVING

_PASSING = frozenset(
    {
        f"{GZD}timestamp",
        f"{CD}datumTijdstipWijzigingWork",
        f"{CD}datumTijdstipWijzigingExpression",
    }
)
_IN_ORDER = frozenset(
    f"{WETGEVING}{name}" for name in ("indiener", "ontvanger", "dossiernummer", "dossiertitel")
)
"""Repeated elements whose order says something: who signed first, which title is whose."""


def fingerprint(gzd: etree._Element) -> str:
    """Return the SHA-256 of what a record says, in canonical form.

    Left out is what changes when nothing changed: the times at which the repository handled
    the record (all three have been seen moved, months later, beside an unmoved `modified`),
    prefixes, white space, the order of elements where it says nothing.

    `dcterms:modified` stays in. It moves when a publication is typeset again under the same
    addresses, which nothing else in the record tells, and the index looks at a record's files
    again when the record has changed. It also moves without a change of text, rarely: then
    the log says that the publisher said so, and the digest of the file that it is the same.
    """
    stated: list[tuple[str, list[tuple[str, str]], str]] = []
    for element in gzd.iter():
        tag = str(element.tag)
        if tag in _PASSING or tag in CONTAINERS:
            continue
        attributes = sorted((str(name), str(value)) for name, value in element.items())
        stated.append((tag, attributes, (element.text or "").strip()))
    ordered = [statement for statement in stated if statement[0] in _IN_ORDER]
    ordered.sort(key=lambda statement: statement[0])
    rest = sorted(statement for statement in stated if statement[0] not in _IN_ORDER)
    canonical = json.dumps([ordered, rest], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
