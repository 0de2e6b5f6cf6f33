"""Records and papers to test with."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from spiders.netherlands.simulator.citing import Citation
from spiders.netherlands.simulator.documents import Sheet
from spiders.netherlands.simulator.koop.body import Body, Kind
from spiders.netherlands.simulator.koop.records import HOUSE, SET_LATER, Record

RECORD = Record(
    identifier="kst-36900-XII-48",
    title="Begroting Water & Wegen; Motie; Motie van het lid Terpsma over sluizen",
    creator=HOUSE,
    available=date(2026, 10, 2),
    day=date(2026, 10, 1),
    issued=date(2026, 10, 1),
    year="2026-2027",
    group="36900-XII",
    status=SET_LATER,
    changed_at=datetime(2026, 10, 5, 22, 30, 1, 250, tzinfo=UTC),
    indexed_at=datetime(2026, 10, 5, 22, 30, 13, 716200, tzinfo=UTC),
    generated_at=datetime(2026, 10, 5, 22, 30, 1, 250, tzinfo=UTC),
    file_modified=date(2026, 10, 2),
    subjects=("Verkeer | Water",),
    document_title="Motie van het lid Terpsma over sluizen",
    dossier_title="Begroting Water & Wegen",
    movers=("A.B. (Anne) Terpsma", "C. de Wulp"),
    number="48",
    dossiers=("36900-XII", "29351"),
    subrubriek="Motie",
)


def record(**values: Any) -> Record:
    """Return the record with other values."""
    return replace(RECORD, **values)


MOTION = Body(
    sheet=Sheet(
        year="2026–2027",
        dossier="36 900 XII",
        title="Begroting Water & Wegen",
        number="48",
        heading="MOTIE VAN HET LID TERPSMA",
        dateline="Voorgesteld 1 oktober 2026",
        paragraphs=("De Kamer,", "verzoekt < iets,", "en gaat over tot de orde van de dag."),
        closing=("Terpsma", "De Wulp"),
    ),
    kind=Kind.MOTION,
    day=date(2026, 10, 1),
    dossiers=(("36 900 XII", "Begroting Water & Wegen"), ("29 351", "Sluizen")),
)
LETTER = Body(
    sheet=Sheet(
        year="2026–2027",
        dossier="29 351",
        title="Sluizen",
        number="379",
        heading="BRIEF VAN DE MINISTER",
        dateline="Den Haag, 1 oktober 2026",
        paragraphs=(
            "Aan de Voorzitter van de Tweede Kamer der Staten-Generaal",
            "Inleiding",
            "De moties (Kamerstuk 36 900 XII, nrs. 47 en 48) worden ontraden.⁽1⁾ Er is meer.",
            "Er zijn drie stappen:",
            "– de eerste;",
            "– de tweede.",
            "Jaar\tBedrag\n2026\t< 3,4",
        ),
        closing=("De Minister van Water en Wegen,", "A.B. van der Terp"),
        notes=("Kamerstuk 29 351, nr. 12.",),
    ),
    kind=Kind.LETTER,
    day=date(2026, 10, 1),
    citations=(
        Citation("36 900 XII, nrs. 47", "kst-36900-XII-47"),
        Citation("48", "kst-36900-XII-48"),
        Citation("29 351, nr. 12", "kst-29351-12", note=1),
    ),
    dossiers=(("29 351", "Sluizen"),),
)
