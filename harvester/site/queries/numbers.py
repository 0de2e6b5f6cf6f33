"""Numbers of dossiers in the spellings of people."""

import re

_dossier = re.compile(r"0*(\d{2})[\s.]?(\d{3})(?:[\s-]+([IVXLCDM]+[AB]?|\d{2}|[A-M]))?", re.I)


def dossier_label(text: str) -> str | None:
    """Return the label of the dossier that somebody means: `36 900 XII` is `36900-XII`."""
    match = _dossier.fullmatch(text.strip())
    if not match:
        return None
    return "-".join(part for part in (match[1] + match[2], (match[3] or "").upper()) if part)
