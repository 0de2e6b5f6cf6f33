"""What people type, as a query of SQLite's FTS5 that is never an error."""

import re

_TERM = re.compile(r'"(?P<phrase>[^"]*)"?|(?P<word>\S+)')


def match_query(text: str) -> str | None:
    """Return an FTS5 expression for what someone typed; None when it holds nothing to search.

    All terms must occur. Words are taken whole and as they are (`F-35`, `2021D46263`); double
    quotes make a phrase; a `*` at the end of a word finds what begins with it.
    """
    terms = []
    for match in _TERM.finditer(text.replace("\0", " ")):
        term = match["word"] if match["phrase"] is None else match["phrase"]
        if not any(character.isalnum() for character in term):
            continue
        is_prefix = match["word"] is not None and term.endswith("*")
        words = term.replace('"', " ").replace("*", " ").strip()
        terms.append(f'"{words}"{"*" if is_prefix else ""}')
    return " ".join(terms) or None
