"""An entity of the source, and the XML in which the feed sends it (guide 1.3, 1.4)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from spiders.netherlands.simulator import schema, times

NAMESPACE = "http://www.tweedekamer.nl/xsd/tkData/v1-0"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

_UNPREFIXED = f'xmlns:tk="{NAMESPACE}" xmlns="{NAMESPACE}" xmlns:xsi="{XSI}"'
_PREFIXED = f'xmlns:ns1="{NAMESPACE}" xmlns:xsi="{XSI}"'
_LIVE = {category: schema.live_order(category) for category in schema.ELEMENTS}
_SCHEMA = {category: schema.schema_order(category) for category in schema.ELEMENTS}


class Ref(NamedTuple):
    """A link to another entity; some kinds of link also say when they were made."""

    id: str
    bijgewerkt: str | None = None


Value = str | Ref | None
Fields = tuple[tuple[str, Value], ...]


class Declared(NamedTuple):
    """What an entity says of its file; it need not be true."""

    media_type: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Entity:
    """One state of one entity.

    Attributes:
        category: as in `?category=`.
        id: the source's guid.
        bijgewerkt: when its system changed it, in the form of that system.
        fields: element name and text, link, or None for `xsi:nil`; repeated names are repeated
            elements.
        file: what it says of its file, None if it has none.
        is_withdrawn: a tombstone, with or without fields.
        flag: how a tombstone spells `verwijderd`; `True` has been seen.
    """

    category: str
    id: str
    bijgewerkt: str
    fields: Fields = ()
    file: Declared | None = None
    is_withdrawn: bool = False
    flag: str = "true"


def fields(values: Mapping[str, object], links: Iterable[tuple[str, str | None]] = ()) -> Fields:
    """Write values as the feed has them; links without a target are absent."""
    made: list[tuple[str, Value]] = [(name, Ref(target)) for name, target in links if target]
    made += [(name, _text(value)) for name, value in values.items()]
    return tuple(made)


def bijgewerkt(category: str, moment: datetime) -> str:
    """Write the time of a change in the form of the category's system."""
    match schema.system(category):
        case schema.System.PARLIS:
            return times.parlis(moment)
        case schema.System.SESAM:
            return times.sesam(moment)
        case schema.System.PREFIXED:
            return times.with_offset(moment)


def render(entity: Entity, *, in_schema_order: bool = False) -> str:
    """Return the entity's XML, in the live order or in the one of the official schema.

    What the official schema does not know is left out in its order.
    """
    prefixed = schema.system(entity.category) is schema.System.PREFIXED
    name = schema.root_element(entity.category)
    root, attribute, declarations = (
        (f"ns1:{name}", "ns1", _PREFIXED) if prefixed else (name, "tk", _UNPREFIXED)
    )
    flag = entity.flag if entity.is_withdrawn else "false"
    start = (
        f'<{root} {declarations} id="{entity.id}" {attribute}:bijgewerkt="{entity.bijgewerkt}"'
        f' {attribute}:verwijderd="{flag}"'
    )
    if entity.file is not None:
        start += (
            f" {attribute}:contentType={quoteattr(entity.file.media_type)}"
            f' {attribute}:contentLength="{entity.file.size_bytes}"'
        )
    if not entity.fields:
        return f"{start} />"
    order = (_SCHEMA if in_schema_order else _LIVE)[entity.category]
    known = [item for item in entity.fields if item[0] in order]
    ordered = sorted(known, key=lambda item: order[item[0]])
    prefix = "ns1:" if prefixed else ""
    body = "".join([_element(prefix + name, value, attribute) for name, value in ordered])
    return f"{start}>{body}</{root}>"


def _element(name: str, value: Value, attribute: str) -> str:
    if value is None:
        return f'<{name} xsi:nil="true" />'
    if isinstance(value, str):
        return f"<{name}>{escape(value)}</{name}>"
    if value.bijgewerkt is None:
        return f'<{name} ref="{value.id}" />'
    return f'<{name} ref="{value.id}" {attribute}:bijgewerkt="{value.bijgewerkt}" />'


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
