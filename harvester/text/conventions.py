"""What text extraction needs to know of a language and a publisher."""

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harvester.text.result import Text
from harvester.text.stated import PaperFacts

if TYPE_CHECKING:  # parsers are loaded when first needed, in the workers only
    from lxml import etree


def _no_document(root: "etree._Element") -> Text | None:
    return None


def _no_facts(text: str) -> PaperFacts | None:
    return None


def _never(line: str) -> bool:
    return False


def _no_lines(lines: Sequence[str]) -> Set[int]:
    return frozenset()


def _no_masthead(text: str) -> int:
    return 0


@dataclass(frozen=True, slots=True)
class Conventions:
    """How a parliament's papers are written and printed; the defaults know no language.

    The functions are pure and never fail, whatever a file holds. They are functions of a module,
    not lambdas, because worker processes receive them pickled.
    """

    read_document: Callable[["etree._Element"], Text | None] = _no_document
    """Reads XML in the publisher's own vocabulary; None if it is in another."""
    read_facts: Callable[[str], PaperFacts | None] = _no_facts
    """Reads date, addressee and signatories from the words of a PDF; None if it finds none."""
    follows_open_compound: Callable[[str], bool] = _never
    """Whether a line that begins like this lets the hyphen before it stand for the rest of a word:
    `zorg-`, `en welzijn`."""
    begins_clause: Callable[[str], bool] = _never
    """Whether a line that begins like this begins a paragraph after a comma or a full stop."""
    is_page_count: Callable[[str], bool] = _never
    """Whether a line is nothing but a page number, such as `page 3 of 7`."""
    publisher_lines: Callable[[Sequence[str]], Set[int]] = _no_lines
    """Which lines at the edges of a paper's pages the publisher printed there, by position."""
    skip_masthead: Callable[[str], int] = _no_masthead
    """Where a text begins, in characters, after what is printed above every paper."""


NO_CONVENTIONS = Conventions()
"""For files of parliaments that state none."""
