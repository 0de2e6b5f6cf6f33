"""The feed's table: each entity once, at the place of its latest change (guide 1.5)."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random

from spiders.netherlands.simulator.entities import Entity

PAGE_SIZE = 250


@dataclass(slots=True)
class Row:
    """One entity in the table, with the token after which a reader goes on.

    `rendered` is a cache of its bytes around the place where a link names the category.
    """

    entity: Entity
    token: int
    updated: str
    rendered: tuple[bytes, bytes] | None = None


@dataclass(frozen=True, slots=True)
class View:
    """An immutable view of rows in token order."""

    tokens: list[int]
    rows: list[Row]

    def page(self, after: int) -> list[Row]:
        """Return up to 250 rows behind a token; any integer will do."""
        start = bisect_right(self.tokens, after)
        return self.rows[start : start + PAGE_SIZE]


class _Rows:
    """Rows by id; a dict keeps insertion order, so a changed row is taken out and put last."""

    def __init__(self) -> None:
        self._by_id: dict[str, Row] = {}
        self._view: View | None = None

    def put(self, row: Row) -> None:
        self._by_id.pop(row.entity.id, None)
        self._by_id[row.entity.id] = row
        self._view = None

    def get(self, entity_id: str) -> Row | None:
        return self._by_id.get(entity_id)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._by_id.values())

    def view(self) -> View:
        # Made once after a change: a page then costs a bisection and a slice.
        if self._view is None:
            rows = list(self._by_id.values())
            self._view = View([row.token for row in rows], rows)
        return self._view


@dataclass
class Store:
    """All rows of the feed, over all categories and per category."""

    seed: int
    head: int = 26_600_000
    _all: _Rows = field(default_factory=_Rows)
    _by_category: dict[str, _Rows] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._gaps = Random(f"{self.seed}/tokens")  # noqa: S311 - not for secrets

    def put(self, entity: Entity, updated: str) -> int:
        """Publish a state of an entity; it leaves its old place. Returns its token."""
        # Tokens are shared by things that the feed does not show, so there are gaps.
        self.head += 1 if self._gaps.random() < 0.8 else self._gaps.randint(2, 40)
        row = Row(entity, self.head, updated)
        self._all.put(row)
        self._by_category.setdefault(entity.category, _Rows()).put(row)
        return self.head

    def get(self, entity_id: str) -> Row | None:
        """Return the row of an id, None if it was never published."""
        return self._all.get(entity_id)

    def rows(self, category: str) -> Iterable[Row]:
        """Iterate over a category in token order."""
        return iter(self._by_category.get(category, ()))

    def view(self, category: str | None) -> View:
        """Return the rows of a category, or of all, as they are now."""
        if category is None:
            return self._all.view()
        rows = self._by_category.get(category)
        return rows.view() if rows else View([], [])

    def views(self) -> Mapping[str | None, View]:
        """Return everything as it is now; later changes do not show in it."""
        categories: list[str | None] = [None, *self._by_category]
        return {category: self.view(category) for category in categories}

    def counts(self) -> dict[str, dict[str, int]]:
        """Count what is live and what is a tombstone, per category."""
        counted: dict[str, dict[str, int]] = {}
        for category, rows in sorted(self._by_category.items()):
            withdrawn = sum(row.entity.is_withdrawn for row in rows)
            live = len(rows.view().rows) - withdrawn
            counted[category] = {"live": live, "tombstones": withdrawn}
        return counted
