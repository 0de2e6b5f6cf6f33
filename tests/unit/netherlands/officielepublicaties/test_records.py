"""What records mean: provisional ids, kinds, people, dossiers; the captures show the rest."""

from dataclasses import replace

import pytest

from archive.entries import RecordEntry
from harvester.source.domain import (
    Document,
    OfferedFile,
    PaperKind,
    Reading,
    StatedDossier,
    StatedPerson,
)
from spiders.netherlands.officielepublicaties.records import read
from spiders.netherlands.officielepublicaties.sru import parse_page
from spiders.netherlands.officielepublicaties.values import kind_by_title
from tests.unit.netherlands.officielepublicaties.sru_service import Publication, answer

PROVISIONAL = Publication("kst-1259252", "2026-09-01", dossier="36867", number="D")


def entry_of(publication: Publication) -> RecordEntry:
    return changed(publication, "", "")


def changed(publication: Publication, old: str, new: str) -> RecordEntry:
    record = publication.record()
    assert old in record
    page = parse_page(answer([record.replace(old, new)], 1), "2026-11-24T08:00:00.000Z")
    return page.observations[0]


def document(entry: RecordEntry) -> Document:
    [row] = [row for row in read(entry).rows if isinstance(row, Document)]
    return row


def status(text: str) -> str:
    return f"<overheidwetgeving:documentstatus>{text}</overheidwetgeving:documentstatus>"


def field(name: str, *values: str) -> str:
    tag = f"overheidwetgeving:{name}"
    return "".join(f"<{tag}>{value}</{tag}>" for value in values)


@pytest.mark.parametrize(
    ("dossier", "number", "expected"),
    [
        ("36867", "D", "kst-36867-D"),
        ("36900-XII", "48", "kst-36900-XII-48"),
        ("21501-02", "466", "kst-21501-02-466"),
        ("CXLVI", "A", "kst-CXLVI-A"),
        ("36867;36868", "D", None),
        ("36867", "onbekend", None),
        ("36867", "", None),
        ("", "D", None),
    ],
)
def test_a_paper_not_yet_typeset_says_what_its_id_will_be(
    dossier: str, number: str, expected: str | None
) -> None:
    row = document(entry_of(replace(PROVISIONAL, dossier=dossier, number=number)))
    assert (row.is_provisional, row.publication_id, row.expected_id) == (1, None, expected)


@pytest.mark.parametrize(
    "publication",
    [
        Publication("kst-36867-D", "2026-09-01"),
        Publication("blg-1253259", "2026-09-01"),  # never typeset, and keeps its id
    ],
)
def test_what_keeps_its_id_is_not_provisional(publication: Publication) -> None:
    row = document(entry_of(publication))
    assert (row.is_provisional, row.publication_id, row.expected_id) == (0, publication.id, None)


def test_a_number_that_stayed_the_id_of_a_typeset_paper_is_its_id() -> None:
    row = document(changed(PROVISIONAL, status("Onopgemaakt"), status("Opgemaakt")))
    assert (row.is_provisional, row.publication_id) == (0, PROVISIONAL.id)


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Dijken; Brief regering; Fiche: richtlijn", "letter"),
        ("Dijken; Brief van de minister over riet", "letter"),
        ("Dijken; Motie; Motie van het lid Riet", "motion"),
        ("Dijken; Gewijzigde motie van het lid Riet", "motion"),
        ("Dijken; Nader gewijzigde motie van het lid Riet", "motion"),
        ("Dijken; Motie-Riet over slootkanten", "motion"),
        ("Brief van de minister over riet", "letter"),
        ("Brief en wederbrief; Verslag", None),
        ("Dijken; Verslag van een overleg over de motie-Riet", None),
        ("Dijken; Briefwisseling", None),
        ("Dijken; Lijst van moties", None),
        ("Dijken", None),
        ("", None),
    ],
)
def test_a_title_says_what_a_paper_is(title: str, kind: PaperKind | None) -> None:
    assert kind_by_title(title) == kind


@pytest.mark.parametrize(
    ("subrubriek", "kind"),
    [
        ("Brief", "letter"),
        ("Motie", "motion"),
        ("Verslag", None),
        ("Overige Kamerstukken", "motion"),  # as the title says
        ("Overig", "motion"),
    ],
)
def test_the_publishers_word_goes_before_the_title(subrubriek: str, kind: str | None) -> None:
    tag = "overheidwetgeving:subrubriek"
    stated = f'<{tag} scheme="OVERHEIDop.KamerstukTypen">{subrubriek}</{tag}>'
    entry = changed(PROVISIONAL, "<cd:datum", f"{stated}<cd:datum")
    assert document(entry).kind == kind
    assert read(entry).unknown == ()


@pytest.mark.parametrize(
    ("subrubriek", "kind"),
    [("Brief regering", "letter"), ("Gewijzigde motie", "motion"), ("Sonnet", None)],
)
def test_a_word_that_is_not_known_is_reported_and_says_what_it_says(
    subrubriek: str, kind: str | None
) -> None:
    tag = "overheidwetgeving:subrubriek"
    stated = f'<{tag} scheme="OVERHEIDop.KamerstukTypen">{subrubriek}</{tag}>'
    entry = changed(PROVISIONAL, "<cd:datum", f"{stated}<cd:datum")
    assert document(entry).kind == kind
    assert read(entry).unknown == (f"Kamerstuk.subrubriek={subrubriek}",)


def test_of_several_movers_the_first_is_the_mover() -> None:
    people = field("indiener", "A. Riet", "B. Gors") + field("ontvanger", "Voorzitter")
    entry = changed(PROVISIONAL, "<cd:datum", f"{people}<cd:datum")
    assert [row[:5] for row in read(entry).rows if isinstance(row, StatedPerson)] == [
        (1, "A. Riet", None, None, "mover"),
        (2, "B. Gors", None, None, "co-mover"),
        (3, "Voorzitter", None, None, "addressee"),
    ]


@pytest.mark.parametrize(
    ("titles", "told"),
    [
        (["Een", "Twee"], ["Een", "Twee"]),
        (["Een"], [None, None]),  # whose it is, is not said
        ([], [None, None]),
    ],
)
def test_titles_belong_to_dossiers_where_that_is_plain(
    titles: list[str], told: list[str | None]
) -> None:
    two = field("dossiernummer", "36867", "36868") + field("dossiertitel", *titles)
    entry = changed(PROVISIONAL, field("dossiernummer", "36867"), two)
    reading = read(entry)
    stated = [row for row in reading.rows if isinstance(row, StatedDossier)]
    assert [(row.label, row.title) for row in stated] == list(
        zip(["36867", "36868"], told, strict=True)
    )
    assert reading.unknown == ()


def test_a_withdrawn_record_says_nothing_whatever_was_kept() -> None:
    gone = replace(entry_of(PROVISIONAL), state="withdrawn", raw="<sru/>")
    assert read(gone) == Reading()


def test_other_types_are_kept_and_not_read() -> None:
    entry = changed(PROVISIONAL, ">Kamerstuk<", ">Handeling<")
    assert entry.id == "Handeling/kst-1259252"
    assert read(entry) == Reading()


def test_a_field_of_an_unknown_kind_is_reported() -> None:
    entry = changed(PROVISIONAL, "<cd:datum", f"{field('rijmschema', 'abab')}<cd:datum")
    assert read(entry).unknown == ("Kamerstuk.rijmschema",)


@pytest.mark.parametrize("url", ["kst-1.pdf", "javascript:alert(1)", "file:///etc/passwd", "//a/b"])
def test_what_is_no_web_address_is_not_offered(url: str) -> None:
    entry = changed(PROVISIONAL, "https://repository.overheid.nl/frbr/kst-1259252.pdf", url)
    reading = read(entry)
    assert not [row for row in reading.rows if isinstance(row, OfferedFile)]
    assert reading.unknown == (f"Kamerstuk.itemUrl={url}",)
