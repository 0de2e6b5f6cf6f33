"""Find references in text: which words refer to what.

Nothing is guessed: a number counts only with its dossier, a session only with its chamber if both
chambers number their papers, an act only if it is certain which number is the year.
"""

from harvester.source.reference import Reference
from spiders.netherlands.reading.european import find_european
from spiders.netherlands.reading.laws import find_laws
from spiders.netherlands.reading.papers import find_papers
from spiders.netherlands.reading.publications import find_publications

__all__ = ["Reference", "find_references"]


def find_references(text: str) -> list[Reference]:
    """Return the references in a text, in order."""
    return sorted(
        {*find_papers(text), *find_publications(text), *find_european(text), *find_laws(text)}
    )
