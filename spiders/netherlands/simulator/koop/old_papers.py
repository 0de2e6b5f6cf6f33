"""Papers of long ago: without subrubriek and title of their own, in the older XML (1.9, 2.4)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from spiders.netherlands.simulator import prose
from spiders.netherlands.simulator.documents import Sheet
from spiders.netherlands.simulator.koop.body import Form, Kind
from spiders.netherlands.simulator.koop.manuscripts import Manuscript, Place
from spiders.netherlands.simulator.times import parliamentary_year


@dataclass(frozen=True, slots=True)
class _Old:
    dossier: str
    number: str
    day: date
    kind: Kind
    title: str
    subject: str
    word: str
    session: str | None = None


_PAPERS = (
    _Old(
        "24138",
        "3",
        date(1996, 3, 14),
        Kind.LETTER,
        "Beheer van de zeedijken",
        "Brief minister over de stand van zaken bij het dijkonderhoud",
        "dijkgravenberaad",
    ),
    _Old(
        "24447",
        "6",
        date(1997, 11, 27),
        Kind.MOTION,
        "Veerdiensten op de Waddeneilanden",
        "Motie van het lid Terpstuif c.s. over een nachtelijke afvaart",
        "veerhavenlantaarn",
    ),
    _Old(
        "26318",
        "11",
        date(2001, 5, 8),
        Kind.LETTER,
        "Invoering van het kustkaartenregister",
        "Brief staatssecretaris over de invoering van het register",
        "kustkaartenregister",
    ),
    _Old(
        "28447",
        "C",
        date(2004, 2, 3),
        Kind.LETTER,
        "Regels over het delfstoffenarchief",
        "Brief minister over het delfstoffenarchief",
        "delfstoffenkabinet",
        session="20032004",
    ),
)


def old_papers() -> Iterator[Manuscript]:
    """Yield them; they are the same in every parliament."""
    for old in _PAPERS:
        chamber = 1 if old.number.isalpha() else 2
        printed = f"{old.dossier[:2]} {old.dossier[2:]}"
        is_letter = old.kind is Kind.LETTER
        sheet = Sheet(
            year=parliamentary_year(old.day).replace("-", "–"),
            dossier=printed,
            title=old.title,
            number=old.number,
            heading="BRIEF VAN DE MINISTER" if is_letter else "MOTIE VAN HET LID TERPSTUIF C.S.",
            dateline=f"{'Den Haag,' if is_letter else 'Voorgesteld'} {prose.written(old.day)}",
            paragraphs=_letter(old) if is_letter else _motion(old),
            closing=("De Minister,", "A.B. Zwerkhof") if is_letter else ("Terpstuif", "Bremsma"),
            hyphenated=old.word,
            chamber=chamber,
        )
        yield Manuscript(
            key=f"old/{old.dossier}/{old.number}",
            chamber=chamber,
            kind=old.kind,
            places=(Place(old.dossier, printed, old.title),),
            number=old.number,
            subject=old.subject,
            day=old.day,
            year=parliamentary_year(old.day),
            sheet=sheet,
            movers=(),
            word=old.word,
            form=Form.LEGACY,
            session=old.session,
        )


def _letter(old: _Old) -> tuple[str, ...]:
    chamber = "Eerste" if old.number.isalpha() else "Tweede"
    return (
        f"Aan de Voorzitter van de {chamber} Kamer der Staten-Generaal",
        f"Hierbij bericht ik u over het {old.word}, zoals in het overleg met uw Kamer toegezegd.",
        "De beheerders hebben mij laten weten dat de werkzaamheden volgens plan verlopen en "
        "vóór de winter zijn afgerond.",
    )


def _motion(old: _Old) -> tuple[str, ...]:
    return (
        "De Kamer,",
        "gehoord de beraadslaging,",
        f"constaterende dat de {old.word} 's nachts niet wordt ontstoken;",
        "verzoekt de regering dit te bevorderen,",
        "en gaat over tot de orde van de dag.",
    )
