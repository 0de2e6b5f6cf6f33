"""What values of each type look like, and a check of an entity against the statement.

The statement of names, types and order is `spiders.netherlands.simulator.schema.ELEMENTS`;
a test with the official schemas says that it agrees with them.
"""

import re

from lxml import etree

from spiders.netherlands.simulator import schema
from spiders.netherlands.simulator.entities import NAMESPACE, XSI

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
_TYPES = {
    "token": re.compile(r".*\S.*\Z", re.DOTALL),
    "string": re.compile(r".*\Z", re.DOTALL),
    "int": re.compile(r"-?\d+\Z"),
    "count": re.compile(r"\d+\Z"),
    "bool": re.compile(r"(true|false)\Z"),
    "year": re.compile(r"\d{4}-\d{4}\Z"),
    "date": re.compile(r"\d{4}-\d\d-\d\d\Z"),
    "moment": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\Z"),
}
_BIJGEWERKT = {
    schema.System.PARLIS: re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}\Z"),
    schema.System.SESAM: re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z"),
    schema.System.PREFIXED: re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}\+0[12]:00\Z"),
}


def check(category: str, xml: str) -> None:
    """Assert that an entity is as the statement says, whatever the order of its elements."""
    root = etree.fromstring(xml)
    assert root.tag == f"{{{NAMESPACE}}}{schema.root_element(category)}"
    assert root.prefix == ("ns1" if schema.system(category) is schema.System.PREFIXED else None)
    assert _GUID.match(root.get("id", ""))
    assert _BIJGEWERKT[schema.system(category)].match(_attribute(root, "bijgewerkt"))
    assert _attribute(root, "verwijderd") in ("true", "True", "false")
    known = (*schema.ELEMENTS[category], *schema.LIVE_ONLY.get(category, ()))
    elements = {element.name: element for element in known}
    seen: set[str] = set()
    for child in root:
        name = etree.QName(child).localname
        element = elements[name]
        assert element.is_repeated or name not in seen, f"{category}.{name} is repeated"
        seen.add(name)
        _check_value(category, element, child)


def _check_value(category: str, element: schema.Element, child: etree._Element) -> None:
    where = f"{category}.{element.name}"
    if element.kind in ("ref", "dated"):
        assert _GUID.match(child.get("ref", "")), where
    elif child.get(f"{{{XSI}}}nil") == "true":
        assert child.text is None, where
    else:
        assert _TYPES[element.kind].match(child.text or ""), f"{where}: {child.text!r}"


def _attribute(root: etree._Element, name: str) -> str:
    return root.get(f"{{{NAMESPACE}}}{name}", "")
