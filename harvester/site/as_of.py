"""`_as_of=<day or time>`: a paper, a search or a dossier as it was known then.

Of a paper the version of then is shown, which the index in use has. Searches and dossiers are
answered by an index as of then, which is made from the log, in a process of its own, and kept.
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

# A version counts from the segment on that told of it; what was held, from its release on.
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
    """As it was asked for."""
    moment: str
    index: Path | None
    """Of then; None where the index in use says the same."""

    @property
    def day(self) -> str | None:
        """The day, if it is a whole one."""
        return self.text if is_day(self.text) else None


class Waiting(NamedTuple):
    """What a reader waits for."""

    entries: int
    """Of the log, up to then."""
    left_s: float
    begun_at: str | None
    """None: it begins now, or after another one."""
    is_next: bool
    """Another one is made first."""

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being made: this one can begin."""
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
        """Say it by the words of this key, with these values."""
        super().__init__(key)
        self.key = key
        self.status = status
        self.waiting = waiting
        self.values = values


def read_as_of(text: str) -> str:
    """Return the time that an address says.

    Raises:
        NotShown: it is none.
    """
    try:
        return read_moment(text)
    except ConfigurationError as error:
        raise NotShown("as_of.no_time", HTTPStatus.BAD_REQUEST, text=text[:40]) from error


def is_present(text: str, moment: str, now: datetime) -> bool:
    """Tell whether this is the day that it is: it has no end yet, and the present stands for it.

    Raises:
        NotShown: the time is still to come.
    """
    if moment <= to_text(now):
        return False
    if is_day(text) and from_text(text) <= now:
        return True
    raise NotShown("as_of.future", HTTPStatus.BAD_REQUEST)


class Known(NamedTuple):
    """What the index in use knows of a time."""

    then: HeadsThen
    takedowns: str
    first: str | None

    @classmethod
    def read(cls, connection: sqlite3.Connection, moment: str) -> "Known":
        """Ask the index in use."""
        return cls(
            heads_then(connection, moment),
            takedowns_key(connection),
            first_written_at(connection),
        )


def find_index(kept: KeptIndexes, text: str, moment: str, known: Known) -> AsOf:
    """Return the time to show with its index.

    Raises:
        NotShown: it is not here yet, or will not be; the error says which.
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
    """Return the address of the version that was current at a time, of the leading source.

    Raises:
        BadRequest: it is no day and no time.
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
