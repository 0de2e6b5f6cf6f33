"""Read and write the number of a dossier as people do."""

import re

_typed = re.compile(r"0*(\d{2})[\s.]?(\d{3})(?:[\s-]+([IVXLCDM]+[AB]?|\d{2}|[A-M]))?", re.I)


def dossier_label(text: str) -> str | None:
    """Return the label of the dossier that is typed: `36 900 XII`, `21501-02`."""
    match = _typed.fullmatch(text.strip())
    if not match:
        return None
    return "-".join(part for part in (match[1] + match[2], (match[3] or "").upper()) if part)


def printed_dossier(label: str) -> str:
    """Write a dossier's label as the chambers print it: `36 900 XII`."""
    number, _, part = label.partition("-")
    if not re.fullmatch(r"\d{5}", number):
        return label
    number = f"{number[:2]} {number[2:]}"
    if re.fullmatch(r"\d{2}", part):
        return f"{number}-{part}"
    return f"{number} {part}" if part else number
