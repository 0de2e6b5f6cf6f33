"""The meanings of the source's words that the application depends on (guide 2.3, 2.4).

Other words are kept verbatim, get no meaning, and are counted.
"""

import re

from harvester.source.domain import Advice, Choice, Method, Outcome, PaperKind, Role

MOTIONS = frozenset({"Motie", "Motie (gewijzigd/nader)"})
ANNEX = "Bijlage"
LETTERS = frozenset(
    {
        "Aanbiedingsbrief", "Brief Afdeling advisering Raad van State", "Brief Algemene Rekenkamer",
        "Brief CTIVD", "Brief Eerste Kamer", "Brief Europese Commissie", "Brief Kamer",
        "Brief Kamer aan bewindspersoon", "Brief Kamer aan derde", "Brief Nationale ombudsman",
        "Brief Presidium", "Brief Voorzitter", "Brief commissie",
        "Brief commissie aan bewindspersoon", "Brief commissie aan derde",
        "Brief derden (organisatie)", "Brief derden (particulieren)", "Brief formateur",
        "Brief informateur", "Brief lid / fractie", "Brief president Hoge Raad", "Brief regering",
        "Brief verkenner", "Geleidende brief",
    }
)  # fmt: skip


def paper_kind(soort: str | None) -> tuple[PaperKind | None, bool]:
    """Return the kind of a `soort` of document, and whether its spelling is known.

    Any `Brief …` is a letter, also an unknown one.
    """
    if soort is None:
        return None, True
    if soort in MOTIONS:
        return "motion", True
    if soort in LETTERS or soort.startswith("Brief"):
        return "letter", soort in LETTERS
    if soort == ANNEX:
        return "annex", True
    return None, not soort.startswith(("Motie", "Bijlage"))


CASE_KINDS: dict[str, PaperKind] = {
    "Motie": "motion",
    "Brief regering": "letter",
    "Brief commissie": "letter",
    "Brief van lid/fractie/commissie": "letter",
    "Brief Kamer": "letter",
    "Brief Europese Commissie": "letter",
    "Rapport/brief Algemene Rekenkamer": "letter",
}

OUTCOMES: dict[str, Outcome] = {
    "Stemmen - aangenomen": "adopted",
    "Stemmen - zonder stemming aannemen": "adopted",
    "Stemmen - vastgesteld": "adopted",
    "Stemmen - verworpen": "rejected",
    "Stemmen - niet aangenomen": "rejected",
    "Stemmen - gestaakt": "tied",
    "Stemmen - aangehouden": "held",
    "Stemmen - aangehouden (al tijdens debat)": "held",
    "Stemmen - uitstellen": "postponed",
    "Stemmen - ingetrokken": "retracted",
    "Stemmen - ingetrokken (al tijdens debat)": "retracted",
    "Stemmen - vervallen": "lapsed",
}
DECIDED = "Besluit"
"""The status of taken decisions; others are proposals."""
VOTED = "Stemmen"
"""Prefix of the `besluitSoort` of every decision about a vote."""

_tally = re.compile(r"\(\s*(\d{1,3})\s*[-–/]\s*(\d{1,3})\s*\)").search
_SEATS = 150


def tally(text: str) -> tuple[int, int] | None:
    """Return the votes for and against that a decision states: `Aangenomen. (73-72)`."""
    match = _tally(text)
    if match is None:
        return None
    stated = int(match[1]), int(match[2])
    return stated if 0 < sum(stated) <= _SEATS else None


METHODS: dict[str, Method] = {"Met handopsteken": "show of hands", "Hoofdelijk": "roll call"}
CHOICES: dict[str, Choice] = {"Voor": "for", "Tegen": "against", "Niet deelgenomen": "absent"}

ADVICE: dict[str, Advice | None] = {
    "Ontraden": "against",
    "Ontraden, tenzij gewijzigd": "against",
    "Oordeel Kamer": "left to the House",
    "Overgenomen": "for",
    "Verzocht motie aan te houden": "hold",
    "Ontijdig": "premature",
    "Overbodig": "superfluous",
    "Geen (expliciete) appreciatie": None,
    "Nog niet bekend": None,
    "Nog te ontvangen": None,
    "Niet beschikbaar bij gewijzigde moties en/of amendementen": None,
    "Niet beschikbaar bij moties en/of amendementen vóór 1 april 2019": None,
}

ROLES: dict[str, Role | None] = {
    "Eerste ondertekenaar": "signatory",
    "Mede ondertekenaar": "co-signatory",
    "Gericht aan": "addressee",
    "Indiener": "mover",
    "Medeindiener": "co-mover",
    "Rapporteur": None,
    "Volgcommissie": None,
    "Voortouwcommissie": None,
}

CHAMBERS: dict[str, str] = {"1": "Eerste Kamer", "2": "Tweede Kamer", "3": "both chambers"}
