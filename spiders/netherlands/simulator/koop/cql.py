"""CQL as the service reads it: clauses joined from left to right (1.3).

There is no precedence: `a AND b OR c` is `(a AND b) OR c`. `NOT` joins two sides and means
"and not"; `AND NOT` is a syntax error.
"""

from dataclasses import dataclass
from typing import TypeAlias

from spiders.netherlands.simulator.koop.errors import (
    QUERY_SYNTAX,
    UNSUPPORTED_BOOLEAN,
    UNSUPPORTED_RELATION,
    SearchRefused,
)
from spiders.netherlands.simulator.koop.indexes import check_index
from spiders.netherlands.simulator.koop.lexing import SYMBOLS, Token, read_tokens

NAMED_RELATIONS = frozenset({"any", "all", "adj"})
DEEPEST = 50
"""How many parentheses may stand in each other; a limit of our own."""
SERVER_CHOICE = "cql.serverChoice"


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition: the records' values of an index stand in a relation to a term."""

    index: str
    relation: str
    term: str


@dataclass(frozen=True, slots=True)
class Joined:
    """Two sides joined by AND, OR or NOT."""

    boolean: str
    left: "Node"
    right: "Node"


Node: TypeAlias = Clause | Joined


@dataclass(frozen=True, slots=True)
class SortKey:
    """An index to sort by."""

    index: str
    is_descending: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A query that was understood."""

    condition: Node
    sort: tuple[SortKey, ...] = ()


def parse(text: str) -> Query:
    """Read a query.

    Raises:
        SearchRefused: with the service's own words where they are known: `unknown prefix …`,
            `line 1:13 mismatched input …`.
    """
    parser = _Parser(read_tokens(text))
    condition = parser.joined()
    sort: tuple[SortKey, ...] = ()
    if parser.next.kind == "SORTBY":
        parser.take()
        sort = parser.sort_keys()
    if parser.next.kind != "end":
        raise parser.unexpected("<EOF>, AND, OR, NOT, PROX, SORTBY")
    return Query(condition, sort)


class _Parser:
    """Goes over the words once, from left to right."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._place = 0
        self._depth = 0

    @property
    def next(self) -> Token:
        return self._tokens[self._place]

    def take(self) -> Token:
        token = self.next
        self._place += 1
        return token

    def unexpected(self, expected: str) -> SearchRefused:
        found = self.next
        said = f"line 1:{found.column} mismatched input '{found.text}' expecting {{{expected}}}"
        return SearchRefused(QUERY_SYNTAX, said)

    def joined(self) -> Node:
        left = self._clause()
        while self.next.kind in ("AND", "OR", "NOT", "PROX"):
            boolean = self.take().kind
            if boolean == "PROX":
                raise SearchRefused(UNSUPPORTED_BOOLEAN, "PROX")
            left = Joined(boolean, left, self._clause())
        return left

    def sort_keys(self) -> tuple[SortKey, ...]:
        keys = []
        while self.next.kind == "word":
            index = check_index(self.take().text)
            modifiers = [modifier.lower() for modifier in self._modifiers()]
            keys.append(SortKey(index, "sort.descending" in modifiers))
        if not keys:
            raise self.unexpected("SIMPLE_NAME")
        return tuple(keys)

    def _clause(self) -> Node:
        if self.next.kind == "symbol" and self.next.text == "(":
            return self._within_parentheses()
        if self.next.kind not in ("word", "string"):
            raise self.unexpected("'(', SIMPLE_NAME, QUOTED_STRING")
        first = self.take()
        if first.kind == "string" or not self._is_relation():
            return Clause(SERVER_CHOICE, "=", first.value)
        index = check_index(first.text)
        relation = self.take().text.lower()
        self._modifiers()
        if self.next.kind not in ("word", "string"):
            raise self.unexpected("SIMPLE_NAME, QUOTED_STRING")
        return Clause(index, relation, self.take().value)

    def _within_parentheses(self) -> Node:
        self.take()
        self._depth += 1
        if self._depth > DEEPEST:
            raise SearchRefused(QUERY_SYNTAX, f"more than {DEEPEST} parentheses in each other")
        inner = self.joined()
        if self.next.text != ")" or self.next.kind != "symbol":
            raise self.unexpected("')', AND, OR, NOT, PROX")
        self.take()
        self._depth -= 1
        return inner

    def _is_relation(self) -> bool:
        token = self.next
        if token.kind == "symbol":
            return token.text in SYMBOLS
        if token.kind != "word" or self._tokens[self._place + 1].kind not in ("word", "string"):
            return False
        if token.text.lower() in NAMED_RELATIONS:
            return True
        if token.text.lower() in ("within", "encloses", "exact"):
            raise SearchRefused(UNSUPPORTED_RELATION, token.text)
        return False

    def _modifiers(self) -> list[str]:
        """Read `/sort.ascending` or `/relevant=1`; those of relations have no effect here."""
        found = []
        while self.next.kind == "symbol" and self.next.text == "/":
            self.take()
            if self.next.kind != "word":
                raise self.unexpected("SIMPLE_NAME")
            found.append(self.take().text)
            if self.next.kind == "symbol" and self.next.text in SYMBOLS:
                self.take()
                self.take()
        return found
