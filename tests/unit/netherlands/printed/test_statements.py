"""Facts about what official publications say of themselves."""

import pytest

from harvester.text import PaperFacts, StatedDossier, StatedPerson
from spiders.netherlands.printed.letters import letter_facts
from tests.unit.netherlands.printed.extracting import extract
from tests.unit.netherlands.printed.test_papers import XML, read


def facts(name: str) -> PaperFacts:
    says = read(name).says
    assert says is not None
    return says


def stated(xml: str) -> PaperFacts:
    says = extract(xml.encode(), XML).says
    assert says is not None
    return says


def piece(inner: str) -> PaperFacts:
    """Read a paper that is one piece."""
    kamerstuk = f"<kamerstuk><stuk>{inner}</stuk></kamerstuk>"
    return stated(f"<officiele-publicatie>{kamerstuk}</officiele-publicatie>")


def body(inner: str) -> PaperFacts:
    return piece(f"<titel>BRIEF</titel><algemeen><tekst>{inner}</tekst></algemeen>")


def motion(inner: str) -> PaperFacts:
    return piece(f"<titel>MOTIE</titel><algemeen><tekst>{inner}</tekst></algemeen>")


def test_a_motion_says_who_moves_it() -> None:
    assert facts("motion") == PaperFacts(
        dossiers=(
            StatedDossier(
                "98765",
                "XIV",
                "Vaststelling van de begrotingsstaten van het Ministerie van Dijken (XIV) "
                "voor het jaar 2025",
            ),
        ),
        number="12",
        chamber="Tweede Kamer",
        session_year="2024-2025",
        heading="GEWIJZIGDE MOTIE VAN HET LID VAN DER VEEN C.S. TER VERVANGING VAN DIE "
        "GEDRUKT ONDER NR. 9",
        dated_on="2025-02-18",
        people=(
            StatedPerson("Van der Veen", None, "mover"),
            StatedPerson("Öztürk-de Groot", None, "co-mover"),
            StatedPerson("’t Hart", None, "co-mover"),
        ),
    )


def test_a_letter_says_when_to_whom_and_by_whom_it_is_written() -> None:
    assert facts("letter") == PaperFacts(
        dossiers=(
            StatedDossier("98760", None, "Sluizenbeleid"),
            StatedDossier("21509", "07", "Raad voor Sluizen"),
            StatedDossier("98755", None, "Rijkswet sluizen", "R2101"),
        ),
        number="58",
        chamber="Tweede Kamer",
        session_year="2019-2020",
        heading="BRIEF VAN DE MINISTERS VAN DIJKEN EN VAN VAARTEN",
        dated_on="2020-03-03",
        addressee="Aan de Voorzitter van de Tweede Kamer der Staten-Generaal",
        people=(
            StatedPerson("A.B. de Wit-Zwart", "De Minister van Dijken", "signatory"),
            StatedPerson("C. Groen", "De Minister van Vaarten", "co-signatory"),
        ),
    )


def test_a_letter_to_the_senate_has_a_roman_dossier_and_a_letter_for_a_number() -> None:
    says = facts("senate_letter")
    assert says.dossiers == (StatedDossier("CLXX", None, "Parlementair onderzoek naar sluizen"),)
    assert (says.number, says.chamber, says.dated_on) == ("B", "Eerste Kamer", "2026-06-01")
    assert says.people == (
        StatedPerson("E. van Geel", "De Staatssecretaris van Dijken", "signatory"),
    )


def test_papers_of_before_2010_say_the_same_things() -> None:
    letter = facts("legacy_letter")
    assert letter.dossiers == (
        StatedDossier(
            "94100",
            "XI",
            "Vaststelling van de begroting van het Ministerie van Dijken (XI) voor 1999",
        ),
        StatedDossier("94088", None, "Sluizennota"),
    )
    assert (letter.number, letter.session_year) == ("7", "1998-1999")
    assert (letter.dated_on, letter.chamber) == ("1999-05-04", "Tweede Kamer")
    assert letter.addressee == "Aan de Voorzitter van de Tweede Kamer der Staten-Generaal"
    assert letter.people == (
        StatedPerson("F. G. H. Blauw", "De Minister van Dijken", "signatory"),
        StatedPerson("J. Paars", "De Staatssecretaris van Dijken", "co-signatory"),
    )
    motion = facts("legacy_motion")
    assert motion.dossiers == (StatedDossier("95001", None, "Europese sluizen", "R1600"),)
    assert (motion.number, motion.chamber) == ("58e", "both chambers")
    assert motion.dated_on == "1996-12-08"
    assert motion.people == (
        StatedPerson("Beuk", None, "mover"),
        StatedPerson("Wilg", None, "co-mover"),
    )


@pytest.mark.parametrize(
    ("closing", "names"),
    [
        ("<al>en gaat over tot de orde van de dag</al><al>D, van Wit</al>", ["D, van Wit"]),
        ("<al>En gaan over tot de dag.</al><al>Beuk.</al><al>Eik____</al>", ["Beuk", "Eik"]),
        ("<al>en gaat over</al><al>.</al><al>Beuk</al>", ["Beuk"]),
        (
            "<al>spreekt uit dat het zo is.</al><al>Van ’t Riet</al><al>Eik</al>",
            ["Van ’t Riet", "Eik"],
        ),
        ("<al>Spreekt uit dat het zo is.</al>", []),
        ("", []),
    ],
)
def test_the_names_that_close_a_motion_are_its_movers(closing: str, names: list[str]) -> None:
    says = motion(f"<al>De Kamer,</al><al>verzoekt de regering niets,</al>{closing}")
    assert [person.name for person in says.people] == names


def test_a_place_and_a_date_in_a_motion_are_not_its_date() -> None:
    assert motion("<al>De Kamer,</al><al>Den Haag, 1 mei 2020</al>").dated_on is None


def test_a_letter_about_a_motion_is_no_motion() -> None:
    says = piece(
        "<titel>BRIEF OVER DE MOTIE</titel><algemeen><tekst><al>Den Haag, 1 mei 2020</al>"
        "<al>Beuk</al></tekst></algemeen>"
    )
    assert (says.dated_on, says.people) == ("2020-05-01", ())


@pytest.mark.parametrize(
    ("paragraph", "is_addressee"),
    [
        ("Aan de Voorzitters van de Eerste en van de Tweede Kamer der Staten-Generaal", True),
        ("Aan het Presidium", True),
        ("Aan de orde is dat niet", False),
        ("Aan de leden is dit gevraagd.", False),
        ("Naar aanleiding van uw brief", False),
    ],
)
def test_an_addressee_is_a_paragraph_of_its_own(paragraph: str, is_addressee: bool) -> None:
    assert body(f"<al>{paragraph}</al>").addressee == (paragraph if is_addressee else None)


@pytest.mark.parametrize(
    ("paragraph", "date"),
    [
        ("Den Haag, 7 juli 2023", "2023-07-07"),
        ("’s-Gravenhage, 4 mei 1999", "1999-05-04"),
        ("'s-Hertogenbosch, 12 Maart 2001.", "2001-03-12"),
        ("Willemstad (Curaçao), 1e juni 2020", "2020-06-01"),
        ("Op 7 juli 2023 schreef ik u", None),
        ("In Den Haag, 7 juli 2023, sprak ik", None),
        ("Den Haag, 31 februari 2023", None),
    ],
)
def test_a_place_and_a_date_date_a_letter(paragraph: str, date: str | None) -> None:
    assert body(f"<al>{paragraph}</al>").dated_on == date


@pytest.mark.parametrize(
    ("dated", "date", "unknown"),
    [
        ("Voorgesteld <datum isodatum='2026-07-02'>3 juli 2026</datum>", "2026-07-02", ()),
        ("Ontvangen 20 mei 2020", "2020-05-20", ()),
        ("<datum isodatum='2026-13-02'>2 juli 2026</datum>", "2026-07-02", ("2026-13-02",)),
        ("<datum isodatum='gisteren'/>", None, ("gisteren",)),
    ],
)
def test_the_date_for_machines_counts_before_the_written_one(
    dated: str, date: str | None, unknown: tuple[str, ...]
) -> None:
    says = piece(f"<datumtekst>{dated}</datumtekst>")
    assert says.dated_on == date
    assert says.unknown == tuple(f"datum@isodatum={value}: 1" for value in unknown)


@pytest.mark.parametrize(
    ("number", "dossier"),
    [
        ("36 045", StatedDossier("36045")),
        ("25 600 XIV", StatedDossier("25600", "XIV")),
        ("26.800-VIII", StatedDossier("26800", "VIII")),
        ("31 200 IXB", StatedDossier("31200", "IXB")),
        ("21 501-20", StatedDossier("21501", "20")),
        ("32 186 (R 1903)", StatedDossier("32186", second_number="R 1903")),
        ("CXLVI", StatedDossier("CXLVI")),
        ("ongenummerd stuk", StatedDossier("ongenummerd stuk")),
        ("1 " * 100, StatedDossier(("1 " * 100).strip())),
    ],
)
def test_the_number_of_a_dossier_is_taken_apart(number: str, dossier: StatedDossier) -> None:
    subject = f"<frontm><onderw><nummer>{number}</nummer></onderw></frontm>"
    assert stated(f"<kamerwrk>{subject}</kamerwrk>").dossiers == (dossier,)


@pytest.mark.parametrize(
    ("number", "dossier"),
    [
        (
            "<dossiernr>36 410</dossiernr><begrotingshoofdstuk>IX-bis</begrotingshoofdstuk>",
            StatedDossier("36410", "IX-bis"),
        ),
        ("<dossiernr>36 410 VI</dossiernr>", StatedDossier("36410", "VI")),
        ("36 410-VI", StatedDossier("36410", "VI")),
        ("<dossiernr>21 501</dossiernr>-<raadnr>02</raadnr>", StatedDossier("21501", "02")),
    ],
)
def test_the_parts_of_a_dossier_number_count_as_marked(number: str, dossier: StatedDossier) -> None:
    head = f"<kamerstuk><dossier><dossiernummer>{number}</dossiernummer></dossier></kamerstuk>"
    says = stated(f"<officiele-publicatie>{head}</officiele-publicatie>")
    assert says.dossiers == (dossier,)


@pytest.mark.parametrize("dash", ["-", "–", "‒", "—", " - ", "/"])
def test_a_session_year_has_one_spelling(dash: str) -> None:
    line = f"<tekstregel inhoud='vergaderjaar'>Vergaderjaar 2026{dash}2027</tekstregel>"
    head = f"<kamerstuk><kamerstukkop>{line}</kamerstukkop></kamerstuk>"
    says = stated(f"<officiele-publicatie>{head}</officiele-publicatie>")
    assert says.session_year == "2026-2027"


def test_a_dossier_without_a_number_is_none() -> None:
    assert stated("<kamerwrk><onderw><naam>Iets</naam></onderw></kamerwrk>").dossiers == ()


@pytest.mark.parametrize(
    ("inner", "status"),
    [
        ("<stuknr>Nr. <ondernummer>3</ondernummer> HERDRUK</stuknr>", "HERDRUK"),
        ("<titel>GEWIJZIGDE HERDRUK VAN NR. 3</titel>", "GEWIJZIGDE HERDRUK"),
        (
            "<al>Deze publicatie is op verzoek van publicerende organisatie verwijderd.</al>",
            "Deze publicatie is op verzoek van publicerende organisatie verwijderd.",
        ),
        ("<titel>BRIEF</titel><algemeen><al>Een herdruk volgt.</al></algemeen>", None),
    ],
)
def test_a_reprint_and_a_removed_paper_say_so(inner: str, status: str | None) -> None:
    assert piece(inner).status == status


def test_a_version_in_the_metadata_counts_where_the_paper_itself_is_silent() -> None:
    meta = "<metadata><meta name='OVERHEIDop.versieInformatie' content='Herdruk'/></metadata>"
    paper = "<kamerstuk><stuk><al>a</al></stuk></kamerstuk>"
    for inner in (meta, meta + paper):
        assert stated(f"<officiele-publicatie>{inner}</officiele-publicatie>").status == "Herdruk"
    assert facts("erratum").status == "ERRATUM"


def test_who_signs_two_parts_is_named_once() -> None:
    signature = "<ondertekening><functie>De Minister,</functie><naam>A</naam></ondertekening>"
    says = body(f"{signature}<al>b</al>{signature}")
    assert says.people == (StatedPerson("A", "De Minister", "signatory"),)


def test_a_page_that_only_says_that_its_paper_is_gone_is_a_notice() -> None:
    notice = "Deze publicatie is op verzoek van\nhet ministerie verwijderd"
    page = f"Staten-Generaal\n\n{notice}.\n\n1"
    facts = letter_facts(page)
    assert facts is not None
    assert facts.status == " ".join(notice.split())
    quoting = page + "\n\n" + "De Kamer vroeg hoe dat komt. " * 60
    assert (letter_facts(quoting) or PaperFacts()).status is None
