"""The roles of the elements of KOOP's two XML vocabularies.

`officiele-publicatie` (about 2010 and later) and `kamerwrk` (1995-2009); a name means the same in
both. Other elements are unknown: their text is kept and their name reported.
"""

from enum import Enum, auto
from typing import Final

MODERN = "officiele-publicatie"
LEGACY = "kamerwrk"
SIGNATURES = ("ondertekening", "ondtek")


class Part(Enum):
    """The role of an element in the text."""

    BLOCK = auto()
    """Begins and ends a paragraph."""
    INLINE = auto()
    """Part of a paragraph, without effect."""
    WORD = auto()
    """A word of a paragraph, separated by spaces."""
    SIGN = auto()
    """The sign of an item or a note, before its first paragraph."""
    LABEL = auto()
    """The beginning of a heading that a number ends."""
    NUMBER = auto()
    LINE = auto()
    """A line of its own within a paragraph."""
    HEADING = auto()
    ITEM = auto()
    NOTE = auto()
    NOTE_AT_END = auto()
    """A note that is separate from its reference."""
    NOTE_PLACE = auto()
    """The reference to such a note."""
    ROW = auto()
    CELL = auto()
    LINK = auto()
    NOTE_LINK = auto()
    """A link to a note: its number, separated from the word before."""
    LINE_END = auto()
    HEAD = auto()
    """The lines above a paper, put into reading order."""
    REPEATED = auto()
    """May repeat what is said above."""
    LAST = auto()
    """Printed at the foot of the first page."""
    BY_PARENT = auto()
    """Depends on the parent."""


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split())


def _parts(part: Part, names: str) -> dict[str, Part]:
    return dict.fromkeys(names.split(), part)


PARTS: Final[dict[str, Part]] = {
    **_parts(
        Part.BLOCK,
        """officiele-publicatie metadata meta kamerstuk stuk algemeen vrije-tekst tekst
        tekst-sluiting al al-groep divisie lijst bijlage bijlage-sluiting datumtekst ondertekening
        slotformulering aanhef considerans considerans.al considerans.lijst afkondiging wie
        wij wettekst voorstel-wet voorstel-sluiting wetsluiting artikel artikeltekst lid paragraaf
        hoofdstuk boek structuurtekst wijzig-artikel wijzig-lid wijziging wat amendement
        amendement-lid nota-toelichting definitielijst definitie specificatielijst specificatie
        specificatie-item noot.al noot.lijst table tgroup thead tbody tfoot colspec plaatje
        illustratie bijschrift bron aanhaling box context context.al nds-stuk niet-dossier-stuk
        advies adviesrvs nader-rapport object_van_advies officiele-inhoudsopgave kamervragen
        kamervraagnummer kamervraagomschrijving kamervraagopmerking vraag antwoord reactie motie
        motie-info handelingen agendapunt spreekbeurt onderwerp vergadering opening gegeven
        dagtekening
        kamerwrk frontm versie body backm witreg ondtek slotform notatoe toelicht naderrap blwstuk
        voorwerk nawerk consider grslag afkondig art gtxt vervangt""",
    ),
    **_parts(
        Part.INLINE,
        """nadruk sup inf datum dossiernr raadnr rijkswetnr ondernummer organisatie
        kamervraagonderwerp tekstcorrectie extref-groep intref-groep plaats politiek""",
    ),
    **_parts(
        Part.WORD,
        """nr label voornaam achternaam voorvoegsels dossiernummer begrotingshoofdstuk
        nds-nr term waarde subtitel spreker""",
    ),
    **_parts(Part.SIGN, "li.nr noot.nr lidnr"),
    **_parts(Part.LINE, "tekstregel"),
    **_parts(Part.HEADING, "tussenkop tuskop dossier onderw stuknr item-titel itemkop opschr"),
    **_parts(Part.ITEM, "li noot.li definitie-item"),
    **_parts(Part.NOTE, "noot"),
    **_parts(Part.NOTE_AT_END, "voetnoot"),
    **_parts(Part.NOTE_PLACE, "voetref"),
    **_parts(Part.ROW, "row"),
    **_parts(Part.CELL, "entry entrytbl"),
    **_parts(Part.LINK, "extref intref dossierref"),
    **_parts(Part.NOTE_LINK, "nootref"),
    **_parts(Part.LINE_END, "br nl"),
    **_parts(Part.HEAD, "kamerstukkop kamervraagkop"),
    **_parts(Part.REPEATED, "vergjaar"),
    **_parts(Part.LAST, "ordernr"),
    **_parts(Part.BY_PARENT, "titel kop naam functie deze nummer letter ltrlabel title margetekst"),
}

ATTRIBUTES: Final[frozenset[str]] = _names(
    """id name scheme content inhoud kamer publtype status type soort doc dossier refid isodatum
    kopopmaak font-kleur witregel opmaak letat afkorting start level nr-sluiting nummerbreedte
    naam nr dtd conv markup breedte hoogte schaal formaat uitlijning kleur
    orient rowsep colsep frame tabstyle pgwide pdf-table-positioning tablebreak tgroupstyle cols
    colnum colname colwidth align charoff char valign thscope rotate morerows namest nameend
    spanname orientation bereik label-id ref taal eId wId
    {http://www.w3.org/2001/XMLSchema-instance}noNamespaceSchemaLocation
    {http://www.w3.org/2001/XMLSchema-instance}schemaLocation
    {http://www.w3.org/XML/1998/namespace}lang {http://www.w3.org/XML/1998/namespace}space
    {http://www.w3.org/XML/1998/namespace}id"""
)
"""Attributes that the reader uses, and those of layout only."""

BY_PARENT: Final[dict[tuple[str, str], Part]] = {
    ("stuk", "titel"): Part.HEADING,
    ("kop", "titel"): Part.WORD,
    ("dossier", "titel"): Part.WORD,
    ("kop", "subtitel"): Part.WORD,
    ("table", "title"): Part.HEADING,
    ("onderw", "naam"): Part.WORD,
    ("onderw", "nummer"): Part.WORD,
    ("stuk", "ltrlabel"): Part.LABEL,
    ("stuk", "nummer"): Part.NUMBER,
    ("stuk", "letter"): Part.NUMBER,
    **{(signed, name): Part.LINE for signed in SIGNATURES for name in ("functie", "naam", "deze")},
    (LEGACY, "kop"): Part.BLOCK,
}
"""Roles of ambiguous names, by parent and name."""

OTHERWISE: Final[dict[str, Part]] = {
    "titel": Part.HEADING,
    "title": Part.HEADING,
    "kop": Part.HEADING,
    "naam": Part.WORD,
    "functie": Part.WORD,
    "deze": Part.WORD,
    "nummer": Part.WORD,
    "letter": Part.WORD,
    "ltrlabel": Part.WORD,
    "margetekst": Part.BLOCK,
}
"""Roles of ambiguous names under any other parent."""

HEAD_ORDER: Final = ("kameraanduiding", "kamernummer", "vergaderjaar", "documenttype")
