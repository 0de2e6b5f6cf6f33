"""The fields of one record of KOOP's search."""

from collections.abc import Mapping
from datetime import date

from lxml import etree

from harvester.source.fields import Fields
from harvester.untrusted_xml import parse_untrusted
from spiders.netherlands.officielepublicaties.names import (
    CD,
    COLLECTIE,
    CONTAINERS,
    DCTERMS,
    GZD,
    WETGEVING,
)

SCHEMES: Mapping[str, frozenset[str]] = {
    "type": frozenset({"OVERHEIDop.Parlementair"}),
    "creator": frozenset({"OVERHEID.StatenGeneraal"}),
    "subject": frozenset({"OVERHEID.TaxonomieBeleidsagenda"}),
    "organisatietype": frozenset({"OVERHEID.Organisatietype"}),
    "subrubriek": frozenset({"OVERHEIDop.KamerstukTypen"}),
}
"""Fields whose attribute `scheme` names the list of their values."""
ATTRIBUTES: Mapping[str, str] = {"hasVersion": "resourceIdentifier", "itemUrl": "manifestation"}
"""Other known attributes, by field."""
_KNOWN = (DCTERMS, WETGEVING, COLLECTIE, CD, GZD)


class RecordFields(Fields):
    """The values of a record by element name; no name occurs in two of its namespaces."""

    def __init__(self, raw: str, category: str) -> None:
        """Read a record.

        Raises:
            NotXml: the record is not from `sru.parse_page`.
        """
        super().__init__(category)
        for element in parse_untrusted(raw).iter(etree.Element):
            self._take_in(element)

    def day(self, name: str) -> str | None:
        """Take a date, as `YYYY-MM-DD`."""
        value = self.text(name)
        if value is None:
            return None
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            self._complain(f"{name} is no date")
            return None

    def _take_in(self, element: etree._Element) -> None:
        tag = str(element.tag)
        text = (element.text or "").strip()
        if tag in CONTAINERS:
            if text or element.items():
                self._complain(f"{etree.QName(tag).localname} says something itself")
            return
        is_known = tag.startswith(_KNOWN)
        name = etree.QName(tag).localname if is_known else tag
        for attribute, value in element.items():
            if (
                value not in SCHEMES.get(name, ())
                if attribute == "scheme"
                else (ATTRIBUTES.get(name) != attribute)
            ):
                self._complain(f"{name}@{attribute}={str(value)[:80]}")
        self._values.setdefault(name, []).append(text or None)
