"""Turn the platform's records into rows (README.md 4 to 6).

Pure. Fields that no table holds stay in the record; those that nobody knows are counted.
"""

import json
import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from archive.entries import RecordEntry
from harvester.source.domain import (
    Document,
    DocumentName,
    DocumentVersion,
    Link,
    PaperKind,
    Reading,
    Ref,
    Row,
    StatedDossier,
    StatedPerson,
)
from harvester.source.records import row
from harvester.source.tree import Tree
from harvester.times import moment_of, to_text
from spiders.netherlands.openoverheid import observing, values
from spiders.netherlands.openoverheid.files import Versions, ignore_rest, offered, witnessed
from spiders.netherlands.openoverheid.identifiers import copy_id, id_of, is_uuid

_is_label = re.compile(r"[0-9A-Za-z]+(?:-[0-9A-Za-z]+)*").fullmatch
_is_publication = re.compile(r"(?:kst|blg|ah|kv|h|nds|ag)-[0-9A-Za-z-]{1,60}").fullmatch
NOTHING = "nvt"
"""What stands for an identifier that there is not."""
_NO_TABLE = (
    "weblocatie", "medeverantwoordelijken", "naamOpsteller", "onderwerpen", "omschrijvingen",
    "publicatiebestemming", "format", "geldigheid", "extraMetadata",
)  # fmt: skip
_NO_TABLE_OF_CLASSES = (
    "themas", "onderwerpenRonl", "informatiecategorieen", "trefwoorden", "wooinformatiecategorie",
)  # fmt: skip


def read(entry: RecordEntry) -> Reading:
    """Return what a record says; a withdrawn one says nothing, whatever was kept of it."""
    category, _, id_ = entry.id.partition("/")
    readers = {
        observing.DOCUMENT: _read_document,
        observing.COPY: _read_copy,
        observing.VERSION: _read_version,
    }
    if entry.state == "withdrawn" or category not in readers:
        return Reading()
    value = json.loads(entry.raw)
    tree = Tree(category, value)
    rows = readers[category](id_, tree, entry)
    return Reading(tuple(rows), tree.unknown)


# Documents of ministries -------------------------------------------------------------------------


def _read_document(id_: str, tree: Tree, entry: RecordEntry) -> Iterator[Row]:
    root = _root(entry)
    label = _source_label(tree)
    document = tree.object("document")
    links = list(_links(entry.id, tree, document))
    versions = Versions(tree)
    soorten = [text for one in _classes(document) if (text := _label_of(one))]
    kind, soort = _kind(document, soorten, links, label)
    number = None if is_uuid(id_) else id_
    yield _document(document, entry, versions)._replace(
        kind=kind, soort=soort, number=number,
        current_version_id=versions.current_id(id_),
    )  # fmt: skip
    yield DocumentName(Ref(entry.id), id_)
    yield from links
    yield from offered(versions.files(), f"{root}/documenten/{id_}/file")


def _kind(
    document: Tree, soorten: Sequence[str], links: Sequence[Link], label: str | None
) -> tuple[PaperKind | None, str | None]:
    """Return what a document is, with the word that says so."""
    for soort in soorten:
        if (kind := values.KINDS.get(soort.lower())) is not None:
            return kind, soort
    first = soorten[0] if soorten else None
    if any(link.relation == "annex_document" for link in links):
        return "annex", first
    if label in values.ARCHIVES and values.PARLIAMENTARY_PAPER in map(str.lower, soorten):
        # The archive of rijksoverheid.nl called all that went to the chambers so.
        return "letter", first
    for soort in soorten:
        document.report("documentsoorten", soort)
    return None, first


def _document(document: Tree, entry: RecordEntry, versions: "Versions") -> Document:
    """Return what documents and copies have in common."""
    titles = document.object("titelcollectie")
    other = [*titles.texts("verkorteTitels"), *titles.texts("alternatieveTitels")]
    made = document.day("creatiedatum")
    document.ignore("pid", *_NO_TABLE)
    for name in ("publisher", "opsteller"):
        _label_of(document.object(name))
    handled = _handled_on(document)
    return row(
        Document,
        title=titles.text("officieleTitel"),
        published_on=versions.published_on or made,
        alias=other[0] if other else None,
        registered_on=made or handled,
        sender_reference=_reference(document),
        organisation=_label_of(document.object("verantwoordelijke")),
        is_provisional=0,
        language=_language(document),
    )


def _reference(document: Tree) -> str | None:
    """Return the sender's own reference: the first identifier that is one."""
    return next((text for text in document.texts("identifiers") if text.lower() != NOTHING), None)


def _handled_on(document: Tree) -> str | None:
    """Return the day of the first act that is stated: when it was signed or adopted."""
    days = []
    for handling in document.objects("documenthandelingen"):
        _label_of(handling.object("soortHandeling"))
        _label_of(handling.object("wasAssociatedWith"))
        days.append(handling.day("atTime"))
    return min((day for day in days if day is not None), default=None)


def _language(document: Tree) -> str | None:
    language = document.object("language")
    id_ = language.text("id")
    _label_of(language)
    if id_ is None:
        return None
    return language.meaning("id", id_.rstrip("/").rpartition("/")[2], values.LANGUAGES)


def _classes(document: Tree) -> list[Tree]:
    classes = document.object("classificatiecollectie")
    classes.ignore(*_NO_TABLE_OF_CLASSES)
    return classes.objects("documentsoorten")


def _source_label(tree: Tree) -> str | None:
    """Take what the platform keeps for itself; return where the document came from."""
    inner = tree.object("plooiIntern")
    inner.ignore("dcnId", "aanbieder", "extId")
    inner.meaning("publicatiestatus", inner.text("publicatiestatus"), {"gepubliceerd": None})
    label = inner.text("sourceLabel")
    if label is not None and label not in values.SOURCES:
        inner.report("sourceLabel", label)
    return label


def _links(record: str, tree: Tree, document: Tree) -> Iterator[Link]:
    """Yield a document's relations, in whichever of the places they are stated."""
    found: dict[Link, None] = {}
    for relation in (*tree.objects("documentrelaties"), *tree.objects(observing.RELATIONS)):
        relation.ignore("titel")
        role, target = relation.text("role"), relation.text("relation")
        meaning = relation.meaning("role", role, values.ROLES)
        id_ = id_of(target)
        if id_ is None:
            relation.report("relation", target or "none")
        elif meaning is not None:
            # A group of equal files is no document.
            is_group = role == values.SAME_FILE
            to = Ref(f"identiteitsgroep/{id_}" if is_group else observing.record_of(id_))
            found[Link(meaning, to)] = None
    for name, meaning in (("isPartOf", "annex_document"), ("hasParts", "document_annex")):
        for part in document.objects(name):
            part.ignore("label", "type")
            text = part.text("id")
            if (id_ := id_of(text)) is None:
                part.report("id", text or "none")
            else:
                found[Link(meaning, Ref(observing.record_of(id_)))] = None
    yield from (link for link in found if link.to_id != record)


# Copies of official publications -----------------------------------------------------------------


def _read_copy(id_: str, tree: Tree, entry: RecordEntry) -> Iterator[Row]:
    _source_label(tree)
    document = tree.object("document")
    yield from _links(entry.id, tree, document)
    versions = Versions(tree)
    for one in _classes(document):
        document.meaning(
            "documentsoorten", (_label_of(one) or "").lower(), {values.PARLIAMENTARY_PAPER: None}
        )
    fields = _display_fields(document)
    subkind = next(iter(fields.pop("documentsubsoort", ())), None)
    year = next(iter(fields.pop("vergaderjaar", ())), None)
    people = fields.pop("indiener", [])
    for name in fields:
        document.report("extraMetadata", name)
    publication = _publication(id_, document)
    dossier = document.text("aggregatiekenmerk")
    yield _document(document, entry, versions)._replace(
        kind=document.meaning("documentsubsoort", subkind, values.SUBKINDS),
        soort=subkind, number=publication or id_, publication_id=publication,
        session_year=year, sender_reference=None, current_version_id=versions.current_id(id_),
    )  # fmt: skip
    for name in dict.fromkeys((id_, publication or id_)):
        yield DocumentName(Ref(entry.id), name)
    if dossier is not None and _is_label(dossier):
        yield StatedDossier(1, dossier, None)
    for place, name in enumerate(people, 1):
        yield StatedPerson(place, name, None, None, None)
    yield from witnessed(versions.files())


def _publication(id_: str, document: Tree) -> str | None:
    """Return the official id that a copy states; where its own id does not follow, it is told."""
    stated = [text for text in document.texts("identifiers") if _is_publication(text)]
    exact = [text for text in stated if copy_id(text) == id_]
    if not exact and stated:
        document.report("pid", f"not what follows from {stated[0]}")
    return next(iter(exact or stated), None)


def _display_fields(document: Tree) -> dict[str, list[str]]:
    """Return the values of `extraMetadata` by key; one key may be there several times."""
    found: dict[str, list[str]] = {}
    for group in document.objects("extraMetadata"):
        group.ignore("prefix", "namespace")
        for field in group.objects("velden"):
            found.setdefault(field.text("key") or "", []).extend(field.texts("values"))
    return found


# Versions ----------------------------------------------------------------------------------------


def _read_version(id_: str, tree: Tree, entry: RecordEntry) -> Iterator[Row]:
    document = tree.text("_document")
    tree.ignore(
        "openbaarmakingsdatum", "wijzigingsdatum", "zichtbaarheidsdatumtijd",
        "openbaarmakingsdatumtijd",
    )  # fmt: skip
    files = tree.objects("bestanden")
    sizes = [file.number("grootte") for file in files]
    for file in files:
        # The document reads them.
        file.ignore("id", "url", "label", "mime-type", "gepubliceerd", "hash")
        ignore_rest(file)
    cause = tree.text("oorzaak")
    blocks = tree.texts("blokkades")
    for block in blocks:
        tree.report("blokkades", block)
    moment = moment_of(tree.text("mutatiedatumtijd"))
    yield row(
        DocumentVersion,
        document_id=None if document is None else Ref(document),
        number=tree.number("nummer"),
        status="; ".join(blocks) or None,
        size_kib=sizes[0] // 1024 if sizes and sizes[0] is not None else None,
        published_at=to_text(moment) if moment else None,
        cause=tree.meaning("oorzaak", cause and cause.lower(), values.CAUSES),
        reason=tree.text("redenVerwijderingVervanging"),
    )


def _root(entry: RecordEntry) -> str:
    """Return the address of the platform that a document was read from."""
    parts = urlsplit(entry.url)
    return f"{parts.scheme}://{parts.netloc}"


def _label_of(tree: Tree) -> str | None:
    """Return the label of a value of a list; its id, type and source's word stay in the record."""
    tree.ignore("id", "type", "bronwaarde")
    return tree.text("label")
