"""Read a query in the nearest way that finds papers, in stated steps, each told and undoable.

All words in any of their forms come first. If that finds little, in this order: words that only
fill a question are passed over, words of no paper are repaired, compounds are tried in parts; and
only if nothing is found at all, the commonest word is left out. Two words that make a compound
which occurs are always searched as one, too.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from harvester.search.folding import words_of
from harvester.search.forms import Forms
from harvester.search.query import Note, Query, Term, joined, quoted, read_query
from harvester.search.vocabulary import repair

ENOUGH = 10
"""Papers of which no more need be looked for."""
RARE = 3
"""Papers in which a word that was typed wrongly may well occur."""
MOST_WORDS = 12
"""Words of a query that is relaxed: a longer one is a text that somebody looks for."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a query was read.

    Attributes:
        expression: for FTS5: all that is found; None when there is nothing to search.
        exact: for FTS5: what is found as it was typed, which comes first.
        notes: what was read otherwise than typed.
    """

    expression: str | None
    exact: str | None = None
    notes: tuple[Note, ...] = ()


def read_widely(
    text: str, forms: Forms, count: Callable[[str], int], names: Collection[str] = ()
) -> Reading:
    """Read what someone typed, with the forms of its words, and relaxed if it finds little.

    Args:
        text: what was typed.
        forms: the words of the index.
        count: how many papers an expression finds; it need not count further than `ENOUGH`.
        names: folded words that name something which is shown beside the papers.
    """
    query = read_query(text, lambda word: any_form(forms, word))
    if query.expression is None:
        return Reading(None, None, query.notes)
    exact = read_query(text).expression
    relaxed = _Relaxed(query, forms, count)
    if query.terms and len(query.terms) <= MOST_WORDS:
        relaxed.try_wholes()
        if relaxed.found < ENOUGH:
            relaxed.pass_over("filler", forms.language.fillers)
            relaxed.pass_over("named", names)
            relaxed.repair_unknown()
            relaxed.try_parts()
            relaxed.leave_out()
    return Reading(relaxed.expression, exact, (*query.notes, *relaxed.notes))


def any_form(forms: Forms, word: str) -> str:
    """Return the expression for a word in any of its forms that occur."""
    words = words_of(word)
    whole = quoted(word)
    if not words:
        return whole
    if len(words) > 1:  # auto's, huur-toeslag: next to each other, or the word that both make
        lemma = "".join(words)
        others = {*forms.of(lemma)}
        if words[-1] == "s" and len(words) == 2:
            others.update(forms.of(words[0]))
    else:
        others = {*forms.of(words[0])}
    return joined("OR", [whole, *(quoted(other) for other in sorted(others - {word}))]) or whole


@dataclass(slots=True)
class _Relaxed:
    """A query of terms that must all occur, and what was done to them."""

    query: Query
    forms: Forms
    count: Callable[[str], int]
    notes: list[Note] = field(default_factory=list)
    _terms: list[Term] = field(default_factory=list)
    found: int = 0

    def __post_init__(self) -> None:
        self._terms = list(self.query.terms or ())
        self.found = self.count(str(self.query.expression))

    @property
    def expression(self) -> str | None:
        """What is searched now."""
        if not self.notes:
            return self.query.expression
        return joined("AND", [term.expression for term in self._terms])

    def pass_over(self, name: str, words: Collection[str]) -> None:
        """Leave out words that few papers need to have, if others are left."""
        kept = [t for t in self._terms if not (t.word and {*words_of(t.word)} <= {*words})]
        if self.found < ENOUGH and kept and len(kept) < len(self._terms):
            gone = [term for term in self._terms if term not in kept]
            self._terms = kept
            self._note(name, gone)

    def repair_unknown(self, at_most: int = 0) -> None:
        """Replace words that occur in no paper, or in few, by what was probably meant."""
        for n, term in enumerate(self._terms):
            words = words_of(term.word)
            if len(words) != 1 or any(note.about == term.typed for note in self.notes):
                continue
            papers = max(self.forms.of(words[0]).values(), default=0)
            meant = repair(self.forms.vocabulary, words[0]) if papers <= at_most else None
            if meant and max(self.forms.of(meant).values(), default=0) > papers:
                self._terms[n] = term._replace(expression=any_form(self.forms, meant), word=meant)
                self._note("repaired", [term], meant)

    def try_parts(self) -> None:
        """Search a compound also by its parts, if there is little with the compound."""
        for n, term in enumerate(self._terms):
            words = words_of(term.word)
            parts = self.forms.parts(words[0]) if len(words) == 1 else None
            if parts and self.found < ENOUGH:
                apart = joined("AND", [any_form(self.forms, part) for part in parts])
                either = str(joined("OR", [term.expression, str(apart)]))
                self._widen([term], " ".join(parts), {n: either})

    def try_wholes(self) -> None:
        """Search two words that follow each other also as the compound of them."""
        pairs = zip(self._terms, self._terms[1:], strict=False)
        for n, (term, following) in enumerate(list(pairs)):
            first, second = words_of(term.word), words_of(following.word)
            if len(first) != 1 or len(second) != 1:
                continue
            if whole := self.forms.whole(first[0], second[0]):
                one = joined("OR", [quoted(form) for form in whole])
                both = joined("AND", [term.expression, following.expression])
                either = str(joined("OR", [str(both), str(one)]))
                said = max(whole, key=lambda form: whole[form])
                self._widen([term, following], said, {n: either, n + 1: either}, is_sure=True)

    def leave_out(self) -> None:
        """Leave out one word after the other, the commonest first, until something is found."""
        if self.found == 0:
            self.repair_unknown(at_most=RARE)
        while self.found == 0 and len(self._terms) > 1:
            plain = [term for term in self._terms if term.word]
            if not plain:
                return
            gone = max(plain, key=lambda term: self.count_of(term))
            unknown = [term for term in plain if self.count_of(term) == 0]
            for term in unknown or [gone]:
                if len(self._terms) > 1:
                    self._terms.remove(term)
                    self._note("left_out", [term])

    def count_of(self, term: Term) -> int:
        """Return in how many papers the commonest form of a term occurs."""
        return max(
            (max(self.forms.of(w).values(), default=0) for w in words_of(term.word)), default=0
        )

    def _widen(
        self, about: list[Term], said: str, changed: dict[int, str], *, is_sure: bool = False
    ) -> None:
        before = list(self._terms)
        for n, expression in changed.items():
            self._terms[n] = self._terms[n]._replace(expression=expression)
        found = self.count(str(joined("AND", [term.expression for term in self._terms])))
        if is_sure or found > self.found:
            self._note("compound", about, said)
        else:
            self._terms = before

    def _note(self, name: str, about: list[Term], instead: str = "") -> None:
        typed = [term.typed for term in about]
        undo = " ".join(
            f"={term.typed}" if term.typed in typed and term.word else term.typed
            for term in self.query.terms or ()
        )
        self.notes.append(Note(name, " ".join(typed), instead, undo))
        self.found = self.count(str(self.expression))
