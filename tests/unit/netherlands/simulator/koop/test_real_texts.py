"""Metadata of a search made from an official text and the chamber's rows."""

import gzip
from datetime import date

import pytest

from spiders.netherlands.simulator.koop.real_texts import RealText, real_repository
from spiders.netherlands.simulator.koop.records import Record

_TEXT = """<?xml version="1.0" encoding="UTF-8"?><officiele-publicatie><metadata>{metas}</metadata>
<kamerstuk><kamerstukkop><tekstregel inhoud="vergaderjaar">Vergaderjaar 2019–2020</tekstregel>
</kamerstukkop><dossier><dossiernummer><dossiernr>{number}</dossiernr>{part}</dossiernummer>
<titel>Beleid </titel></dossier><stuk><stuknr>Nr. <ondernummer kamer="{kamer}">12</ondernummer>
</stuknr><titel>MOTIE VAN HET LID TERPSMA</titel><datumtekst>Voorgesteld <datum
isodatum="{day}">zomaar</datum></datumtekst><tekst><al>De Kamer,</al></tekst></stuk></kamerstuk>
</officiele-publicatie>"""


def _record(identifier: str, subject: str | None = None, **parts: str) -> Record:
    values = {"metas": "", "number": "36 900", "part": "", "kamer": "2", "day": "2020-03-06"}
    text = _TEXT.format(**{**values, **parts}).encode()
    real = RealText(identifier, gzip.compress(text), subject, date(2020, 3, 5))
    [entry] = real_repository([real])
    assert entry.body().source == text
    return entry.record


@pytest.mark.parametrize(
    ("part", "dossier"),
    [
        ("", "36900"),
        ("<begrotingshoofdstuk> XVI</begrotingshoofdstuk>", "36900-XVI"),
        ("-<raadnr>20</raadnr>", "36900-20"),
    ],
)
def test_the_dossier_is_the_number_with_its_part(part: str, dossier: str) -> None:
    record = _record(f"kst-{dossier}-12", part=part)
    assert record.dossiers == (dossier,)
    assert record.path("pdf").startswith(f"/frbr/officielepublicaties/kst/{dossier}/kst-{dossier}-")


def test_what_the_text_lacks_comes_from_the_row_or_is_left_out() -> None:
    record = _record("kst-36900-12", "Motie over iets")
    assert record.title == "Beleid; Motie; Motie over iets"
    assert (record.day, record.available) == (date(2020, 3, 6), date(2020, 3, 9))
    assert record.year == "2019-2020"
    assert record.movers == record.subjects == ()
    assert _record("kst-36900-12").document_title is None
    assert _record("kst-36900-12", day="").day == date(2020, 3, 5)


def test_the_metadata_in_newer_texts_are_taken_as_they_are() -> None:
    record = _record(
        "kst-36900-12",
        "row",
        metas='<meta name="DC.title" scheme="" content="A; Motie; B"/>'
        '<meta name="OVERHEIDop.documenttitel" scheme="" content="B"/>'
        '<meta name="OVERHEIDop.indiener" scheme="" content="A.B. Terpsma"/>'
        '<meta name="OVERHEIDop.indiener" scheme="" content="C. Wulp"/>'
        '<meta name="OVERHEID.category" scheme="" content="Verkeer | Water"/>'
        '<meta name="DCTERMS.alternative" scheme="" content=""/>'
        '<meta name="DCTERMS.available" scheme="" content="2020-03-12"/>',
    )
    assert (record.title, record.document_title) == ("A; Motie; B", "B")
    assert record.movers == ("A.B. Terpsma", "C. Wulp")
    assert record.subjects == ("Verkeer | Water",)
    assert record.available == date(2020, 3, 12)


def test_a_text_of_the_eerste_kamer_has_it_for_creator() -> None:
    assert _record("kst-36900-A", kamer="1").creator == "Eerste Kamer der Staten-Generaal"
