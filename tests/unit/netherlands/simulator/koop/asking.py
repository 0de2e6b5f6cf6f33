"""Ask a simulator's search, and what the truth says that it should find."""

import urllib.parse
from typing import Any

from lxml import etree

from tests.unit.netherlands.simulator.client import Answer, Client

SRU = "{http://docs.oasis-open.org/ns/search-ws/sruResponse}"
GZD = "{http://standaarden.overheid.nl/sru}"
DCTERMS = "{http://purl.org/dc/terms/}"
ALL = "c.product-area==officielepublicaties"


def ask(client: Client, query: str | None = None, path: str = "/sru", **others: object) -> Answer:
    """Ask the search."""
    asked = {"query": query, **others} if query is not None else others
    return client.get(f"{path}?{urllib.parse.urlencode(asked)}")


def root_of(answer: Answer) -> Any:
    """Read an answer."""
    assert answer.status == 200
    assert answer.headers.get_content_type() == "application/xml"
    return etree.fromstring(answer.body)


def identifiers(answer: Answer) -> list[str]:
    """Return the identifiers of a page."""
    return [each.text for each in root_of(answer).iter(f"{DCTERMS}identifier")]


def present(client: Client) -> dict[str, Any]:
    """Return what the truth says is there, by identifier."""
    publications = client.state()["publications"]
    return {p["id"]: p for p in publications if p["state"] not in ("awaited", "gone")}


def one(client: Client, **wanted: object) -> dict[str, Any]:
    """Return a publication that is there and has the wanted facts."""
    for told in present(client).values():
        if all(told[name] == value for name, value in wanted.items()):
            return dict(told)
    raise AssertionError(f"no publication with {wanted}")
