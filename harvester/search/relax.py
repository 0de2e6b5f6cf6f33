"""Read a query in the nearest way that finds papers, in stated steps, each told and undoable.

All words in any of their forms come first; dates, and the question how a party voted, are read as
what they ask. If that finds little, in this order: words for kinds of papers are read as these,
words that only
fill a question are passed over, words of no paper are repaired, compounds are tried in parts; and
only if nothing is found at all, the commonest word is left out. Two words that make a compound
which occurs are always searched as one, too.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import combinations

from harvester.search.dates import MOST_WORDS as MOST_DATE_WORDS
from harvester.search.dates import is_written_out, read_span
from harvester.search.folding import words_of
from harvester.search.forms import Forms
from harvester.search.query import (
    Condition,
    Customs,
    Note,
    Query,
    Spell,
    Term,
    joined,
    quoted,
    read_query,
)
from harvester.search.vocabulary import repair

ENOUGH = 10
"""Papers of which no more need be looked for."""
RARE = 3
"""Papers in which a word that was typed wrongly may well occur."""
SHORTEST_BEGINNING = 5
"""Letters of a word that is searched by longer ones."""
MOST_TOLD = 3
"""Of these, how many are told."""
LEAST_FOR_ANY, MOST_FOR_ANY = 3, 6
"""Words of which any one may be lacking if papers with all of them are few."""
MOST_WORDS = 12
"""Words of a query that is relaxed: a longer one is a text that somebody looks for."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a query was read.

    Attributes:
        expression: for FTS5: all that is found; None when there are no words to search.
        exact: for FTS5: what is found as it was typed, which comes first.
        notes: what was read otherwise than typed.
        conditions: what papers must be besides.
        words: the words that stand alone, as they were searched.
    """

    expression: str | None
    exact: str | None = None
    notes: tuple[Note, ...] = ()
    conditions: tuple[Condition, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def is_anything(self) -> bool:
        """Whether there is anything to search."""
        return self.expression is not None or bool(self.conditions)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known beside the words of an index.

    Attributes:
        names: folded words that name something which is shown beside the papers.
        party: the label of the only party that is named, and the folded words that name it.
        today: what `last week` counts from; None: dates are words like others.
        spell: gives the ids that may be meant by the number of a paper.
        is_literal: whether words for kinds of papers, and of questions, are words like others.
    """

    names: Collection[str] = ()
    party: tuple[str, Collection[str]] | None = None
    today: date | None = None
    spell: Spell = lambda name: ()
    is_literal: bool = False


NOTHING_KNOWN = Known()


def read_widely(
    text: str, forms: Forms, count: Callable[[str], int], known: Known = NOTHING_KNOWN
) -> Reading:
    """Read what someone typed, with the forms of its words, and relaxed if it finds little.

    Args:
        text: what was typed.
        forms: the words of the index.
        count: how many papers an expression finds; it need not count further than `ENOUGH`.
        known: what may be named besides.
    """
    customs = Customs(lambda word: any_form(forms, word), known.spell, forms.language.fields)
    query = read_query(text, customs)
    if not query.is_anything:
        return Reading(None, None, query.notes)
    if query.terms and len(query.terms) > MOST_WORDS:
        sentence = _Relaxed(query, forms, count)
        if sentence.found == 0:
            sentence.take_sentence()
        return sentence.reading
    if not query.terms:
        exact = read_query(text, replace(customs, widen=quoted)).expression
        return Reading(query.expression, exact, query.notes, query.conditions)
    relaxed = _Relaxed(query, forms, count)
    relaxed.take_dates(known.today)
    if not known.is_literal:
        relaxed.take_questions(known.party)
    relaxed.try_wholes()
    if relaxed.found < ENOUGH:
        if not known.is_literal:
            relaxed.take_meanings()
        relaxed.pass_over("filler", forms.language.fillers)
        relaxed.pass_over("named", known.names)
        relaxed.repair_unknown()
        relaxed.try_parts()
        relaxed.leave_out()
    return relaxed.reading


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
    conditions: list[Condition] = field(default_factory=list)
    exact: str | None = None
    """What comes first, if that is not all of the terms as they were typed."""
    words: tuple[str, ...] = ()
    """The words that are searched, if they are not those of the terms."""
    _terms: list[Term] = field(default_factory=list)
    found: int = 0

    def __post_init__(self) -> None:
        self._terms = list(self.query.terms or ())
        self._count()

    def _count(self) -> None:
        expression = joined("AND", [term.expression for term in self._terms])
        self.found = self.count(expression) if expression else ENOUGH

    @property
    def reading(self) -> Reading:
        """How the query is read now."""
        return Reading(
            joined("AND", [term.expression for term in self._terms]),
            self.exact or joined("AND", [term.exact for term in self._terms]),
            (*self.query.notes, *self.notes),
            (*self.query.conditions, *self.conditions),
            self.words or tuple(term.word for term in self._terms if term.word),
        )

    def take_dates(self, today: date | None) -> None:
        """Take words that are a date for the days in which papers were published."""
        words = self.forms.language.dates
        at = 0
        while today is not None and at < len(self._terms):
            for size in range(min(MOST_DATE_WORDS, len(self._terms) - at), 0, -1):
                terms = self._terms[at : at + size]
                typed = " ".join(term.typed for term in terms)
                is_plain = all(term.word for term in terms) and is_written_out(typed, words)
                if is_plain and read_span(typed, words, today):
                    del self._terms[at : at + size]
                    self._take(Condition("on", typed), terms, "dated")
                    break
            else:
                at += 1

    def take_questions(self, party: tuple[str, Collection[str]] | None) -> None:
        """Take the question how a party voted, or for its motions, for what it asks."""
        if party is None:
            return
        language, (label, name) = self.forms.language, party
        of_party = [t for t in self._terms if t.word and {*words_of(t.word)} <= {*name}]
        if not of_party:
            return
        if self._terms_of(language.votes):
            gone = self._terms_of({*language.votes, *language.fillers, *language.meanings})
            about = [term for term in self._terms if term in gone or term in of_party]
            self._terms = [term for term in self._terms if term not in about]
            self._take(Condition("kind", "motion"), about, "asked", label)
            return
        meant = [language.meanings[word] for term in self._terms_of(language.meanings)
                 for word in words_of(term.word)]  # fmt: skip
        if ("kind", "motion") in meant:
            self._terms = [term for term in self._terms if term not in of_party]
            self._take(Condition("party", label), of_party, "meant", f"party:{label}")
            self.take_meanings()
            self.pass_over("filler", language.fillers)

    def take_meanings(self) -> None:
        """Take words for kinds of papers and outcomes for these."""
        meanings = self.forms.language.meanings
        for term in self._terms_of(meanings):
            name, value = meanings["".join(words_of(term.word))]
            if len(self._terms) > 1 or self.conditions:
                self._terms.remove(term)
                self._take(Condition(name, value), [term], "meant", f"{name}:{value}")

    def _terms_of(self, words: Collection[str]) -> list[Term]:
        """Return the terms that are one of these words."""
        return [t for t in self._terms if t.word and "".join(words_of(t.word)) in words]

    def _take(self, condition: Condition, about: list[Term], note: str, instead: str = "") -> None:
        self.conditions.append(condition)
        self._note(note, about, instead or condition.value)

    def pass_over(self, name: str, words: Collection[str]) -> None:
        """Leave out words that few papers need to have, if others are left."""
        kept = [t for t in self._terms if not (t.word and {*words_of(t.word)} <= {*words})]
        is_enough = self.found >= ENOUGH and not self.conditions
        if not is_enough and (kept or self.conditions) and len(kept) < len(self._terms):
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
                self._terms[n] = term._replace(
                    expression=any_form(self.forms, meant), word=meant, exact=quoted(meant)
                )
                self._note("repaired", [term], meant)

    def try_parts(self) -> None:
        """Search a compound also by its parts, if there is little with the compound."""
        for n, term in enumerate(self._terms):
            words = words_of(term.word)
            if len(words) == 1 and not self.count_of(term):
                self._try_beginning(n, term, words[0])
            parts = self.forms.parts(words[0]) if len(words) == 1 else None
            if parts and self.found < ENOUGH:
                apart = joined("AND", [any_form(self.forms, part) for part in parts])
                either = str(joined("OR", [term.expression, str(apart)]))
                self._widen([term], " ".join(parts), {n: either})

    def _try_beginning(self, n: int, term: Term, word: str) -> None:
        """Search a word of no paper by the longer words that begin with it."""
        longer = self.forms.beginning(word) if len(word) >= SHORTEST_BEGINNING else {}
        if longer:
            either = str(joined("OR", [term.expression, *(quoted(form) for form in longer)]))
            said = sorted(longer, key=lambda form: (-longer[form], form))
            self._widen([term], ", ".join(said[:MOST_TOLD]), {n: either})

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
            unknown = [term for term in plain if self.count_of(term) == 0]
            if not unknown and (self._all_but_one(plain) or self._many(plain)):
                return
            gone = max(plain, key=lambda term: self.count_of(term))
            for term in unknown or [gone]:
                if len(self._terms) > 1:
                    self._terms.remove(term)
                    self._note("left_out", [term])
        plain = [term for term in self._terms if term.word]
        if 0 < self.found < RARE:
            self._all_but_one(plain)

    def _many(self, plain: list[Term]) -> bool:
        return len(plain) > MOST_FOR_ANY and self.take_sentence()

    def take_sentence(self) -> bool:
        """Search what has any two of the rarest words of many; tell whether that finds anything.

        A sentence of a letter says what a paper asks in other words: some are the same.
        """
        plain = [t for t in self._terms_but(self.forms.language.fillers) if self.count_of(t)]
        if len(plain) < LEAST_FOR_ANY:
            return False
        rarest = sorted(plain, key=self.count_of)[:MOST_FOR_ANY]
        pairs = combinations([term.expression for term in rarest], 2)
        others = [term for term in self._terms if not term.word]
        self.words = tuple(term.word for term in plain if term in rarest)
        either = str(joined("OR", [str(joined("AND", pair)) for pair in pairs]))
        self._terms = [Term("", either, exact=either), *others]
        self._note("sentence", [term for term in plain if term in rarest])
        return self.found > 0

    def _terms_but(self, words: Collection[str]) -> list[Term]:
        """Return the terms that stand alone and are none of these words."""
        return [t for t in self._terms if t.word and "".join(words_of(t.word)) not in words]

    def _all_but_one(self, plain: list[Term]) -> bool:
        """Search also what lacks any one of three words or more; tell whether that finds more."""
        if not LEAST_FOR_ANY <= len(plain) <= MOST_FOR_ANY:
            return False
        expressions = [term.expression for term in plain]
        some = [
            str(joined("AND", [*expressions[:n], *expressions[n + 1 :]]))
            for n in range(len(expressions))
        ]
        either = str(joined("OR", some))
        others = [term for term in self._terms if not term.word]
        found = self.count(str(joined("AND", [either, *(term.expression for term in others)])))
        if found <= self.found:
            return False
        self.exact = joined("AND", [term.exact for term in self._terms])
        self.words = tuple(term.word for term in plain)
        self._terms = [Term("", either), *others]
        self._note("any", plain)
        return True

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
        words = [
            f"={term.typed}" if term.typed in typed and term.word else term.typed
            for term in self.query.terms or ()
        ]
        undo = " ".join((*words, *(condition.typed for condition in self.query.conditions)))
        self.notes.append(Note(name, " ".join(typed), instead, undo))
        self._count()
