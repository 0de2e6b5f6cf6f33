"""Real rows of the source's other interface as entities of the feed (guide 1.8)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from spiders.netherlands.simulator import schema, times
from spiders.netherlands.simulator.entities import Declared, Entity, Fields, Ref, Value

_IRREGULAR = {
    "NaamNL": "naamNl",
    "NaamEN": "naamEn",
    "NaamWebNL": "naamWebNl",
    "NaamWebEN": "naamWebEn",
    "VRSNummer": "vrsNummer",
    "ExterneIdentifier": "externeidentifier",
}
_ENVELOPE = frozenset(
    {
        "Id",
        "GewijzigdOp",
        "ApiGewijzigdOp",
        "Verwijderd",
        "ContentType",
        "ContentLength",
        "derived",
    }
)
Row = Mapping[str, Any]


def to_entity(category: str, row: Row) -> Entity:
    """Write a row as the feed sends it.

    `Foo_Id` and `Foo_Ids` become links, absent where there is none; what the row does not say
    is `xsi:nil`.
    """
    fields: list[tuple[str, Value]] = []
    for name, value in row.items():
        if name not in _ENVELOPE:
            fields += _fields(category, name, value)
    file = None
    if row.get("ContentType") is not None:
        file = Declared(row["ContentType"], row["ContentLength"])
    is_withdrawn = bool(row.get("Verwijderd"))
    return Entity(
        category,
        row["Id"],
        changed(category, row["GewijzigdOp"]),
        () if is_withdrawn else tuple(fields),
        None if is_withdrawn else file,
        is_withdrawn,
    )


def is_placeholder(row: Row) -> bool:
    """Tell whether a row says nothing, not even when it changed: the feed has none of these."""
    return row.get("GewijzigdOp") is None and row.get("derived") is not True


def changed(category: str, text: str) -> str:
    """Write a row's time of change in the form of its category."""
    match schema.system(category):
        case schema.System.PARLIS:
            # The row has Amsterdam's wall clock with its offset: drop that, fill up to 7.
            whole, _, fraction = text[:-6].partition(".")
            return f"{whole}.{fraction:0<7}"
        case schema.System.SESAM:
            return times.sesam(datetime.fromisoformat(text))
        case schema.System.PREFIXED:
            return text


def updated(row: Row) -> str:
    """Return the entry's `updated`: 0.5-2.5 s before ApiGewijzigdOp (guide 1.2)."""
    text = row["ApiGewijzigdOp"]
    earlier = timedelta(milliseconds=500 + int(row["Id"][:4], 16) % 2000)
    return times.atom_updated(datetime.fromisoformat(f"{text[:-1][:26]}+00:00") - earlier)


def order(row: Row) -> str:
    """Return a key that sorts rows by ApiGewijzigdOp, whatever its decimals."""
    whole, _, fraction = row["ApiGewijzigdOp"][:-1].partition(".")
    return f"{whole}.{fraction:0<7}"


def _fields(category: str, name: str, value: Any) -> Fields:
    element, kind = _element(category, name)
    if kind == "refs":
        return tuple([(element, Ref(target)) for target in value])
    if kind == "ref":
        return ((element, Ref(value)),) if value else ()
    return ((element, _written(value, kind)),)


@cache
def _element(category: str, name: str) -> tuple[str, str]:
    """Return the element of a row's property and its type; `refs` for a list of links."""
    if name.endswith("_Ids"):
        return name[0].lower() + name[1:-4], "refs"
    if name.endswith("_Id"):
        return name[0].lower() + name[1:-3], "ref"
    element = _IRREGULAR.get(name, name[0].lower() + name[1:])
    kinds = {each.name: each.kind for each in schema.ELEMENTS[category]}
    return element, kinds[element]


def _written(value: Any, kind: str) -> str | None:
    if value is None or isinstance(value, str):
        if value and kind == "moment":
            return str(value)[:19]
        return str(value)[:10] if value and kind == "date" else value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
