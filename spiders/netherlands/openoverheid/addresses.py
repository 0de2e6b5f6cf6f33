"""The addresses of the platform's web service (guide 1, 3)."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, urlencode

from spiders.netherlands.openoverheid import values

PAGE = 50
"""Results on a page; the service takes 10, 20 or 50."""
_API = "/overheid/openbaarmakingen/api/v0/zoek"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Makes addresses below one root, `https://open.overheid.nl`."""

    root: str

    def changed(self, kind: str, start: int) -> str:
        """Return the page of what changed last, from a 0-based offset on."""
        return self._list(kind, start, {"sort": "laatst-gewijzigd"})

    def published(self, kind: str, first: date, last: date | None, start: int) -> str:
        """Return a page of what was published from a day to another, or up to now."""
        sort = {
            "sort": "publicatiedatum",
            "order": "asc",
            "publicatiedatumVan": f"{first:%d-%m-%Y}",
        }
        until = {} if last is None else {"publicatiedatumTot": f"{last:%d-%m-%Y}"}
        return self._list(kind, start, sort | until)

    def detail(self, id_: str) -> str:
        """Return where all about a document is; the id has no version."""
        return f"{self.root}{_API}/{quote(id_)}"

    def file(self, id_: str) -> str:
        """Return where a document's file is."""
        return f"{self.root}/documenten/{quote(id_)}"

    def relations(self, id_: str) -> str:
        """Return where a document's relations are since the service changed (guide 5)."""
        types = urlencode({"types": f"{values.IS_ANNEX_OF},{values.HAS_ANNEX}"})
        return f"{self.root}/publicatie/{quote(id_)}/_relaties?{types}"

    def _list(self, kind: str, start: int, how: dict[str, str]) -> str:
        # The service decodes values of filters twice.
        query = {"zoektekst": "", "start": start, "aantalResultaten": PAGE, **how}
        query["documentsoort"] = quote(kind, safe="")
        return f"{self.root}{_API}?{urlencode(query)}"
