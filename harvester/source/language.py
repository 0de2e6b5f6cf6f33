"""What a language brings to search: one form for all forms of a word, and words to pass over."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass


def _itself(word: str) -> str:
    return word


def _nothing(word: str) -> Iterable[str]:
    return ()


@dataclass(frozen=True, slots=True)
class Language:
    """The words of one language; the defaults know none.

    The functions take folded words (`fold`), are pure and never fail.
    """

    lemma: Callable[[str], str] = _itself
    """One form that stands for all forms of a word."""
    irregular: Callable[[str], Iterable[str]] = _nothing
    """Forms of a word that begin otherwise than the word: `steden` for `stad`."""
    beginnings: Callable[[str], Iterable[str]] = _nothing
    """Beginnings, besides its own, that other forms of a word may have: `gewer` for `werken`."""
    links: tuple[str, ...] = ("",)
    """What may stand between the parts of a compound."""
    fillers: frozenset[str] = frozenset()
    """Words of a question that say nothing about its subject."""


PLAIN = Language()
"""Of parliaments that name no language: every word stands for itself."""


def together(languages: Sequence[Language]) -> Language:
    """Make one language of several: the first that knows another lemma of a word gives it."""
    if len(languages) == 1:
        return languages[0]

    def lemma(word: str) -> str:
        found = (language.lemma(word) for language in languages)
        return next((other for other in found if other != word), word)

    return Language(
        lemma,
        lambda word: [form for language in languages for form in language.irregular(word)],
        lambda word: [start for language in languages for start in language.beginnings(word)],
        tuple(dict.fromkeys(["", *(link for language in languages for link in language.links)])),
        frozenset().union(*(language.fillers for language in languages)),
    )
