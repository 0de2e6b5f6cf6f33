"""Real texts as publications: metadata of a search made from the XML and from the rows (1.6)."""

import gzip
import re
import zlib
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import partial
from typing import NamedTuple

from lxml import etree

from spiders.netherlands.simulator import times
from spiders.netherlands.simulator.koop.agenda import weekday
from spiders.netherlands.simulator.koop.body import Body, Kind
from spiders.netherlands.simulator.koop.reader import read_sheet
from spiders.netherlands.simulator.koop.records import HOUSE, SENATE, SET_LATER, Record
from spiders.netherlands.simulator.koop.repository import Entry, Repository

_UNKNOWN = date(1995, 1, 1)
_SPACES = re.compile(r"\s+")


class RealText(NamedTuple):
    """A text with what the chamber's rows say of it."""

    identifier: str
    compressed: bytes
    subject: str | None
    day: date | None


def real_repository(texts: Iterable[RealText]) -> Repository:
    """Make publications of texts; what neither XML nor row says is left out."""
    repository = Repository()
    for text in texts:
        repository.put(_entry(text))
    return repository


def _entry(text: RealText) -> Entry:
    root = etree.fromstring(gzip.decompress(text.compressed), _parser())
    said = _Metadata(root)
    dossiers = [_dossier(each) for each in root.iter("dossier")]
    day = said.day("DCTERMS.issued") or _isodate(root) or text.day or _UNKNOWN
    available = said.day("DCTERMS.available") or weekday(day + timedelta(days=1))
    changed = _changed(text.identifier, available)
    number = root.find(".//ondernummer")
    is_senate = number is not None and number.get("kamer") == "1"
    title = said.one("OVERHEIDop.dossiertitel") or (dossiers[0][1] if dossiers else None)
    subject = said.one("OVERHEIDop.documenttitel") or text.subject
    record = Record(
        identifier=text.identifier,
        title=said.one("DC.title") or "; ".join(filter(None, (title, "Motie", subject))),
        creator=SENATE if is_senate else HOUSE,
        available=available,
        day=day,
        issued=day,
        year=said.one("OVERHEIDop.vergaderjaar") or _year(root) or times.parliamentary_year(day),
        group=dossiers[0][0] if dossiers else "onopgemaakt",
        status=SET_LATER,
        changed_at=changed,
        indexed_at=changed + timedelta(seconds=10 + changed.second % 10),
        generated_at=changed,
        file_modified=available,
        subjects=tuple(said.all("OVERHEID.category")),
        document_title=subject,
        dossier_title=title,
        movers=tuple(said.all("OVERHEIDop.indiener")),
        number=_said(number) or None,
        dossiers=tuple(each for each, _ in dossiers),
        subrubriek="Motie",
    )
    return Entry(record, partial(_body, text, day))


class _Metadata:
    """The metadata that newer texts begin with; the older ones say nothing."""

    def __init__(self, root: etree._Element) -> None:
        self._fields = [(m.get("name"), m.get("content")) for m in root.iterfind("metadata/meta")]

    def all(self, wanted: str) -> list[str]:
        return [content for name, content in self._fields if name == wanted and content]

    def one(self, wanted: str) -> str | None:
        return next(iter(self.all(wanted)), None)

    def day(self, wanted: str) -> date | None:
        return _day(self.one(wanted))


def _changed(identifier: str, available: date) -> datetime:
    """Make up when a publication was typeset: two working days later, at some time."""
    dice = zlib.crc32(identifier.encode())
    moment = times.at(weekday(available + timedelta(days=2)), 11, dice % 60, dice // 60 % 60)
    return moment + timedelta(microseconds=dice % 1_000_000)


def _body(text: RealText, day: date) -> Body:
    source = gzip.decompress(text.compressed)
    sheet = read_sheet(source, text.identifier)
    return Body(sheet, Kind.MOTION, day, dossiers=((sheet.dossier, sheet.title),), source=source)


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)


def _dossier(element: etree._Element) -> tuple[str, str]:
    """Return a dossier's number as in identifiers, and its title."""
    names = ("dossiernr", "begrotingshoofdstuk", "raadnr")
    parts = [_said(element.find(f".//{name}")) for name in names]
    return "-".join(part.replace(" ", "") for part in parts if part), _said(element.find("titel"))


def _isodate(root: etree._Element) -> date | None:
    found = root.find(".//datumtekst//datum")
    return _day(found.get("isodatum")) if found is not None else None


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _year(root: etree._Element) -> str | None:
    found = re.search(r"\d{4}.\d{4}", _said(root.find(".//tekstregel")))
    return found[0].replace("–", "-") if found else None


def _said(element: etree._Element | None) -> str:
    if element is None:
        return ""
    return _SPACES.sub(" ", "".join(map(str, element.itertext()))).strip()
