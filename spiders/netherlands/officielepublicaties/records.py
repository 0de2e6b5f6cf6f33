"""Turn the publisher's records into rows (officielepublicaties/README.md 1.6, 1.9, 2.5).

Pure. Types that are not here are kept in the log and counted by the index.
"""

import re

from archive.entries import RecordEntry
from harvester.source.domain import (
    Document,
    DocumentName,
    Link,
    OfferedFile,
    PaperKind,
    Reading,
    Ref,
    Replacement,
    Role,
    Row,
    StatedDossier,
    StatedPerson,
)
from spiders.netherlands.officielepublicaties import values
from spiders.netherlands.officielepublicaties.fields import RecordFields
from spiders.netherlands.reading import identifiers
from spiders.netherlands.reading.replacements import replaced

ANNEX_PREFIX = "blg-"
PRODUCT_AREAS = ("officielepublicaties", "sgd")

_is_label = re.compile(r"[0-9A-Za-z]+(?:-[0-9A-Za-z]+)*").fullmatch
_is_web_address = re.compile(r"https?://[^/\s]+/\S*").fullmatch
_SAME_KIND = re.compile(r"-[0-9]+\Z")
"""What tells a second file of the same manifestation from the first (`sru._enclosures`)."""

_MOVERS: tuple[Role, Role] = ("mover", "co-mover")
_SIGNATORIES: tuple[Role, Role] = ("signatory", "co-signatory")
_ROLES: dict[PaperKind | None, tuple[Role, Role]] = {
    "motion": _MOVERS,
    "letter": _SIGNATORIES,
}
"""What an `indiener` of a paper does: the first, and the others."""

_NO_TABLE = (
    "language",  # nl
    "subject",  # the theme, from the publisher's taxonomy
    "organisatietype",  # staten generaal
    "content-area", "hasVersion", "preferredUrl", "url", "itemUrl",  # in envelope and enclosures
    "modified", "datumTijdstipWijzigingWork", "datumTijdstipWijzigingExpression", "timestamp",
    "publicatienaam",  # Kamerstuk, as was asked
    "adviesRvs", "behandeldDossier", "datumIndiening", "datumVergadering",
    "handelingenitemnummer", "publicatienummer", "vraagnummer",  # of other publications
)  # fmt: skip


def read(entry: RecordEntry) -> Reading:
    """Return what a record says; a withdrawn one says nothing, whatever was kept of it."""
    category, _, identifier = entry.id.partition("/")
    if entry.state == "withdrawn" or category not in (values.PAPER, values.ANNEX):
        return Reading()
    fields = RecordFields(entry.raw, category)
    rows = _rows(identifier, fields, entry)
    return Reading(rows, fields.unknown)


def _rows(id_: str, f: RecordFields, entry: RecordEntry) -> tuple[Row, ...]:
    f.ignore("identifier", "type", *_NO_TABLE)
    f.meaning("product-area", f.text("product-area"), dict.fromkeys(PRODUCT_AREAS))
    is_annex = entry.id.startswith(f"{values.ANNEX}/")
    dossiers = _dossiers(f)
    document = _document(id_, f, entry, is_annex, dossiers)
    return (
        document,
        DocumentName(Ref(entry.id), id_),
        *dossiers,
        *_people(f, document.kind),
        *map(Replacement, replaced(document.subject or document.title or "")),
        *_links(f, "annex_document", "hoofddocument"),
        *_links(f, "document_annex", "bijlage"),
        *_files(f, entry),
    )


def _document(
    id_: str,
    f: RecordFields,
    entry: RecordEntry,
    is_annex: bool,
    dossiers: tuple[StatedDossier, ...],
) -> Document:
    title, subject, soort = f.text("title"), f.text("documenttitel"), f.text("subrubriek")
    number, creator = f.text("ondernummer"), f.text("creator")
    is_typeset = f.meaning("documentstatus", f.text("documentstatus"), values.STATUSES)
    # Annexes are never typeset and keep their id for ever; so does what has its final id.
    is_provisional = not is_annex and is_typeset is False and identifiers.is_unset(id_)
    dated, issued, available = f.day("date"), f.day("issued"), f.day("available")
    return Document(
        kind="annex" if is_annex else _kind(f, soort, title),
        soort=soort,
        number=id_,
        title=title,
        subject=subject,
        published_on=issued or dated or available,
        session_year=f.text("vergaderjaar"),
        chamber=f.meaning("creator", creator, values.CHAMBERS),
        number_in_dossier=number,
        citation_title=None,
        alias=f.text("alternative"),
        registered_on=available,
        received_on=f.day("datumOntvangst"),
        annex_number=f.text("aanhangselnummer"),
        sender_reference=f.text("kenmerk"),
        organisation=creator,
        current_version_id=None,
        publication_id=None if is_provisional else id_,
        expected_id=_expected_id(dossiers, number) if is_provisional else None,
        is_provisional=int(is_provisional),
    )


def _kind(f: RecordFields, soort: str | None, title: str | None) -> PaperKind | None:
    """Return what a paper is: by its `subrubriek`, else by its title (guide 1.9)."""
    if soort is None or soort in values.UNSORTED:
        return values.kind_by_title(title or "")
    if soort in values.KINDS:
        return values.KINDS[soort]
    f.report("subrubriek", soort)
    return values.kind_by_title(soort)


def _expected_id(dossiers: tuple[StatedDossier, ...], number: str | None) -> str | None:
    """Return the id that a paper will have once it is typeset, where just one can be meant."""
    if len(dossiers) != 1 or number is None:
        return None
    expected = f"kst-{dossiers[0].label}-{number}"
    return expected if identifiers.parse(expected) is not None else None


def _dossiers(f: RecordFields) -> tuple[StatedDossier, ...]:
    """Return the dossiers that a record names; several in one value are told by `;`."""
    labels: dict[str, None] = {}
    for value in f.texts("dossiernummer"):
        for label in map(str.strip, value.split(";")):
            if _is_label(label):
                labels[label] = None
            else:
                f.report("dossiernummer", value)
    titles: list[str | None] = [*f.texts("dossiertitel")]
    if len(titles) != len(labels):
        # Which title is whose is not said.
        if len(titles) > 1:
            f.report("dossiertitel", f"{len(titles)} for {len(labels)} dossiers")
        titles = [None] * len(labels)
    pairs = zip(labels, titles, strict=True)
    return tuple(StatedDossier(n, label, title) for n, (label, title) in enumerate(pairs, 1))


def _people(f: RecordFields, kind: PaperKind | None) -> tuple[StatedPerson, ...]:
    """Return who a record names; what others do than to sign, table or receive is not said."""
    first, other = _ROLES.get(kind, (None, None))
    named: list[tuple[str, Role | None]] = [
        (name, other if place else first) for place, name in enumerate(f.texts("indiener"))
    ]
    named += [(name, "addressee") for name in f.texts("ontvanger")]
    return tuple(StatedPerson(n, name, None, None, role) for n, (name, role) in enumerate(named, 1))


def _links(f: RecordFields, relation: str, name: str) -> tuple[Link, ...]:
    return tuple(Link(relation, record_of(target)) for target in dict.fromkeys(f.texts(name)))


def record_of(identifier: str) -> Ref:
    """Return the record that a publication's id names; ids of annexes begin with `blg-`."""
    is_annex = identifier.startswith(ANNEX_PREFIX)
    return Ref(f"{values.ANNEX if is_annex else values.PAPER}/{identifier}")


def _files(f: RecordFields, entry: RecordEntry) -> tuple[OfferedFile, ...]:
    """Return the files that a record offers; of a manifestation nobody knows the type is open."""
    files: list[OfferedFile] = []
    for offered in entry.enclosures:
        manifestation = _SAME_KIND.sub("", offered.name)
        media_type = f.meaning("itemUrl@manifestation", manifestation, values.MEDIA_TYPES)
        if not _is_web_address(offered.url):
            f.report("itemUrl", offered.url)
        else:
            is_description = int(manifestation in values.DESCRIPTIONS)
            files.append(OfferedFile(offered.name, offered.url, media_type, None, is_description))
    return tuple(files)
