"""What the server serves: a world with a feed table, files, and time that goes on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from spiders.netherlands.simulator.koop.repository import Repository
from spiders.netherlands.simulator.portal.ministries import Ministries
from spiders.netherlands.simulator.store import Store

Truth = Mapping[str, Any]
"""JSON for tests: what a perfect harvester would hold."""


@dataclass(frozen=True, slots=True)
class File:
    """The file of an entity as it is served now; `content` makes the bytes when asked.

    `etag` is without quotes and another one for other bytes.
    """

    media_type: str
    content: Callable[[], bytes]
    etag: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Missing:
    """A file that the feed promises and the server does not give (guide 1.6)."""

    status: int


class World(Protocol):
    """A world; everything it does follows from its seed and what was asked of it."""

    @property
    def store(self) -> Store:
        """The feed's table."""
        ...

    @property
    def koop(self) -> Repository:
        """What KOOP holds of it."""
        ...

    @property
    def ministries(self) -> Ministries:
        """What its ministries publish themselves."""
        ...

    def file(self, entity_id: str) -> File | Missing | None:
        """Return the file of an entity, None if there is no such file."""
        ...

    def advance(self, days: int) -> Truth:
        """Let days pass; returns what was published, changed and withdrawn."""
        ...

    def republish(self) -> int:
        """Publish everything again without change; returns how many entities."""
        ...

    def truth(self) -> Truth:
        """Return what a perfect harvester would know now."""
        ...
