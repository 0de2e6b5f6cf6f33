"""The files of a publication, each made when it is asked for."""

from dataclasses import replace
from functools import partial

from spiders.netherlands.simulator.documents import PDF
from spiders.netherlands.simulator.koop.body import Kind
from spiders.netherlands.simulator.koop.metadata_files import make_metadata, make_owms
from spiders.netherlands.simulator.koop.papers_html import make_html
from spiders.netherlands.simulator.koop.papers_odt import ODT, make_odt
from spiders.netherlands.simulator.koop.papers_xml import as_on_the_other_host, make_xml
from spiders.netherlands.simulator.koop.repository import Entry
from spiders.netherlands.simulator.pdf import make_pdf
from spiders.netherlands.simulator.world import File

_TYPES = {
    "html": "text/html",
    "metadata": "application/xml",
    "metadataowms": "application/xml",
    "odt": ODT,
    "pdf": PDF,
    "xml": "application/xml",
}


def make(entry: Entry, manifestation: str) -> bytes:
    """Make the bytes of a file; the same state gives the same bytes."""
    record = entry.record
    match manifestation:
        case "metadata":
            return make_metadata(record)
        case "metadataowms":
            return make_owms(record)
    body = entry.body()
    match manifestation:
        case "xml":
            return make_xml(body, record)
        case "html":
            return make_html(body, record)
        case "odt":
            return make_odt(body, record)
    if not body.is_typeset:
        return make_pdf(replace(body.sheet, imprint=""), is_justified=body.kind is Kind.ANNEX)
    # The typesetter's lines are justified, and the identifier stands at the foot.
    return make_pdf(replace(body.sheet, imprint=record.identifier), is_justified=True)


def file_of(entry: Entry, manifestation: str, *, on_other_host: bool = False) -> File | None:
    """Return a file as it is served, None if the publication has none of the kind.

    Args:
        on_other_host: as the zoek host has it, whose XML is written otherwise (2.2).
    """
    if manifestation not in entry.record.manifestations:
        return None
    content = partial(make, entry, manifestation)
    is_other = on_other_host and manifestation == "xml"
    if is_other:
        content = partial(_rewritten, entry)
    etag = f"{entry.record.identifier}-{entry.edition}-{manifestation}{'-z' if is_other else ''}"
    return File(_TYPES[manifestation], content, etag, entry.record.generated_at)


def _rewritten(entry: Entry) -> bytes:
    return as_on_the_other_host(make(entry, "xml"))
