"""The meanings of the source's words that the application depends on (guide 3, 4).

Other words are kept verbatim, get no meaning, and are counted. They are compared in lower case and
without blanks around them: the source writes ` Avslag`.
"""

from harvester.source.domain import Advice, Choice, Method, Outcome, PaperKind

KINDS: dict[str, PaperKind | None] = {
    "mot": "motion", "skr": "letter", "rskr": "letter", "bet": "report", "prop": None,
}  # fmt: skip
ADVICE: dict[str, Advice | None] = {
    "bifall": "for",
    "avslag": "against",
    "tillstyrker": "for",
    "avstyrker": "against",
    # In part: neither for nor against.
    "delvis bifall": None,
    "bifall delvis": None,
}
OUTCOMES: dict[str, Outcome | None] = {
    "bifall": "adopted",
    "avslag": "rejected",
    "delvis bifall": "partly adopted",
    "bifall delvis": "partly adopted",
    "återtagen": "retracted",
}
METHODS: dict[str, Method | None] = {
    "röstning": "roll call",
    "votering": "roll call",
    "acklamation": "acclamation",
}
CHOICES: dict[str, Choice | None] = {
    "ja": "for", "nej": "against", "avstår": "abstain", "frånvarande": "absent",
}  # fmt: skip
WITHDRAWN = frozenset({"utgick", "utgått", "återtagen", "återkallad"})
"""States of a motion that is not dealt with any more."""
PLANNED = "planerat"
NOTHING = frozenset({"-", "?"})
"""What stands where there is no value."""
MAIN_DIVISION, ON_THE_MATTER = "huvud", "sakfrågan"
"""Only such a division decides; others are on which proposal is put against the committee's."""
COMMITTEE = "utskottet"
ITEMS = frozenset(
    {"motkat", "motgrund", "tilldelat", "inlamnatav", "ärendegrupp", "rdrest", "dokumentnamn"}
)
"""Codes of `uppgift`, which stay in the record."""
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html",
    "txt": "text/plain",
}
