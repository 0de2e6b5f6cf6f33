"""A key of a text: two texts with the same words have the same, whoever set them."""

import hashlib
import re

SHORTEST = 14
"""Words of a sentence that can serve as a key; shorter ones are said in many letters."""
_end = re.compile(r"[.!?:;](?=\s)|\n\s*\n")
_word = re.compile(r"[^\W_]+")
_hyphen = re.compile(r"(?<=\w)-\s*\n\s*(?=[a-zà-ÿ])")


def sentence_key(text: str) -> int | None:
    """Return a key of the longest sentence; None if no sentence is long enough.

    Lines and hyphens of the page do not matter. What has the same key is only worth comparing.
    """
    sentences = (
        tuple(word.casefold() for word in _word.findall(part))
        for part in _end.split(_hyphen.sub("", text))
    )
    longest = max(sentences, key=lambda words: (len(words), words), default=())
    if len(longest) < SHORTEST:
        return None
    digest = hashlib.sha256(" ".join(longest).encode("utf-8", "replace")).digest()
    return int.from_bytes(digest[:8], signed=True)
