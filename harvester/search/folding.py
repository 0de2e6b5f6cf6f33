"""The form in which words are compared, the same for queries and for words of the index."""

import re
import unicodedata

from harvester.characters import normalise

_word = re.compile(r"[^\W_]+")
_NO_DECOMPOSITION = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ß": "ss"})


def fold(text: str) -> str:
    """Return a text in lower case, without accents, ligatures, soft hyphens or raised digits."""
    if text.isascii() and text.isprintable():  # most words of most texts, a hundred times as fast
        return text.lower()
    plain = unicodedata.normalize("NFKD", normalise(text)).casefold().translate(_NO_DECOMPOSITION)
    return "".join(c for c in plain if not unicodedata.combining(c))


def words_of(text: str) -> list[str]:
    """Return the folded words of a text, in order."""
    return _word.findall(fold(text))
