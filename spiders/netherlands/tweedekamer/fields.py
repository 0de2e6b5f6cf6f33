"""The fields of one entity of the Tweede Kamer."""

import re
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from lxml import etree

from harvester.source.domain import Ref
from harvester.source.fields import Fields
from harvester.untrusted_xml import parse_untrusted
from spiders.netherlands.tweedekamer.feed import BIJGEWERKT, TK, VERWIJDERD, XSI_NIL

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
CONTENT_TYPE = f"{TK}contentType"
CONTENT_LENGTH = f"{TK}contentLength"
_ENVELOPE = frozenset({"id", BIJGEWERKT, VERWIJDERD, CONTENT_TYPE, CONTENT_LENGTH})
_TK_LENGTH = len(TK)
_is_integer = re.compile(r"[+-]?[0-9]{1,18}").fullmatch
"""Most digits of a 64-bit integer."""


class EntityFields(Fields):
    """The values of an entity by element name; `xsi:nil` is None, a link is the id it names."""

    def __init__(self, raw: str, category: str) -> None:
        """Read an entity.

        Raises:
            NotXml: the entity is not from `feed.parse_page`.
        """
        super().__init__(category)
        entity = parse_untrusted(raw)
        values = self._values
        self.content_type = entity.get(CONTENT_TYPE)
        self._content_length = entity.get(CONTENT_LENGTH)
        self._complaints += [
            f"{category}@{name}" for name in map(str, entity.attrib) if name not in _ENVELOPE
        ]
        for child in entity:
            tag = str(child.tag)
            name = tag[_TK_LENGTH:] if tag.startswith(TK) else tag
            values.setdefault(name, []).append(_value(child))

    def integer(self, name: str) -> int | None:
        """Take a whole number."""
        return self._integer(name, self.text(name))

    def reference(self, name: str, category: str) -> Ref | None:
        """Take a link to one record; the entity names its id, the schema its category."""
        id_ = self.text(name)
        return Ref(f"{category}/{id_}") if id_ else None

    def references(self, name: str, category: str) -> tuple[Ref, ...]:
        """Take links to records of one category, each once."""
        return tuple(Ref(f"{category}/{id_}") for id_ in dict.fromkeys(self.texts(name)))

    @property
    def content_length(self) -> int | None:
        """The declared size of the entity's file, in bytes."""
        return self._integer("@contentLength", self._content_length)

    def boolean(self, name: str) -> int | None:
        """Take true or false, as 1 or 0."""
        value = self.text(name)
        if value is None:
            return None
        flag = {"true": 1, "false": 0}.get(value.lower())
        if flag is None:
            self._complain(f"{name}={value[:40]}")
        return flag

    def day(self, name: str) -> str | None:
        """Take a date, or the date of a local time, as `YYYY-MM-DD`."""
        value = self.text(name)
        if value is None:
            return None
        day = _day(value)
        if day is None:
            self._complain(f"{name} is no date")
        return day

    def moment(self, name: str) -> str | None:
        """Take an Amsterdam wall-clock time, as UTC text; an ambiguous hour is reported."""
        value = self.text(name)
        if value is None:
            return None
        moment, complaint = _moment(value)
        if complaint:
            self._complain(f"{name} {complaint}")
        return moment

    def _integer(self, name: str, value: str | None) -> int | None:
        if value is None:
            return None
        if not _is_integer(value):
            self._complain(f"{name}={value[:40]}")
            return None
        return int(value)


def _value(element: etree._Element) -> str | None:
    if element.items():
        reference = element.get("ref")
        if reference is not None:
            return reference.strip() or None
        if element.get(XSI_NIL, "").lower() == "true":
            return None
    text = element.text
    return (text.strip() or None) if text else None


@lru_cache(maxsize=4096)
def _day(value: str) -> str | None:
    try:
        return datetime.fromisoformat(value[:10]).date().isoformat()
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def _moment(value: str) -> tuple[str | None, str | None]:
    """Return UTC text and a remark to report (guide 1.3: times without an offset)."""
    try:
        moment = datetime.fromisoformat(_microseconds(value))
    except ValueError:
        return None, "is no time"
    if moment.year < 1900:
        return None, None  # 0001-01-01 stands for "unknown" (guide 2.2)
    if moment.year == datetime.max.year:
        return None, "is no time"  # its last hours are not representable in UTC
    complaint = None
    if moment.tzinfo is None:
        earlier = moment.replace(tzinfo=AMSTERDAM, fold=0)
        later = moment.replace(tzinfo=AMSTERDAM, fold=1)
        if earlier.utcoffset() != later.utcoffset():
            complaint = "falls in the hour that is twice or not at all"
        moment = earlier
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z"), complaint


def _microseconds(value: str) -> str:
    """Cut fractions of a second to the six digits that datetime takes."""
    head, dot, rest = value.partition(".")
    if not dot:
        return value
    digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
    return f"{head}.{digits[:6]:0<6}{rest[len(digits) :]}"
