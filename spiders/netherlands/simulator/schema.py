"""The categories of the feed, and per category its elements in the order of the source's schema.

Written down from tweedekamer/README.md 1.1, 1.3, 1.8 and appendix A. A `*` marks a repeated
element; `ref` is a link to another entity.
"""

from dataclasses import dataclass
from enum import Enum

_NAMES = """
    Activiteit ActiviteitActor Agendapunt Besluit Commissie CommissieContactinformatie
    CommissieZetel CommissieZetelVastPersoon CommissieZetelVastVacature
    CommissieZetelVervangerPersoon CommissieZetelVervangerVacature Document DocumentActor
    DocumentVersie Fractie FractieZetel FractieZetelPersoon FractieZetelVacature
    Kamerstukdossier Persoon PersoonContactinformatie PersoonGeschenk PersoonLoopbaan
    PersoonNevenfunctie PersoonNevenfunctieInkomsten PersoonOnderwijs PersoonReis Reservering
    Stemming Toezegging Vergadering Verslag Zaak ZaakActor Zaal
"""
CATEGORIES = tuple(_NAMES.split())
"""All 35, as they are spelled in `?category=`."""

DOWNLOADABLE = frozenset({"Document", "Fractie", "Persoon", "Verslag"})
"""Categories whose entities may have a file."""


class System(Enum):
    """The source system behind a category; it decides the form of `bijgewerkt`."""

    PARLIS = "parlis"
    SESAM = "sesam"
    PREFIXED = "prefixed"


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a category: its name, its type and whether it may be repeated."""

    name: str
    kind: str
    is_repeated: bool = False


_ELEMENTS = {
    "Document": """huidigeDocumentVersie:ref bronDocument:ref* activiteit:ref* agendapunt:ref*
        zaak:ref* kamerstukdossier:ref soort:token documentNummer:token titel:token
        onderwerp:token datum:moment volgnummer:int vergaderjaar:year kamer:int
        citeertitel:token alias:token datumRegistratie:moment datumOntvangst:moment
        aanhangselnummer:token kenmerkAfzender:token organisatie:token""",
    "DocumentVersie": """document:ref status:token versienummer:count bestandsgrootte:count
        extensie:token datum:moment externeidentifier:token""",
    "DocumentActor": """document:ref persoon:ref fractie:ref commissie:ref actorNaam:token
        actorFractie:token functie:token relatie:token sidActor:token""",
    "Zaak": """kamerstukdossier:ref activiteit:ref* agendapunt:ref* gerelateerdVanuit:ref*
        vervangenVanuit:ref* nummer:token soort:token onderwerp:string gestartOp:moment
        organisatie:string titel:string citeertitel:string alias:string
        grondslagvoorhang:string termijn:moment vergaderjaar:year volgnummer:int
        status:string huidigeBehandelstatus:string afgedaan:bool grootProject:bool
        kabinetsappreciatie:string""",
    "ZaakActor": """zaak:ref persoon:ref fractie:ref commissie:ref actorNaam:token
        actorFractie:token actorAfkorting:token functie:token relatie:token sidActor:token""",
    "Besluit": """agendapunt:ref zaak:ref* stemmingsSoort:token besluitSoort:token
        besluitTekst:string opmerking:string status:token
        agendapuntZaakBesluitVolgorde:int""",
    "Stemming": """besluit:ref persoon:ref fractie:ref soort:token fractieGrootte:count
        actorNaam:token actorFractie:token vergissing:bool sidActorLid:token
        sidActorFractie:token""",
    "Agendapunt": """activiteit:ref nummer:token onderwerp:string aanvangstijd:moment
        eindtijd:moment volgorde:count rubriek:string noot:string status:token""",
    "Activiteit": """voortouwcommissie:ref voortgezetVanuit:ref vervangenVanuit:ref soort:token
        nummer:string onderwerp:string datumSoort:token datum:moment aanvangstijd:moment
        eindtijd:moment locatie:string besloten:bool status:string vergaderjaar:year
        kamer:string noot:string vrsNummer:string sidVoortouw:token voortouwnaam:token
        voortouwafkorting:token voortouwkortenaam:token aanvraagdatum:moment
        datumVerzoekEersteVerlenging:moment datumMededelingEersteVerlenging:moment
        datumVerzoekTweedeVerlenging:moment datumMededelingTweedeVerlenging:moment
        vervaldatum:moment""",
    "ActiviteitActor": """activiteit:ref persoon:ref fractie:ref commissie:ref actorNaam:token
        actorFractie:token relatie:token volgorde:count functie:token spreektijd:token
        sidActor:token""",
    "Kamerstukdossier": """titel:string citeertitel:string alias:string nummer:count
        toevoeging:string hoogsteVolgnummer:int afgesloten:bool kamer:string""",
    "Persoon": """nummer:token titels:token initialen:token tussenvoegsel:token
        achternaam:token voornamen:token roepnaam:token geslacht:string functie:token
        geboortedatum:date geboorteplaats:token geboorteland:token overlijdensdatum:date
        overlijdensplaats:token woonplaats:token land:token fractielabel:token""",
    "Fractie": """nummer:token afkorting:token naamNl:token naamEn:token aantalZetels:count
        aantalStemmen:count datumActief:date datumInactief:date""",
    "FractieZetel": "fractie:ref gewicht:int",
    "FractieZetelPersoon": "fractieZetel:ref persoon:ref functie:token van:date totEnMet:date",
    "Commissie": """nummer:token soort:token afkorting:token naamNl:token naamEn:token
        naamWebNl:token naamWebEn:token inhoudsopgave:token datumActief:date
        datumInactief:date""",
    "Toezegging": """toegezegdAanFractie:ref toegezegdAanPersoon:ref isHerhalingVan:dated*
        isAanvullingOp:dated* isWijzigingVan:dated* aanmaakdatum:moment nummer:token
        activiteit:ref activiteitNummer:string naam:string achternaam:string
        initialen:string tussenvoegsel:string voornaam:string achtervoegsel:string
        titulatuur:string functie:string status:string datumNakoming:moment
        kamerbriefNakoming:string ministerie:string tekst:string""",
    "Vergadering": """soort:token titel:token zaal:token vergaderjaar:year
        vergaderingNummer:count datum:moment aanvangstijd:moment sluiting:moment
        kamer:token""",
    "Verslag": "vergadering:ref soort:token status:token",
    "Zaal": "naam:token sysCode:int",
}


def _parse(text: str) -> tuple[Element, ...]:
    pairs = (word.split(":") for word in text.split())
    return tuple(Element(name, kind.rstrip("*"), kind.endswith("*")) for name, kind in pairs)


ELEMENTS = {category: _parse(text) for category, text in _ELEMENTS.items()}
"""The elements of each category that the simulator makes, in the schema's order."""

LIVE_ONLY = {"Toezegging": (Element("toegezegdAan", "ref", is_repeated=True),)}
"""Elements that the live feed has and the official schema lacks (guide 1.3)."""

_SESAM_STEMS = ("Commissie", "Fractie", "Persoon")
_PREFIXED = frozenset({"Toezegging", "Vergadering", "Verslag"})
_LEADING = {
    "Document": "huidigeDocumentVersie",
    "DocumentVersie": "document",
    "DocumentActor": "document",
    "ZaakActor": "zaak",
    "ActiviteitActor": "activiteit",
    "Besluit": "agendapunt",
    "Stemming": "besluit",
    "Agendapunt": "activiteit",
}
"""The one link that the live feed still has in front; see `live_order`."""


def system(category: str) -> System:
    """Return the source system of a category."""
    if category in _PREFIXED:
        return System.PREFIXED
    return System.SESAM if category.startswith(_SESAM_STEMS) else System.PARLIS


def root_element(category: str) -> str:
    """Return the name of a category's root element: its first letter in lower case."""
    return category[0].lower() + category[1:]


def schema_order(category: str) -> dict[str, int]:
    """Return the place of each element in the official schema."""
    return {element.name: place for place, element in enumerate(ELEMENTS[category])}


def live_order(category: str) -> dict[str, int]:
    """Return the place of each element as the live feed has it.

    In Parlis categories links stand behind the attributes, but for one leading link (captures
    of 2026: `besluit`, `stemming`); an activity has its committee behind its names.
    """
    elements = ELEMENTS[category]
    if system(category) is not System.PARLIS:
        names = [e.name for e in (*elements, *LIVE_ONLY.get(category, ()))]
        return {name: place for place, name in enumerate(names)}
    leading = _LEADING.get(category)
    names = [e.name for e in elements if e.name == leading]
    names += [e.name for e in elements if e.kind != "ref"]
    names += [e.name for e in elements if e.kind == "ref" and e.name != leading]
    if category == "Activiteit":
        names.remove("voortouwcommissie")
        names.insert(names.index("voortouwkortenaam") + 1, "voortouwcommissie")
    return {name: place for place, name in enumerate(names)}
