"""The Atom envelope of the feed (guide 1.2): a page of entries as bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import escape

from spiders.netherlands.simulator import entities, schema, times
from spiders.netherlands.simulator.store import Row

FEED_PATH = "/SyncFeed/2.0/Feed"
ENTITY_PATH = "/SyncFeed/2.0/Entiteiten"
RESOURCE_PATH = "/SyncFeed/2.0/Resources"

_HEAD = (
    '<?xml version="1.0" encoding="utf-8"?><feed xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns="http://www.w3.org/2005/Atom">'
)
_AUTHOR = "<author><name>Tweede Kamer der Staten-Generaal</name>"
_FEED_AUTHOR = (
    f"{_AUTHOR}<uri>https://opendata.tweedekamer.nl</uri>"
    "<email>opendata@tweedekamer.nl</email></author>"
    "<rights>Disclaimer: https://opendata.tweedekamer.nl/disclaimer</rights>"
)


@dataclass(frozen=True, slots=True)
class Query:
    """What a request for a page asked: the category and the token, None where not given."""

    category: str | None
    skiptoken: int | None


def page(base_url: str, asked: Query, rows: Sequence[Row], now: datetime) -> bytes:
    """Write a page.

    A page with entries says where to go on; one without says `resume` and nothing else: the
    reader has caught up and asks the same again later.
    """
    own_url = escape(_url(base_url, asked.category, asked.skiptoken))
    if rows:
        relation, token = "next", rows[-1].token
    else:
        relation, token = "resume", asked.skiptoken or 0
    onward = escape(_url(base_url, asked.category, token))
    title = f" (category: {asked.category})" if asked.category else ""
    head = (
        f"{_HEAD}<title>Gegevensmagazijn SyncFeed{title}</title>"
        f'<link rel="self" href="{own_url}" /><link rel="{relation}" href="{onward}" />'
        f"<updated>{times.feed_updated(now)}</updated>{_FEED_AUTHOR}<id>{own_url}</id>"
    )
    named = f"&amp;category={asked.category}".encode() if asked.category else b""
    parts = [head.encode()]
    for row in rows:
        if row.rendered is None:
            row.rendered = _entry(base_url, row)
        parts += (row.rendered[0], named, row.rendered[1])
    parts.append(b"</feed>")
    return b"".join(parts)


def _url(base_url: str, category: str | None, skiptoken: int | None) -> str:
    # Since 2024 the token comes first (guide 1.5).
    parameters = [] if skiptoken is None else [f"skiptoken={skiptoken}"]
    parameters += [f"category={category}"] if category else []
    return f"{base_url}{FEED_PATH}" + ("?" + "&".join(parameters) if parameters else "")


def _entry(base_url: str, row: Row) -> tuple[bytes, bytes]:
    entity = row.entity
    before = (
        f"<entry><title>{entity.id}</title><id>{base_url}{ENTITY_PATH}/{entity.id}</id>"
        f"{_AUTHOR}</author><updated>{row.updated}</updated>"
        f'<category term="{schema.root_element(entity.category)}" />'
        f'<link rel="next" href="{base_url}{FEED_PATH}?skiptoken={row.token}'
    )
    enclosure = ""
    if entity.file is not None and not entity.is_withdrawn:
        enclosure = f'<link rel="enclosure" href="{base_url}{RESOURCE_PATH}/{entity.id}" />'
    after = (
        f'" />{enclosure}<content type="application/xml">{entities.render(entity)}'
        "</content></entry>"
    )
    return before.encode(), after.encode()
