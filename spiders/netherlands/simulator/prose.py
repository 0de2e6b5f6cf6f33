"""The words of the fictional parliament: subjects, motions, letters and rare words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

MONTHS = [
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
]


@dataclass(frozen=True, slots=True)
class Field:
    """What a ministry is about: its budget chapter and the things that are spoken of."""

    ministry: str
    office: str
    chapter: str
    subjects: tuple[str, ...]


FIELDS = (
    Field(
        "Openbaar Bestuur",
        "Openbaar Bestuur",
        "VII",
        (
            "de dienstverlening aan gemeenteloketten",
            "het archiveren van chatberichten",
            "de bereikbaarheid van wijkcentra",
            "het toezicht op algoritmen bij gemeenten",
        ),
    ),
    Field(
        "Leren en Cultuur",
        "Leren en Cultuur",
        "VIII",
        (
            "het lerarentekort in krimpregio's",
            "de muziekles op basisscholen",
            "de openingstijden van bibliotheken",
            "het behoud van streektalen",
        ),
    ),
    Field(
        "Water en Wegen",
        "Water en Wegen",
        "XII",
        (
            "het onderhoud van sluizen en bruggen",
            "de nachttrein naar het noorden",
            "de veiligheid van fietstunnels",
            "de waterstand in de veenweiden",
        ),
    ),
    Field(
        "Landschap en Voedsel",
        "Landschap en Voedsel",
        "XIV",
        (
            "het herstel van houtwallen",
            "de positie van pachtboeren",
            "het toezicht op schelpdierpercelen",
            "de aanleg van kruidenrijk grasland",
        ),
    ),
    Field(
        "Werk en Bestaanszekerheid",
        "Werk en Bestaanszekerheid",
        "XV",
        (
            "de kinderopvang op de eilanden",
            "de schuldhulp aan zelfstandigen",
            "het scholingsbudget voor flexwerkers",
            "de taaltoets in de bijstand",
        ),
    ),
    Field(
        "Zorg en Gezondheid",
        "Zorg en Gezondheid",
        "XVI",
        (
            "de wachttijden in de jeugdzorg",
            "de huisarts in het dorp",
            "de financiering van hospices",
            "het tekort aan hoortoestellen",
        ),
    ),
    Field(
        "Wonen en Ruimte",
        "Wonen en Ruimte",
        "XXII",
        (
            "de doorstroming op de woningmarkt",
            "het flexwonen op bedrijventerreinen",
            "de verduurzaming van monumenten",
            "de huurprijs van studentenkamers",
        ),
    ),
    Field(
        "Rechtsorde",
        "Rechtsorde",
        "VI",
        (
            "de bereikbaarheid van politiebureaus",
            "de doorlooptijden bij de kantonrechter",
            "de aanpak van acquisitiefraude",
            "de rechtsbijstand voor slachtoffers",
        ),
    ),
)

_FACTS = (
    "uit het jongste onderzoek blijkt dat de verschillen tussen regio's groter zijn geworden",
    "de regering eerder heeft toegezegd hierover vóór de zomer duidelijkheid te geven",
    "de officiële cijfers al twee jaar niet meer worden bijgehouden",
    "gemeenten, provincies en uitvoeringsorganisaties hierover verschillende signalen afgeven",
    "de financiële gevolgen voor huishoudens nog onvoldoende in beeld zijn gebracht",
    "betrokken organisaties melden dat de huidige werkwijze tot onnodige vertraging leidt",
)
_VIEWS = (
    "een specifieke aanpak hier meer oplevert dan een nieuwe algemene regeling",
    "inwoners erop moeten kunnen rekenen dat afspraken worden nagekomen",
    "de kosten voor de baten uitgaan, maar dat uitstel uiteindelijk duurder uitvalt",
    "er al goede voorbeelden zijn die zonder wetswijziging kunnen worden overgenomen",
)
_REQUESTS = (
    "in overleg met de betrokken organisaties een plan van aanpak op te stellen",
    "te onderzoeken welke belemmeringen er zijn en hoe deze kunnen worden weggenomen",
    "de Kamer hierover elk halfjaar te informeren",
    "te bevorderen dat bestaande middelen hiervoor gericht worden ingezet",
    "een tijdelijke regeling te treffen tot de evaluatie is afgerond",
)
_SHORT_REQUESTS = (
    "een plan van aanpak",
    "een halfjaarlijkse rapportage",
    "een onafhankelijk onderzoek",
    "gerichte inzet van bestaande middelen",
    "een tijdelijke regeling",
)
_PARTS = (
    [
        "kwelder",
        "gors",
        "terp",
        "veen",
        "sluis",
        "wad",
        "slenk",
        "duin",
        "rietkraag",
        "polder",
        "kreek",
        "houtwal",
    ],
    [
        "stuifmeel",
        "schelpdier",
        "waterpeil",
        "vleermuis",
        "grondwater",
        "zeekraal",
        "turfmolen",
        "klokkentoren",
        "vogeltrek",
        "bijenkorf",
        "dijkbewaking",
        "veerpont",
    ],
    [
        "telling",
        "convenant",
        "register",
        "heffing",
        "monitor",
        "verordening",
        "keuring",
        "overleg",
        "protocol",
        "vergunning",
        "inventarisatie",
        "ontheffing",
    ],
)


def rare_words(rng: Random) -> Iterator[str]:
    """Yield long Dutch compounds, each once."""
    words = [f"{a}{b}{c}" for a in _PARTS[0] for b in _PARTS[1] for c in _PARTS[2]]
    rng.shuffle(words)
    yield from words
    # More papers than compounds: go on with two of them joined, in every way.
    for step in range(1, len(words)):
        for place, word in enumerate(words):
            yield f"{word}{words[place - step]}"


def written(day: date) -> str:
    """Write a date as papers do: 1 oktober 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def enumeration(names: Sequence[str]) -> str:
    """Join names as Dutch does."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} en {names[-1]}"


def movers(names: Sequence[str]) -> str:
    """Say whose motion it is, as a title does."""
    if len(names) == 1:
        return f"van het lid {names[0]}"
    if len(names) > 3:
        return f"van het lid {names[0]} c.s."
    return f"van de leden {enumeration(names)}"


def motion_subject(rng: Random, subject: str) -> str:
    """Return what a motion is about, in a few words."""
    return f"{rng.choice(_SHORT_REQUESTS)} voor {subject}"


def motion(rng: Random, subject: str, word: str) -> tuple[str, ...]:
    """Return the text of a motion in which a rare word occurs once."""
    facts = rng.sample(_FACTS, 2)
    tail = " tevens" if rng.random() < 0.5 else ""
    requests = rng.sample(_REQUESTS, 2)
    return (
        "De Kamer,",
        "gehoord de beraadslaging,",
        f"constaterende dat {facts[0]} waar het gaat om {subject};",
        f"constaterende dat {facts[1]}, zoals bij {_article(rng)} {word} is gebleken;",
        f"overwegende dat {rng.choice(_VIEWS)};",
        f"verzoekt de regering {requests[0]};",
        f"verzoekt de regering{tail} {requests[1]},",
        "en gaat over tot de orde van de dag.",
    )


def _article(rng: Random) -> str:
    return rng.choice(("de zogeheten", "de vorig jaar ingestelde", "een eerdere", "de lopende"))


def opening(subject: str, word: str) -> tuple[str, ...]:
    """Return the first paragraphs of a letter."""
    return (
        f"Met deze brief informeer ik uw Kamer over {subject}. Daarbij ga ik ook in op de "
        f"{word}, waarover in het debat vragen zijn gesteld.",
        "De afgelopen maanden is met gemeenten, uitvoeringsorganisaties en deskundigen gesproken "
        "over de vraag hoe de afspraken het best kunnen worden uitgevoerd. De uitkomst daarvan "
        "is dat een gefaseerde invoering de voorkeur verdient: eerst in twee proefregio's, "
        "daarna landelijk. De financiële gevolgen worden bij de eerstvolgende begroting verwerkt.",
    )


def filling(rng: Random, subject: str) -> tuple[str, ...]:
    """Return more paragraphs, so that letters differ in length and some run over a page."""
    pool = (
        f"Ten aanzien van {subject} geldt dat {rng.choice(_FACTS)}. Tegelijk is duidelijk dat "
        f"{rng.choice(_VIEWS)}. Ik hecht eraan dat beide gezichtspunten in de verdere uitwerking "
        "zichtbaar blijven en dat betrokkenen daarbij tijdig worden gehoord.",
        f"Verder heb ik opdracht gegeven om {rng.choice(_REQUESTS)}. Het onderzoeksbureau levert "
        "in het eerste kwartaal een tussenrapportage op; de definitieve rapportage volgt voor "
        "het zomerreces. Uw Kamer ontvangt beide rapportages.",
        "De uitvoering ligt bij de decentrale overheden. Het kabinet stelt daarvoor een "
        "specifieke uitkering beschikbaar en ziet toe op een zorgvuldige verantwoording. "
        "Waar de effecten afwijken van de verwachting, wordt de regeling bijgesteld.",
        "Bij de voorbereiding zijn verschillende varianten met elkaar vergeleken op kosten, "
        "uitvoerbaarheid en draagvlak. De gekozen variant is niet de goedkoopste, maar kan "
        "wel op de kortste termijn worden ingevoerd en is bij problemen omkeerbaar.",
    )
    return tuple(rng.choice(pool) for _ in range(rng.randint(1, 12)))


def listed(subject: str) -> tuple[str, ...]:
    """Return a list as letters have it: a dash before each item."""
    return (
        f"Ten aanzien van {subject} worden drie stappen gezet:",
        "– de bestaande afspraken worden geëvalueerd;",
        "– de uitvoering wordt met de gemeenten uitgewerkt;",
        "– de Kamer wordt halfjaarlijks geïnformeerd.",
    )


def table(rng: Random) -> str:
    """Return a small table: cells between tabs, one row a line, the first one its head."""
    rows = ["Jaar\tGemeenten\tUitgaven (x € 1.000)"]
    rows += [f"{year}\t{rng.randint(8, 60)}\t{rng.randint(100, 900)}" for year in (2025, 2026)]
    return "\n".join(rows)


def appraised(rng: Random, cited: str, names: str, subject: str, appraisal: str) -> str:
    """Say in a letter what the government thinks of a motion, in one sentence or in two."""
    if appraisal == "Ontraden" and rng.random() < 0.4:
        return f"De motie {names} over {subject} ({cited}) wordt ontraden: zij is niet gedekt."
    if appraisal == "Oordeel Kamer" and rng.random() < 0.4:
        return f"De motie {names} over {subject} ({cited}) krijgt oordeel Kamer."
    said = {
        "Ontraden": "De motie wordt ontraden, omdat de gevraagde maatregel op korte termijn niet "
        "uitvoerbaar is en niet van dekking is voorzien.",
        "Oordeel Kamer": "Ik geef de motie oordeel Kamer, waarbij ik haar zo lees dat de "
        "uitvoering binnen de bestaande budgetten plaatsvindt.",
        "Ontijdig": "De motie is ontijdig; ik verzoek de indieners het lopende onderzoek af te "
        "wachten.",
        "Overbodig": "De motie is overbodig, want zij vraagt om staand beleid.",
        "Verzocht motie aan te houden": "Ik verzoek de indieners de motie aan te houden tot na "
        "het overleg met de gemeenten.",
        "Ontraden, tenzij gewijzigd": "In deze vorm wordt de motie ontraden. Als het tweede "
        "verzoek vervalt, kan ik haar oordeel Kamer geven.",
        "Overgenomen": "De motie neem ik over.",
    }
    words = said.get(appraisal, "Een oordeel over de motie volgt mondeling.")
    return f"De motie {names} over {subject} ({cited}). {words}"


def executed(cited: str, names: str, subject: str) -> str:
    """Say in a letter that a motion has been carried out."""
    return (
        f"Met deze brief doe ik de motie {names} over {subject} ({cited}) af. Aan het verzoek is "
        "voldaan door de aanpak die hieronder wordt beschreven."
    )


def annex(subject: str, word: str) -> tuple[str, ...]:
    """Return the text of a report that goes with a letter."""
    return (
        "Samenvatting",
        f"Dit rapport beschrijft de stand van zaken rond {subject}. Voor het onderzoek zijn "
        f"42 gesprekken gevoerd; de {word} is in drie gemeenten nader bekeken.",
        "Aanbevelingen",
        "1. Leg vast wie waarvoor verantwoordelijk is. 2. Houd de officiële cijfers bij. "
        "3. Evalueer na twee jaar.",
    )
