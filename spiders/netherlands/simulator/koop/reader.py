"""A paper's text out of its official XML (the officiele-publicatie form), as a sheet."""

import re
from collections.abc import Iterator

from lxml import etree

from spiders.netherlands.simulator.documents import Sheet

_SPACES = re.compile(r"\s+")
_YEAR = re.compile(r"(\d{4})-(\d{4})")


def read_sheet(content: bytes, imprint: str) -> Sheet:
    """Read the text of a motion.

    Args:
        content: the XML as published.
        imprint: the official id, printed at the foot: kst-19637-3384.

    Raises:
        etree.XMLSyntaxError: not well-formed.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    root = etree.fromstring(content, parser)
    closing = _closing(root)
    paragraphs = [text for text, owner in _paragraphs(root) if owner is not closing]
    return Sheet(
        year=_YEAR.sub(r"\1–\2", _first(root, "tekstregel").removeprefix("Vergaderjaar ")),
        dossier=_first(root, "dossiernr"),
        title=_first(root, "titel"),
        number=_first(root, "ondernummer"),
        heading=_text(root.find(".//stuk/titel")),
        dateline=_first(root, "datumtekst"),
        paragraphs=tuple(paragraphs),
        closing=() if closing is None else tuple(_text(al) for al in closing.iter("al")),
        imprint=imprint,
    )


def _closing(root: etree._Element) -> etree._Element | None:
    """Return the last group of lines, the names, if there is one."""
    groups = root.findall(".//tekst/al-groep")
    if not groups or any("orde van de dag" in _text(al) for al in groups[-1].iter("al")):
        return None
    return groups[-1]


def _paragraphs(root: etree._Element) -> Iterator[tuple[str, etree._Element | None]]:
    for al in root.iter("al"):
        parent = al.getparent()
        mark = None if parent is None else parent.find("li.nr")
        text = _text(al)
        if mark is not None:
            text = f"{_text(mark)} {text}"
        if text:
            yield text, parent


def _first(root: etree._Element, name: str) -> str:
    return _text(root.find(f".//{name}"))


def _text(element: etree._Element | None) -> str:
    if element is None:
        return ""
    return _SPACES.sub(" ", "".join(map(str, element.itertext()))).strip()
