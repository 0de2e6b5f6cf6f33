"""The fields of one record, taken out one by one; what nobody took is reported."""

from collections.abc import Mapping
from datetime import date
from typing import TypeVar

from lxml import etree

from spiders.officielepublicaties.names import (
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
"""From which list a field's values come, as its attribute `scheme` says."""
ATTRIBUTES: Mapping[str, str] = {"hasVersion": "resourceIdentifier", "itemUrl": "manifestation"}
"""Other attributes, by field: the address for people, and what a file is."""
_KNOWN = (DCTERMS, WETGEVING, COLLECTIE, CD, GZD)
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)

Word = TypeVar("Word")


class Fields:
    """The values of a record by element name; no name occurs in two of its namespaces.

    Each method takes a field out. White space around a value is dropped; an empty value is none;
    a value that is not what it should be is none too, and is reported.
    """

    def __init__(self, raw: str, category: str) -> None:
        """Read a record that came through `sru.parse_page`, and so is well-formed."""
        self._category = category
        self._values: dict[str, list[str]] = {}
        self._complaints: list[str] = []
        for element in etree.fromstring(raw, _PARSER).iter(etree.Element):
            self._take_in(element)

    @property
    def unknown(self) -> tuple[str, ...]:
        """What was reported so far, and every field that nobody took."""
        return (*self._complaints, *(f"{self._category}.{name}" for name in self._values))

    def ignore(self, *names: str) -> None:
        """Drop known fields that no table holds; they stay in the record."""
        for name in names:
            self._values.pop(name, None)

    def text(self, name: str) -> str | None:
        """Take a field that occurs at most once."""
        values = self.texts(name)
        if len(values) > 1:
            self._complain(f"{name} repeated")
        return values[0] if values else None

    def texts(self, name: str) -> list[str]:
        """Take a field that may be repeated, in its order."""
        return [value for value in self._values.pop(name, ()) if value]

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

    def meaning(
        self, name: str, value: str | None, words: Mapping[str, Word | None]
    ) -> Word | None:
        """Return what a value means; a word that is not among those known is reported."""
        if value is None:
            return None
        if value not in words:
            self.report(name, value)
            return None
        return words[value]

    def report(self, name: str, value: str) -> None:
        """Report a value that is not among those known."""
        self._complain(f"{name}={value[:80]}")

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
        self._values.setdefault(name, []).append(text)

    def _complain(self, what: str) -> None:
        self._complaints.append(f"{self._category}.{what}")
