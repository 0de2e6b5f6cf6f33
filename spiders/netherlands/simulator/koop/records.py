"""A publication as a search describes it: its metadata, and the XML of its record (1.6)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from xml.sax.saxutils import escape

from spiders.netherlands.simulator.koop import moments

HOUSE, SENATE = "Tweede Kamer der Staten-Generaal", "Eerste Kamer der Staten-Generaal"
UNSET, SET_AT_ONCE, SET_LATER = "Onopgemaakt", "Opgemaakt", "Opgemaakt na onopgemaakt"
PAPER, ANNEX = "Kamerstuk", "Bijlage"
OTHER = "Overige Kamerstukken"
"""The subrubriek of what is not yet typeset, whatever it is."""
AREA = "officielepublicaties"

_FILES = {
    "html": "{id}.html",
    "metadata": "metadata.xml",
    "metadataowms": "metadata_owms.xml",
    "odt": "{id}.odt",
    "pdf": "{id}.pdf",
    "xml": "{id}.xml",
}
ALL_MANIFESTATIONS = tuple(_FILES)
FEW_MANIFESTATIONS = ("metadata", "metadataowms", "pdf")


@dataclass(frozen=True, slots=True)
class Record:
    """The metadata of a publication as it stands.

    Attributes:
        type: Kamerstuk or Bijlage.
        group: the folder of its files: `36900-VII`, `onopgemaakt`.
        changed_at: when the work changed; its day in Amsterdam is `dcterms:modified`.
        indexed_at: the search's own time, some seconds later.
        file_modified: the date that the file of metadata gives; it does not move with the record.
        generated_at: when the files were made.
        dossiers: `36900-VII`, the first of which is that of the identifier.
        subrubriek: Brief, Motie, …; None for annexes and old papers.
        text: what the whole-text indexes hold besides the titles.
    """

    identifier: str
    title: str
    creator: str
    available: date
    day: date
    year: str
    group: str
    status: str
    changed_at: datetime
    indexed_at: datetime
    file_modified: date
    generated_at: datetime
    type: str = PAPER
    issued: date | None = None
    subjects: tuple[str, ...] = ()
    annexes: tuple[str, ...] = ()
    document_title: str | None = None
    dossier_title: str | None = None
    main_document: str | None = None
    movers: tuple[str, ...] = ()
    number: str | None = None
    dossiers: tuple[str, ...] = ()
    subrubriek: str | None = None
    manifestations: tuple[str, ...] = ALL_MANIFESTATIONS
    text: tuple[str, ...] = ()

    @property
    def modified(self) -> date:
        """The day of the latest change, in Amsterdam."""
        return moments.local_day(self.changed_at)

    def path(self, manifestation: str) -> str:
        """Return the path of a file in the repository (2.1)."""
        kind = self.identifier.split("-", 1)[0]
        name = _FILES[manifestation].format(id=self.identifier)
        return f"/frbr/{AREA}/{kind}/{self.group}/{self.identifier}/1/{manifestation}/{name}"

    def values(self, index: str) -> Sequence[str]:
        """Return the values of an index of the search."""
        return _INDEXED.get(index, _no_values)(self)


def _no_values(_record: Record) -> Sequence[str]:
    return ()


def _some(*values: object) -> tuple[str, ...]:
    return tuple([str(value) for value in values if value is not None])


_INDEXED: Mapping[str, Callable[[Record], Sequence[str]]] = {
    "dt.identifier": lambda r: (r.identifier,),
    "dt.title": lambda r: (r.title,),
    "dt.type": lambda r: (r.type,),
    "dt.creator": lambda r: (r.creator,),
    "dt.language": lambda _: ("nl",),
    "dt.modified": lambda r: (r.modified.isoformat(),),
    "dt.available": lambda r: (r.available.isoformat(),),
    "dt.date": lambda r: (r.day.isoformat(),),
    "dt.issued": lambda r: _some(r.issued),
    "dt.subject": lambda r: r.subjects,
    "dt.hasVersion": lambda _: ("1",),
    "c.product-area": lambda _: (AREA,),
    "c.content-area": lambda r: (content_area(r),),
    "w.bijlage": lambda r: r.annexes,
    "w.documentstatus": lambda r: (r.status,),
    "w.documenttitel": lambda r: _some(r.document_title),
    "w.dossiertitel": lambda r: _some(r.dossier_title),
    "w.hoofddocument": lambda r: _some(r.main_document),
    "w.indiener": lambda r: r.movers,
    "w.ondernummer": lambda r: _some(r.number),
    "w.organisatietype": lambda _: ("staten generaal",),
    "w.publicatienaam": lambda _: ("Kamerstuk",),
    "w.vergaderjaar": lambda r: (r.year,),
    "w.dossiernummer": lambda r: r.dossiers,
    "w.subrubriek": lambda r: _some(r.subrubriek),
    "cd.datumTijdstipWijzigingWork": lambda r: (moments.work_changed(r.changed_at),),
    "cd.datumTijdstipWijzigingExpression": lambda r: (moments.work_changed(r.changed_at),),
    "cql.serverChoice": lambda r: (r.title, r.creator, *r.movers),
    "cql.allIndexes": lambda r: (r.title, r.creator, *r.movers, r.identifier, *r.dossiers),
    "cql.textAndIndexes": lambda r: (r.title, r.creator, *r.movers, r.identifier, *r.text),
}


def content_area(record: Record) -> str:
    """Return the folder of a record's files, as its metadata name it."""
    return f"{AREA}/{record.identifier.split('-', 1)[0]}/{record.group}"


def render(record: Record, base_url: str, position: int) -> str:
    """Write a record of a search's answer; addresses begin with `base_url`."""
    inner = "".join([*_core(record), *_mantle(record, base_url), *_publication(record)])
    meta = (
        '<overheidwetgeving:meta xmlns:search="http://marklogic.com/appservices/search">'
        f"{inner}</overheidwetgeving:meta>"
    )
    enriched = "".join(_enriched(record, base_url))
    return (
        "<sru:record><sru:recordSchema>http://standaarden.overheid.nl/sru/</sru:recordSchema>"
        "<sru:recordPacking>xml</sru:recordPacking><sru:recordData><gzd:gzd>"
        f"<gzd:originalData>{meta}</gzd:originalData>"
        f"<gzd:enrichedData>{enriched}</gzd:enrichedData></gzd:gzd></sru:recordData>"
        f"<sru:recordPosition>{position}</sru:recordPosition></sru:record>"
    )


def _element(name: str, value: object, scheme: str | None = None) -> str:
    attribute = f' scheme="{scheme}"' if scheme else ""
    return f"<{name}{attribute}>{escape(str(value))}</{name}>"


def _core(record: Record) -> Iterator[str]:
    yield "<overheidwetgeving:owmskern>"
    yield _element("dcterms:identifier", record.identifier)
    yield _element("dcterms:title", record.title)
    yield _element("dcterms:language", "nl")
    yield _element("dcterms:type", record.type, "OVERHEIDop.Parlementair")
    yield _element("dcterms:creator", record.creator, "OVERHEID.StatenGeneraal")
    yield _element("dcterms:modified", record.modified)
    yield "</overheidwetgeving:owmskern>"


def _mantle(record: Record, base_url: str) -> Iterator[str]:
    yield "<overheidwetgeving:owmsmantel>"
    yield _element("dcterms:available", record.available)
    yield _element("dcterms:date", record.day)
    page = f"{base_url}/{record.identifier}.html"
    yield f'<dcterms:hasVersion resourceIdentifier="{page}">1</dcterms:hasVersion>'
    if record.issued is not None:
        yield _element("dcterms:issued", record.issued)
    for subject in record.subjects:
        yield _element("dcterms:subject", subject, "OVERHEID.TaxonomieBeleidsagenda")
    yield "</overheidwetgeving:owmsmantel>"


def _publication(record: Record) -> Iterator[str]:
    """Yield the fields of the publication in their stable order (1.6)."""
    yield "<overheidwetgeving:tpmeta>"
    yield _element("c:product-area", AREA)
    yield _element("c:content-area", content_area(record))
    fields: tuple[tuple[str, Sequence[str], str | None], ...] = (
        ("bijlage", record.annexes, None),
        ("documentstatus", (record.status,), None),
        ("documenttitel", _some(record.document_title), None),
        ("dossiertitel", _some(record.dossier_title), None),
        ("hoofddocument", _some(record.main_document), None),
        ("indiener", record.movers, None),
        ("ondernummer", _some(record.number), None),
        ("organisatietype", ("staten generaal",), "OVERHEID.Organisatietype"),
        ("publicatienaam", ("Kamerstuk",), None),
        ("vergaderjaar", (record.year,), None),
        ("dossiernummer", record.dossiers, None),
        ("subrubriek", _some(record.subrubriek), "OVERHEIDop.KamerstukTypen"),
    )
    for name, values, scheme in fields:
        for value in values:
            yield _element(f"overheidwetgeving:{name}", value, scheme)
    changed = moments.work_changed(record.changed_at)
    yield _element("cd:datumTijdstipWijzigingWork", changed)
    yield _element("cd:datumTijdstipWijzigingExpression", changed)
    yield "</overheidwetgeving:tpmeta>"


def _enriched(record: Record, base_url: str) -> Iterator[str]:
    first = "xml" if "xml" in record.manifestations else "pdf"
    yield _element("gzd:url", f"{base_url}{record.path(first)}")
    yield _element("gzd:preferredUrl", f"{base_url}/{record.identifier}.html")
    for manifestation in record.manifestations:
        url = f"{base_url}{record.path(manifestation)}"
        yield f'<gzd:itemUrl manifestation="{manifestation}">{escape(url)}</gzd:itemUrl>'
    yield _element("gzd:timestamp", moments.timestamp(record.indexed_at))
