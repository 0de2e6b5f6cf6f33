"""The meanings of the platform's words that the application depends on (guide 4, 5, 6).

Other words are kept verbatim, get no meaning, and are counted. Labels are compared in lower case:
the platform's lists spell them differently.
"""

from datetime import UTC, datetime

from harvester.source.domain import PaperKind, VersionCause

KINDS: dict[str, PaperKind] = {
    "kamerbrief": "letter",
    "brief": "letter",
    "beslisnota": "note",
    # An answer goes to the chamber as a letter.
    "kamervraag met antwoord": "letter",
    "kamervraag zonder antwoord": "letter",
}
"""What a `documentsoort` is; of any other kind are annexes, and what nobody asked for."""

PARLIAMENTARY_PAPER = "kamerstuk"
"""The `documentsoort` of copies, and of letters in the archive of rijksoverheid.nl."""
SUBKINDS: dict[str, PaperKind | None] = {
    "Brief": "letter",
    "Motie": "motion",
    # A copy names no paper that it is an annex of: what the annex is, its publisher says.
    "Bijlage": None,
    "Overig": None,
    "Amendement": None,
    "Verslag": None,
    "Voorstel van wet": None,
    "Memorie van toelichting": None,
    "Koninklijke boodschap": None,
    "Jaarverslag": None,
}
"""The kind of a copy by its `documentsubsoort`."""

_THESAURUS = "https://identifier.overheid.nl/tooi/def/thes/kern/"
_PLATFORM = "https://identifier.overheid.nl/plooi/def/thes/documentrelatie/"
IS_ANNEX_OF = f"{_THESAURUS}c_4d1ea9ba"
HAS_ANNEX = f"{_THESAURUS}c_05f4a5f3"
SAME_FILE = f"{_PLATFORM}identiteitsgroep"
ROLES: dict[str, str] = {
    IS_ANNEX_OF: "annex_document",
    HAS_ANNEX: "document_annex",
    # These say what the other document is: the bundle that this one is part of, or one of the
    # parts. A bundle has no file of its own, so its parts are what a letter's annexes are.
    f"{_PLATFORM}bundel": "annex_document",
    f"{_PLATFORM}isPartOf": "annex_document",
    f"{_PLATFORM}onderdeel": "document_annex",
    f"{_PLATFORM}bijlage": "document_annex",
    SAME_FILE: "document_identity",
}
"""The relation that a role stands for, from the document that states it to the one it names."""

CAUSES: dict[str, VersionCause] = {
    "aanlevering": "delivered",
    "wijziging": "changed",
    "intrekking": "withdrawn",
    "herpublicatie": "published again",
}
"""Why there is a version: `oorzaak`."""
WITHDRAWN = "intrekking"
AGAIN = "herpublicatie"

COPIES = "oep"
SOURCES = frozenset(
    {
        COPIES,
        "oep-ob",
        "plooi-api",
        "ronl",
        "ronl-archief",
        "aanleverloket",
        "dpc",
        "roo",
        "woo-idx",
    }
)
"""The known values of `sourceLabel`."""
ARCHIVES = frozenset({"ronl", "ronl-archief"})
LANGUAGES: dict[str, str] = {
    "NLD": "nl", "ENG": "en", "DEU": "de", "FRA": "fr", "SPA": "es", "FRY": "fy", "PAP": "pap",
}  # fmt: skip
"""The language of a document by the last part of its identifier."""
DESCRIPTIONS = "metadata"
"""What the labels of files begin with that describe a document and are not the document."""

NEW_LINE_SINCE = datetime(2026, 4, 28, tzinfo=UTC)
"""Since then documents state their relations at another address (guide 5)."""
