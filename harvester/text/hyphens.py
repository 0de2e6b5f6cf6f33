"""Decide whether a hyphen at a line end belongs to the word or to the typesetting."""

import re
from collections.abc import Callable

_ENDS_IN_HYPHEN = re.compile(r"(?P<prefix>[^\W_]+)-$")


def join_hyphen(
    line: str, following: str, follows_open_compound: Callable[[str], bool]
) -> str | None:
    """Join two lines of which the first ends in a hyphen.

    The hyphen is removed when it breaks a word (`betrok-`, `kenheid`). It stays before a capital or
    a digit, after an abbreviation, a digit or a single letter (`EU-`, `lidstaten`), and with a
    space where it stands for the rest of a word (`zorg-`, `en welzijn`).

    Returns:
        The joined line; None if the first does not end in a word and a hyphen, or the second does
        not begin with a letter or digit.
    """
    match = _ENDS_IN_HYPHEN.search(line) if line.endswith("-") else None
    if not match or not following or not following[0].isalnum():
        return None
    if follows_open_compound(following):
        return f"{line} {following}"
    if not following[0].islower() or _keeps_hyphen(match["prefix"]):
        return line + following
    return line[:-1] + following


def _keeps_hyphen(prefix: str) -> bool:
    if len(prefix) == 1 or prefix.isupper():
        return True
    return any(character.isdigit() for character in prefix)
