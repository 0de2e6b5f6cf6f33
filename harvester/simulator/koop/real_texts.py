"""Real texts as publications: metadata of a search made from the XML and from the rows (1.6)."""

import gzip
import re
import zlib
from collections.abc import Iterable
from datetime import date, timedelta
from functools import partial
from typing import NamedTuple

from lxml import etree

from harvester.simulator import times
from harvester.simulator.koop.agenda import weekday
from harvester.simulator.koop.body import Body, Kind
from harvester.simulator.koop.reader import read_sheet
from harvester.simulator.koop.records import HOUSE, SENATE, SET_LATER, Record
from harvester.simulator.koop.repository import Entry, Repository

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
    dossiers = [_dossier(each) for each in root.iter("dossier")]
    day = _isodate(root) or text.day or date(1995, 1, 1)
    available = weekday(day + timedelta(days=1))
    seconds = zlib.crc32(text.identifier.encode())
    changed = times.at(weekday(available + timedelta(days=2)), 11, seconds % 60, seconds // 60 % 60)
    changed += timedelta(microseconds=seconds % 1_000_000)
    kamer = root.find(".//ondernummer")
    chamber = 1 if kamer is not None and kamer.get("kamer") == "1" else 2
    title = dossiers[0][1] if dossiers else None
    record = Record(
        identifier=text.identifier,
        title="; ".join(filter(None, (title, "Motie", text.subject))),
        creator=HOUSE if chamber == 2 else SENATE,
        available=available,
        day=day,
        issued=day,
        year=_year(root) or times.parliamentary_year(day),
        group=dossiers[0][0] if dossiers else "onopgemaakt",
        status=SET_LATER,
        changed_at=changed,
        indexed_at=changed + timedelta(seconds=10 + seconds % 10),
        generated_at=changed,
        file_modified=available,
        document_title=text.subject,
        dossier_title=title,
        number=_said(kamer) or None,
        dossiers=tuple(number for number, _ in dossiers),
        subrubriek="Motie",
    )
    return Entry(record, partial(_body, text, day))


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
    text = found.get("isodatum") if found is not None else None
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
