"""Handle `_as_of=<day or time>`: a paper, search or dossier as it was known then.

A paper shows its version of that time, which the index in use has. Searches and dossiers need an
index as of that time, which a separate process makes from the log and caches.
"""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple

from datasette.utils.asgi import BadRequest, NotFound

from harvester.errors import ConfigurationError
from harvester.index.papers import find_paper
from harvester.site.addresses import paper_url
from harvester.snapshot.heads_then import HeadsThen, first_written_at, heads_then, takedowns_key
from harvester.snapshot.kept import KeptIndexes, Making
from harvester.times import from_text, is_day, read_moment, to_text

ARGUMENT = "_as_of"

# A version counts from the segment that brought it, or from the release of its hold.
_VERSIONS = """
WITH told AS (
  SELECT v.source, v.version, c.place,
         coalesce((SELECT r.segment FROM record_version AS r
                    WHERE r.key = v.document_key
                      AND r.observed_at = v.opened_at LIMIT 1),
                  (SELECT f.segment FROM retrieval AS f
                    WHERE f.record_key = v.document_key
                      AND f.retrieved_at = v.opened_at LIMIT 1)) AS segment
    FROM paper_version AS v
    JOIN copy AS c ON c.paper = v.paper AND c.source = v.source
   WHERE v.paper = ? AND v.opened_at <= ?)
SELECT source, version,
       coalesce((SELECT h.decided_in FROM hold AS h
                  WHERE h.source = told.source AND told.segment >= h.segment
                    AND told.segment < h.decided_in), segment) AS since
  FROM told ORDER BY place, version DESC
"""


@dataclass(frozen=True, slots=True)
class AsOf:
    """The time that a page shows."""

    text: str
    """As requested."""
    moment: str
    index: Path | None
    """The index as of then; None if the index in use is the same."""

    @property
    def day(self) -> str | None:
        """The day, if it is a whole one."""
        return self.text if is_day(self.text) else None


class Waiting(NamedTuple):
    """The index that a reader waits for."""

    entries: int
    """Entries of the log up to then."""
    left_s: float
    begun_at: str | None
    """Estimated seconds; None if it is only about to begin."""
    is_next: bool
    """Whether another one is made first."""

    @property
    def is_idle(self) -> bool:
        """Whether it can begin now."""
        return self.begun_at is None and not self.is_next


class NotShown(Exception):
    """Why an earlier time is not shown, or not yet."""

    def __init__(
        self,
        key: str,
        status: HTTPStatus,
        waiting: Waiting | None = None,
        /,
        **values: object,
    ) -> None:
        """Create the error with a key of the catalogue and values."""
        super().__init__(key)
        self.key = key
        self.status = status
        self.waiting = waiting
        self.values = values


def read_as_of(text: str) -> str:
    """Return the time in an address.

    Raises:
        NotShown: it is invalid.
    """
    try:
        return read_moment(text)
    except ConfigurationError as error:
        raise NotShown("as_of.no_time", HTTPStatus.BAD_REQUEST, text=text[:40]) from error


def is_present(text: str, moment: str, now: datetime) -> bool:
    """Tell whether this is today, which has not ended: then the present is shown.

    Raises:
        NotShown: the time is in the future.
    """
    if moment <= to_text(now):
        return False
    if is_day(text) and from_text(text) <= now:
        return True
    raise NotShown("as_of.future", HTTPStatus.BAD_REQUEST)


class Known(NamedTuple):
    """The facts about a time in the index in use."""

    then: HeadsThen
    takedowns: str
    first: str | None

    @classmethod
    def read(cls, connection: sqlite3.Connection, moment: str) -> "Known":
        """Query the index in use."""
        return cls(
            heads_then(connection, moment),
            takedowns_key(connection),
            first_written_at(connection),
        )


def find_index(kept: KeptIndexes, text: str, moment: str, known: Known) -> AsOf:
    """Return the time to show with its index.

    Raises:
        NotShown: it is not available yet, or never will be; the error says which.
    """
    then, takedowns, first = known
    if not then.heads:
        raise NotShown("as_of.before", HTTPStatus.NOT_FOUND, first=first)
    if then.is_now:
        return AsOf(text, moment, None)
    if kept.most == 0:
        raise NotShown("as_of.off", HTTPStatus.FORBIDDEN, text=text)
    if found := kept.find(then, takedowns):
        return AsOf(text, moment, found)
    if kept.has_failed(then.key):
        raise NotShown("as_of.failed", HTTPStatus.SERVICE_UNAVAILABLE)
    making, duration_s = kept.making(), kept.estimate_s(then)
    if making is None and not kept.has_room():
        raise NotShown("as_of.no_room", HTTPStatus.SERVICE_UNAVAILABLE)
    raise NotShown("as_of.making", HTTPStatus.ACCEPTED, _waiting(then, making, duration_s))


def _waiting(then: HeadsThen, making: Making | None, duration_s: float) -> Waiting:
    if making is None:
        return Waiting(then.entries, duration_s, None, is_next=False)
    if making.key == then.key:
        return Waiting(then.entries, making.left_s(), making.begun_at, is_next=False)
    return Waiting(then.entries, making.left_s() + duration_s, None, is_next=True)


# A paper -----------------------------------------------------------------------------------------


def version_as_of(connection: sqlite3.Connection, name: str, text: str) -> str:
    """Return the address of the leading source's version that was current at a time.

    Raises:
        BadRequest: this is no day or time.
        NotFound: the paper was not known then.
    """
    try:
        moment = read_moment(text)
    except ConfigurationError as error:
        raise BadRequest(str(error)) from error
    paper = find_paper(connection, name)
    heads = heads_then(connection, moment).heads if paper else {}
    for source, version, since in connection.execute(_VERSIONS, (paper, moment)):
        if source in heads and since is not None and since <= heads[source].sequence:
            return paper_url(str(paper), source, version)
    raise NotFound(f"{name} was not known at {moment}")
