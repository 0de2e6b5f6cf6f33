"""The words of a CQL query, each with its place (1.3)."""

import re
from typing import NamedTuple

from spiders.netherlands.simulator.koop.errors import QUERY_SYNTAX, SearchRefused

KEYWORDS = frozenset({"AND", "OR", "NOT", "PROX", "SORTBY"})
SYMBOLS = frozenset({"==", "<=", ">=", "<>", "=", "<", ">"})

_TOKEN = re.compile(
    r"""\s+
      |(?P<string>"(?:[^"\\]|\\.)*")
      |(?P<symbol>==|<=|>=|<>|[=<>()/])
      |(?P<word>[^\s()=<>/"]+)""",
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """A word of a query.

    `kind` is `string`, `symbol`, `word`, `end`, or for a keyword its name in capitals; `column`
    counts characters from 0, as the diagnostics do.
    """

    kind: str
    text: str
    column: int

    @property
    def value(self) -> str:
        """The text without quotes and escapes."""
        if self.kind != "string":
            return self.text
        return re.sub(r"\\(.)", r"\1", self.text[1:-1])


def read_tokens(query: str) -> list[Token]:
    """Return the words of a query, with an `end` after the last.

    Raises:
        SearchRefused: a quote that is not closed.
    """
    tokens: list[Token] = []
    place = 0
    while place < len(query):
        match = _TOKEN.match(query, place)
        if match is None:
            said = f"line 1:{place} token recognition error at: '{query[place:]}'"
            raise SearchRefused(QUERY_SYNTAX, said)
        kind = match.lastgroup
        if kind is not None:
            is_keyword = kind == "word" and match[0].upper() in KEYWORDS
            tokens.append(Token(match[0].upper() if is_keyword else kind, match[0], place))
        place = match.end()
    return [*tokens, Token("end", "<EOF>", len(query))]
