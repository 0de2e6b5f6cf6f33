"""The parameters of a search, as in its address."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus, urlencode

from harvester.times import is_day

FACETS = (
    "kind", "year", "chamber", "ministry", "party", "person", "dossier", "outcome", "advice",
    "changed", "withdrawn",
)  # fmt: skip
"""The facets of a search, in the order of the page."""
DAYS = ("since", "until")
FILTERS = (*FACETS, "sender", *DAYS)
"""All filters; `sender`, a ministry or party, is in addresses that were once shown."""
SORTS = ("relevance", "newest", "oldest")
PAGE_SIZE = 20
LARGEST_PAGE = 1000
"""Largest page of `.json`; `.csv` has no pages."""
LONGEST_VALUE = 200


@dataclass(frozen=True, slots=True)
class SearchParams:
    """The parameters of a search; invalid ones are ignored."""

    q: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    sort: str = SORTS[0]
    page: int = 1
    as_of: str = ""
    """The day or time to search as of; empty for the present."""

    @classmethod
    def read(cls, arguments: Any) -> "SearchParams":
        """Read the arguments of an address: anything with `get`."""
        filters = {
            name: value
            for name in FILTERS
            if (value := (arguments.get(name) or "").strip()[:LONGEST_VALUE])
            and (name not in DAYS or is_day(value))
        }
        sort, page = arguments.get("sort"), arguments.get("page") or "1"
        q = (arguments.get("q") or "").strip()
        usual = SORTS[0] if q else SORTS[1]
        return cls(
            q,
            filters,
            sort if sort in SORTS and (q or sort != SORTS[0]) else usual,
            int(page) if re.fullmatch(r"[1-9][0-9]{0,3}", page) else 1,
            (arguments.get("_as_of") or "").strip()[:LONGEST_VALUE],
        )

    @property
    def usual_sort(self) -> str:
        """The default order of results."""
        return SORTS[0] if self.q else SORTS[1]

    @property
    def is_anything(self) -> bool:
        """Whether the search says anything."""
        return bool(self.q or self.filters)

    def query(self, **changed: object) -> str:
        """Return the query string with changes; page 1 unless changed."""
        return urlencode(self.arguments(**changed))

    def arguments(self, **changed: object) -> dict[str, object]:
        """Return the arguments of the address with changes."""
        values = {
            "q": self.q, **self.filters, "sort": self.sort, "page": 1, "_as_of": self.as_of,
            **changed,
        }  # fmt: skip
        usual = {"sort": self.usual_sort, "page": 1}
        return {k: v for k, v in values.items() if v and usual.get(k) != v}

    def url(self, form: str = "", /, **changed: object) -> str:
        """Return the address of this search with changes.

        Args:
            form: `.json`, `.csv`, `.atom`, `.feed.json`, or empty for the page.
        """
        query = self.query(**changed)
        return f"/search{form}?{query}" if query else f"/search{form}"

    def choices(self, name: str, values: Iterable[str]) -> list[str]:
        """Return the addresses of this search with a filter set to each of these values."""
        rest = self.url(**{name: None})
        start = f"{rest}&" if "?" in rest else f"{rest}?"
        return [f"{start}{name}={quote_plus(value)}" for value in values]

    def without(self, names: Iterable[str]) -> "SearchParams":
        """Return this search without these filters."""
        dropped = set(names)
        kept = {k: v for k, v in self.filters.items() if k not in dropped}
        return SearchParams(self.q, kept, self.sort, 1, self.as_of)
