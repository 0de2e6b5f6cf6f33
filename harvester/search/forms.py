"""Forms and compounds of a word, as far as an index holds them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import ceil

from harvester.search.folding import fold
from harvester.search.vocabulary import LONGEST, Vocabulary
from harvester.source.language import Language

SHORTEST = 3
"""Letters of a word that has other forms, and of a part of a compound."""
MOST_FORMS = 24
"""Forms that are searched, the commonest."""
_SHARED = 0.6
"""Of the letters of a word, how many its regular forms begin with."""


@dataclass(frozen=True, slots=True)
class Forms:
    """Finds the forms of words in one state of an index."""

    vocabulary: Vocabulary
    language: Language
    _found: dict[str, Mapping[str, int]] = field(default_factory=dict)

    def of(self, word: str) -> Mapping[str, int]:
        """Return the forms of a folded word that occur, and in how many papers each does."""
        if word not in self._found:
            self._found[word] = self._look_up(word)
        return self._found[word]

    def _look_up(self, word: str) -> Mapping[str, int]:
        if len(word) > LONGEST:
            return dict(self.vocabulary.papers([word]))
        lemma = self.language.lemma(word)
        certain = {word, lemma, *self.language.irregular(word)}
        found = dict(self.vocabulary.papers(sorted(certain)))
        if len(word) >= SHORTEST and word.isalnum():
            for start in self._starts(word, lemma):
                for other, papers in self.vocabulary.beginning(start):
                    plain = fold(other)
                    if plain == word or self.language.lemma(plain) == lemma:
                        found[other] = papers
        commonest = sorted(found, key=lambda form: (form != word, -found[form], form))
        return {form: found[form] for form in commonest[:MOST_FORMS]}

    def _starts(self, word: str, lemma: str) -> list[str]:
        starts = {
            form[: max(SHORTEST, ceil(len(form) * _SHARED))]
            for form in (word, lemma)
            if len(form) >= SHORTEST
        }
        starts.update(self.language.beginnings(word), self.language.beginnings(lemma))
        # What begins with a shorter beginning need not be looked for again.
        return sorted(s for s in starts if not any(s != o and s.startswith(o) for o in starts))

    def beginning(self, word: str) -> Mapping[str, int]:
        """Return the commonest words that begin with a word, or with its lemma."""
        found: dict[str, int] = {}
        for start in sorted({word, self.language.lemma(word)}):
            found.update(self.vocabulary.beginning(start))
        commonest = sorted(found, key=lambda form: (-found[form], form))
        return {form: found[form] for form in commonest[:MOST_FORMS]}

    def whole(self, first: str, second: str) -> Mapping[str, int]:
        """Return the forms of the compound of two words: `huur toeslag`, huurtoeslag."""
        if min(len(first), len(second)) < SHORTEST:
            return {}
        found: dict[str, int] = {}
        stem = second[: max(SHORTEST, len(second) - 2)]
        for head in sorted({first, self.language.lemma(first)}):
            for link in self.language.links:
                lemma = self.language.lemma(head + link + second)
                found.update(
                    (other, papers)
                    for other, papers in self.vocabulary.beginning(head + link + stem)
                    if self.language.lemma(fold(other)) == lemma
                )
        return found

    def parts(self, word: str) -> tuple[str, str] | None:
        """Return the two words that a compound is made of, if papers have both."""
        return min(self._parts(word), key=lambda found: found[0], default=(0, None))[1]

    def _parts(self, word: str) -> Iterator[tuple[int, tuple[str, str]]]:
        if len(word) > LONGEST:
            return
        for at in range(SHORTEST, len(word) - SHORTEST + 1):
            second = word[at:]
            if not self.vocabulary.papers([second]):
                continue
            for link in self.language.links:
                first = word[:at].removesuffix(link)
                is_linked = first + link == word[:at]
                if is_linked and len(first) >= SHORTEST and self.vocabulary.papers([first]):
                    # Parts of much the same length are words more often than a short one is.
                    yield abs(len(first) - len(second)), (first, second)
