"""What search knows of a language: lemmas, irregular forms, compounds, filler words."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

Meant = TypeVar("Meant")


def _itself(word: str) -> str:
    return word


def _nothing(word: str) -> Iterable[str]:
    return ()


@dataclass(frozen=True, slots=True)
class DateWords:
    """How people who search name days and spans of time; all words are folded."""

    months: Mapping[str, int] = field(default_factory=dict)
    """Names of months, also shortened, with their numbers from 1."""
    spans: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    """Phrases that count from today: a unit, and how many of it ago.

    `("week", 1)` is last week from Monday to Sunday, `("days", 7)` the last seven days. Units are
    `day`, `days`, `week`, `month` and `year`.
    """


@dataclass(frozen=True, slots=True)
class Language:
    """One language; the defaults describe none.

    The functions take folded words (`fold`), are pure and never fail.
    """

    lemma: Callable[[str], str] = _itself
    """One form that stands for all forms of a word."""
    irregular: Callable[[str], Iterable[str]] = _nothing
    """Forms that begin differently from the word, such as `feet` for `foot`."""
    beginnings: Callable[[str], Iterable[str]] = _nothing
    """Further beginnings that forms of the word may have, such as `gesproch` for `sprechen`."""
    links: tuple[str, ...] = ("",)
    """Letters that may link the parts of a compound."""
    fillers: frozenset[str] = frozenset()
    """Words of a question that say nothing about its subject."""
    votes: frozenset[str] = frozenset()
    """Words by which a question asks how somebody voted."""
    meanings: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Words that say what kind of papers is meant: a field of searches and its value."""
    dates: DateWords = DateWords()
    """Words of dates."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """Names of the fields of searches, and the field that each means."""


PLAIN = Language()
"""For parliaments that name no language: every word is its own lemma."""


def together(languages: Sequence[Language]) -> Language:
    """Combine languages; the first that changes a word gives its lemma."""
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
        frozenset().union(*(language.votes for language in languages)),
        _first_of(language.meanings for language in languages),
        DateWords(
            _first_of(language.dates.months for language in languages),
            _first_of(language.dates.spans for language in languages),
        ),
        _first_of(language.fields for language in languages),
    )


def _first_of(mappings: Iterable[Mapping[str, Meant]]) -> dict[str, Meant]:
    """Return all words; of one that several know, what the first says."""
    found: dict[str, Meant] = {}
    for mapping in mappings:
        found = {**mapping, **found}
    return found
