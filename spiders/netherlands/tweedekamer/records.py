"""Turn the Tweede Kamer's records into rows (tweedekamer/README.md 1.8, 2.3, appendix A).

Pure. Categories that are not here are kept in the log and counted by the index.
"""

from collections.abc import Callable

from archive.entries import RecordEntry
from harvester.source.domain import (
    Activity,
    Actor,
    AgendaItem,
    Case,
    Commitment,
    Decision,
    Document,
    DocumentName,
    DocumentVersion,
    Dossier,
    Link,
    OfferedFile,
    Outcome,
    Party,
    Person,
    Reading,
    Ref,
    Replacement,
    Row,
    Vote,
)
from spiders.netherlands.ministries import ministry_of
from spiders.netherlands.reading.replacements import replaced
from spiders.netherlands.tweedekamer import values
from spiders.netherlands.tweedekamer.fields import EntityFields


def read(entry: RecordEntry) -> Reading:
    """Return what a record says; a withdrawn one says nothing, whatever its body."""
    category = entry.id.partition("/")[0]
    build = _BUILDERS.get(category)
    if build is None or entry.state == "withdrawn":
        return Reading()
    fields = EntityFields(entry.raw, category)
    rows = build(fields, entry)
    return Reading(rows, fields.unknown)


def _document(f: EntityFields, entry: RecordEntry) -> tuple[Row, ...]:
    soort, number = f.text("soort"), f.text("documentNummer")
    kind, is_known = values.paper_kind(soort)
    if soort and not is_known:
        f.report("soort", soort)
    in_dossier = f.integer("volgnummer")
    chamber = f.meaning("kamer", f.text("kamer"), values.CHAMBERS)
    document = Document(
        kind=kind,
        soort=soort,
        number=number,
        title=f.text("titel"),
        subject=f.text("onderwerp"),
        published_on=f.day("datum"),
        session_year=f.text("vergaderjaar"),
        chamber=chamber,
        number_in_dossier=None if in_dossier in (-1, None) else str(in_dossier),  # -1: none (5.24)
        citation_title=f.text("citeertitel"),
        alias=f.text("alias"),
        registered_on=f.day("datumRegistratie"),
        received_on=f.day("datumOntvangst"),
        annex_number=f.text("aanhangselnummer"),
        sender_reference=f.text("kenmerkAfzender"),
        organisation=f.text("organisatie"),
        current_version_id=f.reference("huidigeDocumentVersie", "DocumentVersie"),
        id_prefix="kst-" if kind in ("letter", "motion") and chamber == "Tweede Kamer" else None,
    )
    names = (DocumentName(Ref(entry.id), number),) if number else ()
    return (
        document,
        *names,
        *map(Replacement, replaced(document.subject or "")),
        *_links(f, "annex_document", "bronDocument", "Document"),
        *_links(f, "document_case", "zaak", "Zaak"),
        *_links(f, "document_dossier", "kamerstukdossier", "Kamerstukdossier"),
        *_links(f, "document_activity", "activiteit", "Activiteit"),
        *_links(f, "document_agenda_item", "agendapunt", "Agendapunt"),
        *_files(f, entry),
    )


def _files(f: EntityFields, entry: RecordEntry) -> tuple[OfferedFile, ...]:
    """Return the files that the envelope offers, as the entity declares them."""
    return tuple(
        OfferedFile(
            name=offered.name,
            url=offered.url,
            media_type=f.content_type or offered.media_type,
            size_bytes=f.content_length if f.content_type else offered.size_bytes,
        )
        for offered in entry.enclosures
        if offered.url
    )


def _links(f: EntityFields, relation: str, name: str, category: str) -> tuple[Link, ...]:
    return tuple(Link(relation, target) for target in f.references(name, category))


def _document_version(f: EntityFields, entry: RecordEntry) -> tuple[Row, ...]:
    version = DocumentVersion(
        document_id=f.reference("document", "Document"),
        number=f.integer("versienummer"),
        status=f.text("status"),
        extension=f.text("extensie"),
        size_kib=f.integer("bestandsgrootte"),
        published_at=f.moment("datum"),
        publication_id=f.text("externeidentifier"),
    )
    if version.document_id and version.publication_id:
        return version, DocumentName(version.document_id, version.publication_id)
    return (version,)


def _dossier(f: EntityFields, entry: RecordEntry) -> tuple[Row, ...]:
    number, suffix = f.integer("nummer"), f.text("toevoeging")
    dossier = Dossier(
        number=number,
        suffix=suffix,
        title=f.text("titel"),
        citation_title=f.text("citeertitel"),
        alias=f.text("alias"),
        highest_number=f.integer("hoogsteVolgnummer"),
        is_closed=f.boolean("afgesloten"),
        chamber=f.text("kamer"),
        # The number of a Kingdom act, "(R2205)", is no part of official ids.
        official=str(number) if number and (suffix or "").upper().startswith("(R") else None,
    )
    return (dossier,)


def _case(f: EntityFields, entry: RecordEntry) -> tuple[Row, ...]:
    soort, appraisal = f.text("soort"), f.text("kabinetsappreciatie")
    in_dossier = f.integer("volgnummer")
    case = Case(
        number=f.text("nummer"),
        kind=values.CASE_KINDS.get(soort or ""),
        soort=soort,
        title=f.text("titel"),
        subject=f.text("onderwerp"),
        status=f.text("status"),
        started_on=f.day("gestartOp"),
        due_on=f.day("termijn"),
        session_year=f.text("vergaderjaar"),
        number_in_dossier=None if in_dossier == -1 else in_dossier,
        organisation=f.text("organisatie"),
        citation_title=f.text("citeertitel"),
        alias=f.text("alias"),
        basis=f.text("grondslagvoorhang"),
        is_closed=f.boolean("afgedaan"),
        is_large_project=f.boolean("grootProject"),
        appraisal=appraisal,
        advice=f.meaning("kabinetsappreciatie", appraisal, values.ADVICE),
    )
    f.ignore("huidigeBehandelstatus")  # always null (guide 2.4)
    return (
        case,
        *_links(f, "case_dossier", "kamerstukdossier", "Kamerstukdossier"),
        *_links(f, "case_activity", "activiteit", "Activiteit"),
        *_links(f, "case_agenda_item", "agendapunt", "Agendapunt"),
        *_links(f, "case_related", "gerelateerdVanuit", "Zaak"),
        *_links(f, "case_replaces", "vervangenVanuit", "Zaak"),
    )


def _decision(f: EntityFields, entry: RecordEntry) -> tuple[Row, ...]:
    soort, status, method = f.text("besluitSoort"), f.text("status"), f.text("stemmingsSoort")
    outcome: Outcome | None = None
    if soort is not None and soort.startswith(values.VOTED):
        outcome = f.meaning("besluitSoort", soort, values.OUTCOMES)
    text = f.text("besluitTekst")
    stated = values.tally(text or "") if outcome else None
    decision = Decision(
        agenda_item_id=f.reference("agendapunt", "Agendapunt"),
        ordinal=f.integer("agendapuntZaakBesluitVolgorde"),
        status=status,
        soort=soort,
        text=text,
        remark=f.text("opmerking"),
        voting_method=method,
        method=f.meaning("stemmingsSoort", method, values.METHODS),
        outcome=outcome if status == values.DECIDED else None,
        stated_for=stated[0] if stated else None,
        stated_against=stated[1] if stated else None,
    )
    return decision, *_links(f, "decision_case", "zaak", "Zaak")


def _vote(f: EntityFields, entry: RecordEntry) -> tuple[Row, ...]:
    soort = f.text("soort")
    vote = Vote(
        decision_id=f.reference("besluit", "Besluit"),
        soort=soort,
        choice=f.meaning("soort", soort, values.CHOICES),
        party_size=f.integer("fractieGrootte"),
        actor_name=f.text("actorNaam"),
        actor_party=f.text("actorFractie"),
        is_mistake=f.boolean("vergissing"),
        person_id=f.reference("persoon", "Persoon"),
        party_id=f.reference("fractie", "Fractie"),
    )
    f.ignore("sidActorLid", "sidActorFractie")
    return (vote,)


def _actor(f: EntityFields, entry: RecordEntry) -> tuple[Row, ...]:
    relation, party = f.text("relatie"), f.text("actorFractie")
    function = f.text("functie")
    actor = Actor(
        document_id=f.reference("document", "Document"),
        case_id=f.reference("zaak", "Zaak"),
        person_id=f.reference("persoon", "Persoon"),
        party_id=f.reference("fractie", "Fractie"),
        committee_id=f.reference("commissie", "Commissie"),
        name=f.text("actorNaam"),
        party=party or f.text("actorAfkorting"),
        function=function,
        relation=relation,
        role=f.meaning("relatie", relation, values.ROLES),
        ministry=function and ministry_of(function),
    )
    f.ignore("sidActor", "actorAfkorting")
    return (actor,)


def _person(f: EntityFields, entry: RecordEntry) -> tuple[Row, ...]:
    person = Person(
        number=f.text("nummer"),
        titles=f.text("titels"),
        initials=f.text("initialen"),
        prefix=f.text("tussenvoegsel"),
        surname=f.text("achternaam"),
        first_names=f.text("voornamen"),
        known_as=f.text("roepnaam"),
        gender=f.text("geslacht"),
        function=f.text("functie"),
        born_on=f.day("geboortedatum"),
        birthplace=f.text("geboorteplaats"),
        birth_country=f.text("geboorteland"),
        died_on=f.day("overlijdensdatum"),
        place_of_death=f.text("overlijdensplaats"),
        residence=f.text("woonplaats"),
        country=f.text("land"),
        party_label=f.text("fractielabel"),
    )
    return (person,)


def _party(f: EntityFields, entry: RecordEntry) -> tuple[Row, ...]:
    party = Party(
        number=f.text("nummer"),
        abbreviation=f.text("afkorting"),
        name=f.text("naamNl"),
        name_en=f.text("naamEn"),
        seats=f.integer("aantalZetels"),
        votes_received=f.integer("aantalStemmen"),
        active_from=f.day("datumActief"),
        active_until=f.day("datumInactief"),
    )
    return (party,)


def _activity(f: EntityFields, entry: RecordEntry) -> tuple[Row, ...]:
    activity = Activity(
        number=f.text("nummer"),
        soort=f.text("soort"),
        subject=f.text("onderwerp"),
        date=f.day("datum"),
        date_precision=f.text("datumSoort"),
        starts_at=f.moment("aanvangstijd"),
        ends_at=f.moment("eindtijd"),
        location=f.text("locatie"),
        is_closed_door=f.boolean("besloten"),
        status=f.text("status"),
        session_year=f.text("vergaderjaar"),
        chamber=f.text("kamer"),
        note=f.text("noot"),
        lead_committee=f.text("voortouwnaam"),
    )
    f.ignore(
        "vrsNummer", "sidVoortouw", "voortouwafkorting", "voortouwkortenaam", "voortouwcommissie",
        "aanvraagdatum", "datumVerzoekEersteVerlenging", "datumMededelingEersteVerlenging",
        "datumVerzoekTweedeVerlenging", "datumMededelingTweedeVerlenging", "vervaldatum",
    )  # fmt: skip
    return (
        activity,
        *_links(f, "activity_continues", "voortgezetVanuit", "Activiteit"),
        *_links(f, "activity_replaces", "vervangenVanuit", "Activiteit"),
    )


def _agenda_item(f: EntityFields, entry: RecordEntry) -> tuple[Row, ...]:
    item = AgendaItem(
        activity_id=f.reference("activiteit", "Activiteit"),
        number=f.text("nummer"),
        subject=f.text("onderwerp"),
        ordinal=f.integer("volgorde"),
        heading=f.text("rubriek"),
        note=f.text("noot"),
        status=f.text("status"),
        starts_at=f.moment("aanvangstijd"),
        ends_at=f.moment("eindtijd"),
    )
    return (item,)


def _commitment(f: EntityFields, entry: RecordEntry) -> tuple[Row, ...]:
    commitment = Commitment(
        number=f.text("nummer"),
        text=f.text("tekst"),
        status=f.text("status"),
        made_on=f.day("aanmaakdatum"),
        due_on=f.day("datumNakoming"),
        fulfilled_by="; ".join(f.texts("kamerbriefNakoming")) or None,  # repeated (guide 1.3)
        minister=f.text("naam"),
        function=f.text("functie"),
        ministry=f.text("ministerie"),
        activity_id=f.reference("activiteit", "Activiteit"),
        activity_number=f.text("activiteitNummer"),
        person_id=f.reference("toegezegdAanPersoon", "Persoon"),
        party_id=f.reference("toegezegdAanFractie", "Fractie"),
    )
    f.ignore(
        "achternaam", "initialen", "tussenvoegsel", "voornaam", "achtervoegsel", "titulatuur"
    )  # `naam` says them all
    return (
        commitment,
        *_promised_to(f, commitment),
        *_links(f, "commitment_repeats", "isHerhalingVan", "Toezegging"),
        *_links(f, "commitment_adds_to", "isAanvullingOp", "Toezegging"),
        *_links(f, "commitment_changes", "isWijzigingVan", "Toezegging"),
    )


def _promised_to(f: EntityFields, commitment: Commitment) -> tuple[Link, ...]:
    """Link those to whom a promise was made: `toegezegdAan` does not say what its ids name."""
    known = (commitment.person_id, commitment.party_id)
    by_id = {ref.partition("/")[2]: ref for ref in known if ref is not None}
    links: list[Link] = []
    for id_ in dict.fromkeys(f.texts("toegezegdAan")):
        if id_ in by_id:
            links.append(Link("commitment_to", by_id[id_]))
        else:
            f.report("toegezegdAan", id_)
    return tuple(links)


_BUILDERS: dict[str, Callable[[EntityFields, RecordEntry], tuple[Row, ...]]] = {
    "Activiteit": _activity,
    "Agendapunt": _agenda_item,
    "Besluit": _decision,
    "Document": _document,
    "DocumentActor": _actor,
    "DocumentVersie": _document_version,
    "Fractie": _party,
    "Kamerstukdossier": _dossier,
    "Persoon": _person,
    "Stemming": _vote,
    "Toezegging": _commitment,
    "Zaak": _case,
    "ZaakActor": _actor,
}
