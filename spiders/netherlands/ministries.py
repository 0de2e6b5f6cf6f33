"""The ministries of the Dutch government, under all names that papers and people use for them."""

import re

# A line lists the names of one ministry since about 1995: its present one, abbreviations, former
# ones. A name that two ministries had in turn stands with both.
_MINISTRIES = """
Algemene Zaken; AZ; Minister-President
Asiel en Migratie; AenM; A&M
Binnenlandse Zaken en Koninkrijksrelaties; BZK; Binnenlandse Zaken; BiZa
Buitenlandse Zaken; BZ; BuZa
Buitenlandse Handel en Ontwikkelingshulp; BHO; Buitenlandse Handel en Ontwikkelingssamenwerking; BHOS; Ontwikkelingssamenwerking; OS
Defensie; Def
Economische Zaken; EZ; Economische Zaken en Klimaat; EZK; Economische Zaken, Landbouw en Innovatie; EL&I; ELI
Klimaat en Groene Groei; KGG; Klimaat en Energie
Financiën; Fin
Infrastructuur en Waterstaat; IenW; I&W; Infrastructuur en Milieu; IenM; I&M; Verkeer en Waterstaat; V&W; VenW
Justitie en Veiligheid; JenV; J&V; Veiligheid en Justitie; V&J; VenJ; Justitie; Rechtsbescherming
Landbouw, Visserij, Voedselzekerheid en Natuur; LVVN; Landbouw, Natuur en Voedselkwaliteit; LNV; Landbouw, Natuurbeheer en Visserij; Natuur en Stikstof
Onderwijs, Cultuur en Wetenschap; OCW; OC&W; OCenW; Onderwijs, Cultuur en Wetenschappen
Sociale Zaken en Werkgelegenheid; SZW; Armoedebeleid, Participatie en Pensioenen
Volkshuisvesting en Ruimtelijke Ordening; VRO; Volkshuisvesting, Ruimtelijke Ordening en Milieubeheer; VROM; Wonen, Wijken en Integratie; Wonen en Rijksdienst
Volksgezondheid, Welzijn en Sport; VWS; Medische Zorg; Langdurige Zorg en Sport
"""  # noqa: E501
OFFICES = ("minister", "staatssecretaris", "ministerie", "bewindspersoon", "departement")
"""Words before the name of a ministry: `minister van`, `ministerie voor`."""
LINKS = ("van", "voor")

MINISTRIES = tuple(
    tuple(name.strip() for name in line.split(";")) for line in _MINISTRIES.strip().split("\n")
)
"""The names of each."""


# A secretary's office is one word with what stands before it: staatssecretaris.
_NAMED = re.compile(
    r"(?:\bminister|secretaris) (?:van|voor) (?P<name>.+)", re.IGNORECASE | re.DOTALL
)


def ministry_of(function: str) -> str | None:
    """Return the ministry that a function names, as it is written there."""
    found = _NAMED.search(function)
    return (found["name"].rstrip(" ,.") or None) if found else None
