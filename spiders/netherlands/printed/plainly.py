"""Return the words of an element on one line."""

from typing import cast

from lxml import etree

from harvester.characters import words_of


def words_in(element: etree._Element | None) -> str | None:
    """Return the words of an element without its notes; None if there are none."""
    if element is None:
        return None
    if element.find(".//noot") is None:
        return words_of("".join(element.itertext())) or None
    pieces = cast("list[str]", element.xpath(".//text()[not(ancestor::noot)]"))
    return words_of("".join(pieces)) or None
