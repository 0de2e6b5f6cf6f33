"""What people type, read as a query: words, phrases, beginnings, AND OR NOT, NEAR, brackets.

A query is never an error. What cannot be meant as it stands is read in the nearest sensible way,
and a note says so; the pages put notes into words. Each term (`F-35`) becomes a quoted string of
SQLite's FTS5, so nothing that is typed is syntax there. A word that stands alone may be widened to
its other forms; phrases, `=word`, words of a field and words that are excluded are exact.

Some fields (`kind:motion`) say what a paper is and nothing of its words: these are conditions,
which count for the whole query, wherever they stand.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from harvester.characters import words_of

LONGEST = 1000
"""Characters of a query that count."""
MOST_TERMS = 50
DEEPEST = 10
NEAR_WORDS = 10
"""How far apart NEAR allows when no number is given; FTS5's own default."""
FARTHEST = 500

FIELDS = {
    "number": "numbers", "title": "subject", "subject": "subject", "people": "people",
    "text": "text",
}  # fmt: skip
"""What may stand before a colon, and the column it means; a language has names of its own for it.

`title` is the title that pages show, which is in the column `subject`; the column `title` holds
the title of the dossier.
"""
CONDITIONS = frozenset({
    "kind", "outcome", "advice", "party", "ministry", "dossier", "chamber", "year", "since",
    "until", "on",
})  # fmt: skip
"""Fields that say what a paper is, or when it was published."""

_TOKEN = re.compile(
    r"""(?P<near>NEAR\s*\()
      | (?P<minus>(?<![^\s(])-(?=[\w"(]))
      | (?P<open>\() | (?P<close>\))
      | (?:(?P<field>[a-z]+):(?=[\w"]))?
        (?: "(?P<phrase>[^"]*)(?P<closed>"?)\*? | (?P<word>[^\s"()]+) )""",
    re.VERBOSE,
)
_BETWEEN = re.compile(r"NEAR(?:/(\d{1,4}))?").fullmatch
_OPERATORS = frozenset({"AND", "OR", "NOT"})
_QUOTES = str.maketrans("“”„«»", '"""""')


Widen: TypeAlias = Callable[[str], str]
"""Takes a word as typed; returns the expression of FTS5 for it."""
Spell: TypeAlias = Callable[[str], Iterable[str]]
"""Takes the number of a paper; returns the ids that may be meant by it."""


class Note(NamedTuple):
    """Something that was read otherwise than typed."""

    name: str
    about: str = ""
    """The words it is about."""
    instead: str = ""
    """What was searched in their place."""
    undo: str = ""
    """A query that is not read otherwise in this way; empty if there is none."""


class Condition(NamedTuple):
    """What a paper has to be, or may not be."""

    field: str
    """One of `CONDITIONS`, or `initials`: somebody's name has to begin so."""
    value: str
    """As it was typed."""
    is_unwanted: bool = False
    typed: str = ""
    """All that was typed, with the field."""


class Term(NamedTuple):
    """One term of a query; a paper has to match all of them."""

    typed: str
    expression: str
    word: str = ""
    """The word, if it stands alone; empty for a phrase, a field, a beginning and an exact word."""
    exact: str = ""
    """The expression for exactly what was typed."""


def quoted(words: str) -> str:
    """Return words as a string of FTS5."""
    return '"' + words.replace('"', " ").strip() + '"'


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched.

    Attributes:
        expression: for FTS5; None when there is nothing to search.
        notes: what was read otherwise than typed, and why nothing can be searched.
        terms: what must all occur; None if operators or brackets say otherwise.
        conditions: what papers must be besides.
    """

    expression: str | None
    notes: tuple[Note, ...] = ()
    terms: tuple[Term, ...] | None = None
    conditions: tuple[Condition, ...] = ()

    @property
    def is_anything(self) -> bool:
        """Whether there is anything to search."""
        return self.expression is not None or bool(self.conditions)


class _Token(NamedTuple):
    kind: str
    """`term`, `condition`, `AND`, `OR`, `NOT`, `NEAR`, `near`, `open` or `close`."""
    text: str = ""
    """Of a term its expression, of a condition its value."""
    word: str = ""
    """Of a term: the word that may be widened; of a condition: its field."""
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Customs:
    """How a query is read besides its own syntax.

    Attributes:
        widen: gives the expression of a word that stands alone; without it, words are exact.
        spell: gives the ids that may be meant by what stands after `number:`.
        fields: names of fields in the languages of readers, and the field that each means.
    """

    widen: Widen = quoted
    spell: Spell = lambda name: ()
    fields: Mapping[str, str] = field(default_factory=dict)


NO_CUSTOMS = Customs()


def read_query(text: str, customs: Customs = NO_CUSTOMS) -> Query:
    """Read what someone typed."""
    reader = _Reader(customs)
    tokens = reader.tokens(text)
    terms = None
    if all(token.kind == "term" for token in tokens):
        terms = tuple(Term(t.typed, reader.said(t), t.word, t.text) for t in reversed(tokens))
    expression = reader.alternatives(tokens, 0)
    while tokens:  # a bracket that closes nothing
        tokens.pop()
        reader.note("bracket")
        rest = reader.alternatives(tokens, 0)
        expression = joined("AND", [part for part in (expression, rest) if part])
    is_said = expression is not None or reader.conditions
    if not is_said and not any(note.name == "only_not" for note in reader.notes):
        reader.note("empty")
    return Query(expression, tuple(reader.notes), terms, tuple(reader.conditions))


def joined(operator: str, parts: Sequence[str]) -> str | None:
    """Join expressions; None if there are none."""
    if len(parts) < 2:
        return parts[0] if parts else None
    return f"({f' {operator} '.join(parts)})"


@dataclass(slots=True)
class _Reader:
    """Reads tokens, taking them off the end of a list, and gathers notes."""

    customs: Customs = NO_CUSTOMS
    notes: list[Note] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)

    def said(self, token: _Token) -> str:
        """Return the expression of a term."""
        return self.customs.widen(token.word) if token.word else token.text

    def note(self, name: str, about: str = "") -> None:
        """Remember something once."""
        if (note := Note(name, about)) not in self.notes:
            self.notes.append(note)

    def tokens(self, text: str) -> list[_Token]:
        """Cut a text into tokens, the last one first."""
        if len(text) > LONGEST:
            self.note("long")
        plain = words_of(text[:LONGEST].replace("\0", " ")).translate(_QUOTES)
        found: list[_Token] = []
        terms = 0
        for match in _TOKEN.finditer(plain):
            token = self._token(match.groupdict(), match[0].strip())
            terms += token is not None and token.kind == "term"
            if terms > MOST_TERMS:
                self.note("long")
                break
            if token is not None:
                found.append(token)
        return self._without_conditions(found)[::-1]

    def _without_conditions(self, tokens: list[_Token]) -> list[_Token]:
        """Take conditions out, with the operators that tie them to the rest."""
        kept: list[_Token] = []
        is_after = False
        for token in tokens:
            if is_after and token.kind in ("AND", "OR"):
                if token.kind == "OR":
                    self.note("whole", self.conditions[-1].typed)
                continue
            is_after = token.kind == "condition"
            if not is_after:
                kept.append(token)
                continue
            before = kept.pop().kind if kept and kept[-1].kind in ("AND", "OR", "NOT") else ""
            if before == "OR":
                self.note("whole", token.typed)
            if before == "NOT" and kept and kept[-1].kind == "AND":
                kept.pop()
            typed = f"-{token.typed}" if before == "NOT" else token.typed
            condition = Condition(token.word, token.text, before == "NOT", typed)
            if condition not in self.conditions:
                self.conditions.append(condition)
        return kept

    def _token(self, found: Mapping[str, str | None], typed: str) -> _Token | None:
        for name, kind in (
            ("near", "near"),
            ("minus", "NOT"),
            ("open", "open"),
            ("close", "close"),
        ):
            if found[name]:
                return _Token(kind)
        word, phrase = found["word"], found["phrase"]
        if word in _OPERATORS:
            return _Token(str(word))
        if word is not None and (between := _BETWEEN(word)):
            return _Token("NEAR", between[1] or "")
        if phrase is not None and not found["closed"]:
            self.note("quote")
        named = found["field"] or ""
        name = self.customs.fields.get(named, named)
        value = phrase or word
        if name in CONDITIONS and value:
            return _Token("condition", value.strip(), name, typed)
        if FIELDS.get(name) == "people" and value and value[1:2] == "." and value[0].isalpha():
            self.conditions.append(Condition("initials", value, typed=typed))
        term = self._term(name if name in FIELDS else found["field"], word, phrase)
        return term._replace(typed=typed) if term else None

    def _term(self, name: str | None, word: str | None, phrase: str | None) -> _Token | None:
        column = FIELDS.get(name or "")
        said = phrase if phrase is not None else str(word)
        is_exact = phrase is not None or column is not None or said.startswith("=")
        if name and column is None:
            said = f"{name}:{said}"
        if not any(character.isalnum() for character in said):
            return None
        is_prefix = phrase is None and said.endswith("*")
        if "*" in said.rstrip("*"):
            self.note("star", said)
        words = said.replace("*", " ").strip()
        start = f"{{{column}}} : " if column else ""
        expression = f"{start}{quoted(words)}{' *' if is_prefix else ''}"
        if column == "numbers" and not is_prefix:
            spelled = [
                f"{start}{quoted(id_)}" for id_ in self.customs.spell(words) if words_of(id_)
            ]
            expression = joined("OR", list(dict.fromkeys([expression, *spelled]))) or expression
        return _Token("term", expression, "" if is_exact or is_prefix else words)

    def alternatives(self, tokens: list[_Token], depth: int) -> str | None:
        """Read what OR stands between, up to a closing bracket or the end."""
        parts = [self._together(tokens, depth)]
        while tokens and tokens[-1].kind == "OR":
            tokens.pop()
            parts.append(self._together(tokens, depth))
        there = [part for part in parts if part]
        if len(there) < len(parts) > 1:
            self.note("operator", "OR")
        return joined("OR", there)

    def _together(self, tokens: list[_Token], depth: int) -> str | None:
        """Read what must all occur, and what must not."""
        wanted: list[str] = []
        unwanted: list[str] = []
        is_not, last = False, ""
        while tokens and tokens[-1].kind not in ("OR", "close"):
            token = tokens.pop()
            if token.kind in ("AND", "NOT"):
                is_not, last = token.kind == "NOT", token.kind
                if token.kind == "AND" and not (wanted or unwanted):
                    self.note("operator", "AND")
                continue
            if is_not:  # what is excluded is excluded as typed
                token = token._replace(word="")
            part = self._part(token, tokens, depth)
            if part is not None:
                (unwanted if is_not else wanted).append(part)
                is_not, last = False, ""
        if last:
            self.note("operator", last)
        if unwanted and not wanted:
            self.note("only_not")
            return None
        return (
            " NOT ".join([joined("AND", wanted) or "", *unwanted])
            if unwanted
            else joined("AND", wanted)
        )

    def _part(self, token: _Token, tokens: list[_Token], depth: int) -> str | None:
        if token.kind == "near":
            return self._near(tokens)
        if token.kind == "NEAR":  # it stands before or after nothing
            self.note("operator", "NEAR")
            return None
        if token.kind == "open":
            return self._bracket(tokens, depth + 1)
        if tokens and tokens[-1].kind == "NEAR":
            return self._chain(token, tokens)
        return self.said(token)

    def _bracket(self, tokens: list[_Token], depth: int) -> str | None:
        if depth > DEEPEST:
            self.note("deep")
            return None
        inner = self.alternatives(tokens, depth)
        if tokens:
            tokens.pop()
        else:
            self.note("bracket")
        return f"({inner})" if inner and " NOT " in inner else inner

    def _chain(self, first: _Token, tokens: list[_Token]) -> str | None:
        """Read `a NEAR b` and `a NEAR/5 b NEAR/5 c`."""
        terms, distances = [first.text], []
        while tokens and tokens[-1].kind == "NEAR":
            distance = tokens.pop().text
            if not tokens or tokens[-1].kind != "term":
                self.note("operator", "NEAR")
                break
            distances.append(int(distance or NEAR_WORDS))
            terms.append(tokens.pop().text)
        return _close(terms, max(distances, default=NEAR_WORDS))

    def _near(self, tokens: list[_Token]) -> str | None:
        """Read `NEAR(a b, 5)` from behind its bracket on."""
        terms: list[str] = []
        while tokens and tokens[-1].kind == "term":
            terms.append(tokens.pop().text)
        if tokens and tokens[-1].kind == "close":
            tokens.pop()
        else:
            self.note("bracket")
        distance = NEAR_WORDS
        if len(terms) > 1 and (number := re.fullmatch(r'"(\d{1,4})"', terms[-1])):
            distance = int(number[1])
            terms.pop()
        return _close(terms, distance)


def _close(terms: list[str], distance: int) -> str | None:
    """Say that terms are near to each other; a field counts for all of them."""
    bare = [term.partition(" : ")[2] if term.startswith("{") else term for term in terms]
    fields = {term.partition(" : ")[0] for term in terms if term.startswith("{")}
    if len(bare) < 2:
        return terms[0] if terms else None
    near = f"NEAR({' '.join(bare)}, {min(distance, FARTHEST)})"
    return f"{fields.pop()} : {near}" if len(fields) == 1 else near
