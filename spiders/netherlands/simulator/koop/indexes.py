"""The indexes that a search knows, as the service's explain lists them (1.3)."""

from collections.abc import Mapping

from spiders.netherlands.simulator.koop.errors import QUERY_SYNTAX, UNSUPPORTED_INDEX, SearchRefused

SETS: Mapping[str, str] = {
    "dt": "http://purl.org/dc/terms/",
    "ot": "http://standaarden.overheid.nl/owms/terms/",
    "w": "http://standaarden.overheid.nl/wetgeving/",
    "c": "http://standaarden.overheid.nl/collectie/",
    "cd": "http://standaarden.overheid.nl/cup/data",
    "t": "https://identifier.overheid.nl/tooi",
    "cql": "info:srw/cql-context-set/1/cql-v2.0 ",
    "v": "http://standaarden.overheid.nl/owms/alias/",
}
"""Prefix and identifier; the space after that of `cql` is the service's own."""

_NAMES: Mapping[str, str] = {
    "dt": """type audience available language title identifier creator modified issued created
        date spatial temporal abstract alternative source hasVersion subject isFormatOf
        description isPartOf isRequiredBy isReplacedBy hasPart relation requires replaces
        format""",
    "ot": "authority",
    "w": """documenttype datumNotificatie titelNotificatie organisatietype publicatienaam
        jaargang publicatienummer dossiernummer voorlopigeToepassingsdatum
        inwerkingtredingsdatum uitwerkingtredingsdatum terugwerkendekrachtdatum bekendmaking
        rechtsgebied wetsfamilie rechtsdomein geldigheidsperiode_startdatum
        geldigheidsperiode_einddatum zichtperiode_startdatum zichtperiode_einddatum betreft
        kenmerk aanhangsel aanhangselnummer behandeldDossier datumIndiening datumOntvangst
        datumVergadering eindpagina indiener ondernummer ondertekening rijkswetnummer ontvanger
        startpagina trefwoord vergaderjaar spreker bronIdentifier adviesRvs bedrijfsnaam
        betreftOpschrift betreftRegeling bijlage datumBrief datumEindeReactietermijn
        datumOndertekening datumTotstandkoming documentstatus documenttitel dossiertitel
        externeBijlage hoofddocument handelingenitemnummer subrubriek sysyear sysnumber
        sysseqnumber versieinformatie versienummer vraagnummer""",
    "c": "product-area content-area",
    "cd": """afgeleideGemeente datumTijdstipWijzigingWork datumTijdstipWijzigingExpression
        afgeleideLocatieGebied""",
    "t": "",
    "cql": "allRecords allIndexes textAndIndexes serverChoice",
    "v": "ecli instantieTyp inhoudsindicatie",
}
INDEXES: tuple[str, ...] = tuple(
    f"{prefix}.{name}" for prefix, names in _NAMES.items() for name in names.split()
)
_BY_LOWER = {name.lower(): name for name in INDEXES}


def check_index(name: str) -> str:
    """Return an index as it is spelt in the list; any case will do.

    Raises:
        SearchRefused: `unknown prefix dcterms` is the service's own; what it says of a name
            that its list lacks is not known, and ours is diagnostic 16.
    """
    prefix, dot, _ = name.partition(".")
    if dot and prefix.lower() not in SETS:
        raise SearchRefused(QUERY_SYNTAX, f"unknown prefix {prefix}")
    found = _BY_LOWER.get(name.lower())
    if found is None:
        raise SearchRefused(UNSUPPORTED_INDEX, f"unknown index {name}")
    return found
