"""The two files of metadata that go with every publication (2.3)."""

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from spiders.netherlands.simulator.koop import moments
from spiders.netherlands.simulator.koop.records import Record

_OWMS = (
    '<owms-metadata xmlns:dcterms="http://purl.org/dc/terms/"'
    ' xmlns:overheid="http://standaarden.overheid.nl/owms/terms/"'
    ' xmlns:overheidop="http://standaarden.overheid.nl/oep/meta/">'
)
_TAXONOMY = "OVERHEID.TaxonomieBeleidsagenda"
_CHAMBER = "OVERHEID.StatenGeneraal"
Field = tuple[str, str, str]


def make_metadata(record: Record) -> bytes:
    """Write metadata.xml; it ends without a newline and has no date of modification."""
    rows = [
        f'<metadata name="{name}" scheme="{scheme}" content={_quoted(content)}/>'
        for name, scheme, content in metadata_fields(record)
    ]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<metadata_gegevens>", *rows]
    return "\n".join([*lines, "</metadata_gegevens>"]).encode()


def metadata_fields(record: Record) -> Iterator[Field]:
    """Yield name, scheme and content in the order of the file."""
    yield "OVERHEIDop.documentStatus", "", record.status
    yield "DC.title", "", record.title
    yield "OVERHEIDop.doctype", "", "Officiële Publicaties, versie 1.1"
    yield from _each("OVERHEIDop.bijlage", record.annexes)
    yield from _each("OVERHEIDop.documenttitel", _some(record.document_title))
    # Several dossiers are one value, joined.
    yield from _each("OVERHEIDop.dossiernummer", _some(";".join(record.dossiers)))
    yield from _each("OVERHEIDop.dossiertitel", _some(record.dossier_title))
    yield from _each("OVERHEIDop.indiener", record.movers)
    yield from _each("OVERHEIDop.ondernummer", _some(record.number))
    yield "OVERHEIDop.publicationName", "", "Kamerstuk"
    yield "OVERHEIDop.vergaderjaar", "", record.year
    yield "DCTERMS.language", "DCTERMS.RFC4646", "nl"
    yield "DCTERMS.available", "DCTERMS.W3CDTF", record.available.isoformat()
    if record.issued is not None:
        yield "DCTERMS.issued", "DCTERMS.W3CDTF", record.issued.isoformat()
    yield "DC.type", "OVERHEID.Informatietype", "officiële publicatie"
    yield "OVERHEID.organisationType", "OVERHEID.Organisatietype", "staten generaal"
    yield "DC.creator", _CHAMBER, record.creator
    yield from _each("OVERHEID.category", record.subjects, _TAXONOMY)
    yield from _each("DC.type", _some(record.subrubriek), "OVERHEIDop.KamerstukTypen")
    yield "DC.type", "OVERHEIDop.Parlementair", record.type
    yield "DC.identifier", "OVERHEIDop.ParlID", record.identifier
    yield from _each("OVERHEIDop.hoofddocument", _some(record.main_document), "OVERHEIDop.ParlID")


def inline_fields(record: Record) -> Iterator[tuple[str, str | None, str]]:
    """Yield name, scheme and content as the heads of HTML and of newer XML have them.

    The order is another one than that of metadata.xml; a scheme of None is no attribute at all.
    """
    yield "DC.identifier", "OVERHEIDop.ParlID", record.identifier
    yield from (("OVERHEIDop.ondernummer", None, number) for number in _some(record.number))
    yield "DCTERMS.available", "DCTERMS.W3CDTF", record.available.isoformat()
    yield from _each("DC.type", _some(record.subrubriek), "OVERHEIDop.KamerstukTypen")
    dossiers = _some(";".join(record.dossiers))
    yield from (("OVERHEIDop.dossiernummer", None, joined) for joined in dossiers)
    yield from _each("OVERHEIDop.documenttitel", _some(record.document_title))
    yield from _each("OVERHEIDop.indiener", record.movers)
    yield from _each("OVERHEIDop.dossiertitel", _some(record.dossier_title))
    yield "DCTERMS.alternative", "", ""
    yield "OVERHEIDop.vergaderjaar", "", record.year
    yield "DC.creator", _CHAMBER, record.creator
    yield "DC.type", "OVERHEIDop.Parlementair", record.type
    if record.issued is not None:
        yield "DCTERMS.issued", "DCTERMS.W3CDTF", record.issued.isoformat()
    yield "DC.title", "", record.title
    yield "DCTERMS.language", "DCTERMS.RFC4646", "nl"
    yield "OVERHEIDop.doctype", "", "Officiële Publicaties, versie 1.1"
    yield "DC.type", "OVERHEID.Informatietype", "officiële publicatie"
    yield "OVERHEIDop.publicationName", "", "Kamerstuk"
    yield "OVERHEID.organisationType", "OVERHEID.Organisatietype", "staten generaal"
    yield from _each("OVERHEID.category", record.subjects, _TAXONOMY)
    yield "OVERHEIDop.versieInformatie", None, ""


def meta_element(field: tuple[str, str | None, str], end: str) -> str:
    """Write a field as an empty `meta` element that ends with `/>` or ` />`."""
    name, scheme, content = field
    said = "" if scheme is None else f' scheme="{scheme}"'
    return f'<meta name="{name}"{said} content={_quoted(content)}{end}'


def make_owms(record: Record) -> bytes:
    """Write metadata_owms.xml; one in five is in windows-1252, none has a colon in modified."""
    encoding = "windows-1252" if sum(record.identifier.encode()) % 5 == 0 else "UTF-8"
    lines = [f'<?xml version="1.0" encoding="{encoding}"?>', *_owms(record), "</owms-metadata>"]
    # What the encoding lacks is written as a number, as XML allows.
    return "\n".join(lines).encode(encoding, "xmlcharrefreplace")


def _owms(record: Record) -> Iterator[str]:
    generated = moments.generated_on(record.generated_at)
    yield "<!--"
    yield f"      Generatie: versie XSLT 1.1 op {generated}-->"
    yield _OWMS
    yield "   <owmskern>"
    yield _line("dcterms:identifier", record.identifier)
    yield _line("dcterms:title", record.title)
    yield _line("dcterms:language", "nl")
    if record.subrubriek is not None:
        yield _line("dcterms:type", record.subrubriek, "OVERHEIDop.KamerstukTypen")
    yield _line("dcterms:type", record.type, "OVERHEIDop.Parlementair")
    yield _line("dcterms:creator", record.creator, _CHAMBER)
    # With a point, as in every file of the source.
    yield _line("dcterms.modified", record.file_modified.isoformat())
    yield "   </owmskern>"
    yield "   <owmsmantel>"
    yield _line("dcterms:available", record.available.isoformat())
    if record.issued is not None:
        yield _line("dcterms:issued", record.issued.isoformat())
    yield "   </owmsmantel>"
    yield "   <oep>"
    for name, values in (
        ("documentStatus", (record.status,)),
        ("bijlage", record.annexes),
        ("documenttitel", _some(record.document_title)),
        ("dossiernummer", _some(";".join(record.dossiers))),
        ("dossiertitel", _some(record.dossier_title)),
        ("indiener", record.movers),
        ("ondernummer", _some(record.number)),
        ("publicationName", ("Kamerstuk",)),
        ("vergaderjaar", (record.year,)),
    ):
        for value in values:
            yield _line(f"overheidop:{name}", value)
    yield _line("overheid:organisationType", "staten generaal")
    for subject in record.subjects:
        yield _line("overheid:category", subject, _TAXONOMY)
    if record.main_document is not None:
        yield _line("overheidop:hoofddocument", record.main_document)
    yield "   </oep>"


def _line(name: str, value: str, scheme: str | None = None) -> str:
    attribute = f' scheme="{scheme}"' if scheme else ""
    return f"      <{name}{attribute}>{escape(value)}</{name}>"


def _some(value: str | None) -> tuple[str, ...]:
    return (value,) if value else ()


def _each(name: str, values: Sequence[str], scheme: str = "") -> Iterator[Field]:
    return ((name, scheme, value) for value in values)


def _quoted(text: str) -> str:
    return quoteattr(text) if '"' not in text else f'"{escape(text, {chr(34): "&quot;"})}"'
