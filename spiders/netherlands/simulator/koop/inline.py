"""Running text as the content of an element: references become links, marks become notes."""

import re
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from spiders.netherlands.simulator.citing import Citation
from spiders.netherlands.simulator.koop.body import MARK, Body

_DOSSIER = re.compile(r"(?<=^\d\d) (?=\d{3}\b)")


class Inline:
    """Writes the paragraphs of one paper in their order."""

    def __init__(self, body: Body, identifier: str) -> None:
        self._identifier = identifier
        self._notes = body.sheet.notes
        self._is_firm = body.has_firm_spaces
        self._in_notes = [c for c in body.citations if c.note is not None]
        self._waiting = [c for c in body.citations if c.note is None]

    def write(self, paragraph: str) -> str:
        """Write a paragraph's content."""
        parts: list[str] = []
        place = 0
        for match in MARK.finditer(paragraph):
            parts.append(self._text(paragraph[place : match.start()]))
            parts.append(self._note(int(match[1])))
            place = match.end()
        parts.append(self._text(paragraph[place:]))
        return "".join(parts)

    def _text(self, text: str) -> str:
        made, used = _linked(text, self._waiting, is_firm=self._is_firm)
        del self._waiting[:used]
        return made

    def _note(self, number: int) -> str:
        links = [citation for citation in self._in_notes if citation.note == number]
        text, _ = _linked(self._notes[number - 1], links, is_firm=self._is_firm)
        return (
            f'<noot id="ID-{self._identifier.rsplit("-", 1)[-1]}-d36e{40 + 11 * number}"'
            f' type="voet"><noot.nr>{number}</noot.nr><noot.al>{text}</noot.al></noot>'
        )


def _linked(text: str, citations: Sequence[Citation], *, is_firm: bool) -> tuple[str, int]:
    """Make links of the references that occur, and count them; they come in order.

    Args:
        is_firm: the space in a dossier's number is one that does not break.
    """
    parts: list[str] = []
    place = used = 0
    for citation, start in _places(text, citations):
        parts.append(escape(text[place:start]))
        parts.append(
            f'<extref doc={quoteattr(citation.target)} soort="document" status="actief">'
            f"{escape(_firm(citation.words) if is_firm else citation.words)}</extref>"
        )
        place, used = start + len(citation.words), used + 1
    parts.append(escape(text[place:]))
    return "".join(parts), used


def _firm(words: str) -> str:
    return _DOSSIER.sub("\u00a0", words)


def _places(text: str, citations: Sequence[Citation]) -> Iterator[tuple[Citation, int]]:
    place = 0
    for citation in citations:
        start = text.find(citation.words, place)
        if start < 0:
            return
        yield citation, start
        place = start + len(citation.words)
