"""Read who signs a letter or moves a motion, as the paper states it."""

import re
from collections.abc import Iterable, Iterator
from itertools import takewhile

from lxml import etree

from harvester.characters import words_of
from harvester.text.stated import StatedPerson
from spiders.netherlands.printed.vocabulary import SIGNATURES

_NAMES = frozenset({"naam", "deze"})
_PARTICLES = (
    r"(?:van|de|den|der|des|het|ter|ten|te|in|op|el|al|la|le|du|von|zu|bin|ben|d|[’'‘`][tns])"
)
_NAME = re.compile(
    rf"(?:{_PARTICLES}[’' -])*[^\W\d_a-zß-öø-ÿ][\w.’'‘`-]*"
    rf"(?:\s(?:{_PARTICLES}[’' -])*[^\W\d_a-zß-öø-ÿ][\w.’'‘`-]*){{0,5}}"
)
"""Words that begin with a capital, except particles of a surname."""
_AND = re.compile(r"\sen\s")
_LONGEST_NAME = 100
_END_OF_MOTION = re.compile(r"en\sga(?:at|an)\sover\b", re.IGNORECASE)


def signatories(paper: etree._Element) -> tuple[StatedPerson, ...]:
    """Read who signs, with the function that precedes each name; annexes have their own.

    A person who signs two parts of a paper is named once.
    """
    found: dict[tuple[str, str | None], None] = {}
    for signature in paper.iter(*SIGNATURES):
        if next(signature.iterancestors("bijlage"), None) is None:
            found.update(dict.fromkeys(_named(signature)))
    return tuple(
        StatedPerson(name, function, "co-signatory" if place else "signatory")
        for place, (name, function) in enumerate(found)
    )


def _named(signature: etree._Element) -> Iterator[tuple[str, str | None]]:
    """Yield each name with the words before it."""
    before = [signature.text or ""]
    for part in signature:
        if part.tag in _NAMES:
            function = words_of(" ".join(before)).rstrip(" ,")
            name = words_of(" ".join(part.itertext())).rstrip(" ,")
            if name:
                yield name, function or None
            before = []
        else:
            before.append("".join(part.itertext()))
        before.append(part.tail or "")


def names_in(lines: Iterable[str]) -> list[str]:
    """Return the names in lines, up to the first line that is no name."""
    names: list[str] = []
    for line in lines:
        words = words_of(line).strip(" ,;._")
        parts = [part for part in _AND.split(words) if part]
        if len(words) > _LONGEST_NAME or not all(map(_NAME.fullmatch, parts)):
            break
        names += parts
    return names


def movers(paper: etree._Element) -> tuple[StatedPerson, ...]:
    """Read the names at the end of a motion, after its closing words.

    Without closing words, the last paragraphs count if they are names.
    """
    closing: list[str] = []
    for paragraph in reversed(list(paper.iter("al"))):
        words = words_of("".join(paragraph.itertext()))
        if _END_OF_MOTION.match(words):
            break
        closing.append(words.strip(" ,;._"))
    else:
        closing = list(takewhile(_NAME.fullmatch, filter(None, closing)))
    names = [
        name
        for words in reversed(closing)
        if len(words) <= _LONGEST_NAME
        for name in _AND.split(words)
        if name
    ]
    return tuple(
        StatedPerson(name, None, "co-mover" if place else "mover")
        for place, name in enumerate(names)
    )
