"""Which records a query means: conditions over the values of their indexes.

What is not told of the service is decided thus: values are compared without regard to case,
`<` and `>` by character, so dates and identifiers in the order of their text; one value of
several is enough; `<>` is the opposite of `==`, also for a record without the index.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from operator import ge, gt, le, lt
from typing import Protocol, TypeVar

from spiders.netherlands.simulator.koop.cql import Clause, Joined, Node, Query

_WORD = re.compile(r"\w+\*?")
_ORDERED: Mapping[str, Callable[[str, str], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}


class Indexed(Protocol):
    """What has values by index."""

    def values(self, index: str) -> Sequence[str]:
        """Return the values of an index, none if it has none."""
        ...


AnyRecord = TypeVar("AnyRecord", bound=Indexed)


def matches(condition: Node, record: Indexed) -> bool:
    """Tell whether a record is meant by a condition."""
    # A chain of clauses leans to the left; only parentheses go deeper.
    chain: list[Joined] = []
    while isinstance(condition, Joined):
        chain.append(condition)
        condition = condition.left
    is_meant = _fits(condition, record.values(condition.index))
    for joined in reversed(chain):
        match joined.boolean:
            case "AND":
                is_meant = is_meant and matches(joined.right, record)
            case "OR":
                is_meant = is_meant or matches(joined.right, record)
            case "NOT":
                is_meant = is_meant and not matches(joined.right, record)
    return is_meant


def in_order(query: Query, records: Iterable[AnyRecord]) -> list[AnyRecord]:
    """Sort records as a query asks; those without a value come first."""
    found = list(records)
    # A stable sort by the last key first is a sort by all of them.
    for key in reversed(query.sort):
        found.sort(key=partial(_first, key.index), reverse=key.is_descending)
    return found


def _first(index: str, record: Indexed) -> str:
    return next((value.casefold() for value in record.values(index)), "")


def _fits(clause: Clause, values: Sequence[str]) -> bool:
    if clause.index == "cql.allRecords":
        return True
    term, relation = clause.term.casefold(), clause.relation
    if relation == "<>":
        return all(value.casefold() != term for value in values)
    test = _test(relation, term)
    return any(test(value.casefold()) for value in values)


def _test(relation: str, term: str) -> Callable[[str], bool]:
    if relation == "==":
        return term.__eq__
    if relation in _ORDERED:
        compare = _ORDERED[relation]
        return lambda value: compare(value, term)
    words = _WORD.findall(term)
    if relation == "any":
        return lambda value: any(_holds(value, word) for word in words)
    if relation == "all":
        return lambda value: all(_holds(value, word) for word in words)
    return lambda value: _holds_in_a_row(value, words)


def _holds(value: str, word: str) -> bool:
    return any(_is(found, word) for found in _WORD.findall(value))


def _holds_in_a_row(value: str, words: Sequence[str]) -> bool:
    found = _WORD.findall(value)
    return any(
        all(_is(found[start + place], word) for place, word in enumerate(words))
        for start in range(len(found) - len(words) + 1)
    )


def _is(found: str, word: str) -> bool:
    return found.startswith(word[:-1]) if word.endswith("*") else found == word
