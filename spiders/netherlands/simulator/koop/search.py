"""A search over the repository: which records, in which order, on which page."""

from collections import OrderedDict
from collections.abc import Container
from dataclasses import dataclass

from spiders.netherlands.simulator.koop import cql
from spiders.netherlands.simulator.koop.evaluation import in_order, matches
from spiders.netherlands.simulator.koop.records import Record
from spiders.netherlands.simulator.koop.repository import Repository

_REMEMBERED = 16


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the records found, the first of which has position `start`."""

    total: int
    start: int
    records: tuple[Record, ...]

    @property
    def next_position(self) -> int | None:
        """The position after this page, None after the last one."""
        position = self.start + len(self.records)
        return position if self.records and position <= self.total else None


class Search:
    """Answers queries; the latest ones are remembered until the repository changes."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._known: OrderedDict[tuple[str, int], list[Record]] = OrderedDict()

    def page(self, query: str, start: int, count: int, *, hidden: Container[str] = ()) -> Page:
        """Return up to `count` records from position `start`.

        Args:
            hidden: identifiers that the search does not find, though they are there.

        Raises:
            SearchRefused: the query cannot be followed.
        """
        found = self._found(query)
        if hidden:
            found = [record for record in found if record.identifier not in hidden]
        return Page(len(found), start, tuple(found[start - 1 : start - 1 + count]))

    def _found(self, query: str) -> list[Record]:
        key = (query, self._repository.revision)
        if key not in self._known:
            parsed = cql.parse(query)
            records = [entry.record for entry in self._repository]
            # Without sortBy the newest come first, so pages drift while papers are published.
            records.sort(key=lambda r: (r.changed_at, r.identifier), reverse=True)
            fitting = [record for record in records if matches(parsed.condition, record)]
            self._known[key] = in_order(parsed, fitting)
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return self._known[key]
