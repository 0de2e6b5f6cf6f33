"""`/paper/<id>?_as_of=<day or time>`: which version of a paper was current then."""

import sqlite3

from datasette.utils.asgi import BadRequest, NotFound

from harvester.errors import ConfigurationError
from harvester.index.papers import find_paper
from harvester.site.addresses import paper_url
from harvester.times import read_moment

_VERSION = """
SELECT v.paper, v.source, v.version FROM paper_version AS v
  JOIN copy AS c ON c.paper = v.paper AND c.source = v.source
 WHERE v.paper = ? AND v.opened_at <= ? ORDER BY c.place, v.version DESC LIMIT 1
"""


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
    found = connection.execute(_VERSION, (find_paper(connection, name), moment)).fetchone()
    if found is None:
        raise NotFound(f"{name} was not known at {moment}")
    return paper_url(*found)
