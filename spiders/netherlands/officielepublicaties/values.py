"""The meanings of the publisher's words that the application depends on (guide 1.6, 1.9).

Other words are kept verbatim, get no meaning, and are counted.
"""

import re

from harvester.source.domain import PaperKind

PAPER = "Kamerstuk"
ANNEX = "Bijlage"
"""The types (`dcterms:type`) that are read."""

NOT_TYPESET = "Onopgemaakt"
STATUSES: dict[str, bool] = {
    NOT_TYPESET: False,
    "Opgemaakt": True,
    "Opgemaakt na onopgemaakt": True,
}
"""Whether a publication with this `documentstatus` is typeset."""

CHAMBERS: dict[str, str] = {
    "Tweede Kamer der Staten-Generaal": "Tweede Kamer",
    "Eerste Kamer der Staten-Generaal": "Eerste Kamer",
}

UNSORTED = frozenset({"Overig", "Overige Kamerstukken"})
"""The kind of unclassified papers, whose title may say more."""
KINDS: dict[str, PaperKind | None] = {
    "Brief": "letter",
    "Motie": "motion",
    "Amendement": None,
    "Jaarverslag": None,
    "Koninklijke boodschap": None,
    "Memorie van toelichting": None,
    "Verslag": None,
    "Voorstel van wet": None,
}
"""The kind of paper of each `subrubriek`."""

MEDIA_TYPES: dict[str, str] = {
    "html": "text/html",
    "metadata": "application/xml",
    "metadataowms": "application/xml",
    "odt": "application/vnd.oasis.opendocument.text",
    "pdf": "application/pdf",
    "xml": "application/xml",
}
"""Media type of a manifestation's file."""
DESCRIPTIONS = frozenset({"metadata", "metadataowms"})
"""Manifestations that describe the paper and are not the paper itself."""

_is_letter = re.compile(r"Brief\b").match
_is_motion = re.compile(r"(?:(?:nader )?gewijzigde )?motie\b", re.IGNORECASE).match


def kind_by_title(title: str) -> PaperKind | None:
    """Return the paper's part of a title: `<dossier>; <kind>; <title>`, or without the kind.

    The dossier's own title says nothing of the paper, unless it is all there is.
    """
    first, *others = title.split("; ")
    for part in others or [first]:
        if _is_letter(part):
            return "letter"
        if _is_motion(part):
            return "motion"
    return None
