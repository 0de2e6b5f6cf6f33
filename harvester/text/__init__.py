"""Extract text from files, in worker processes with limits of time and memory."""

from harvester.text.conventions import NO_CONVENTIONS, Conventions
from harvester.text.extraction import extract
from harvester.text.extractor import Extractor
from harvester.text.result import Mark, Text, dump, load, text_key
from harvester.text.stated import PaperFacts, StatedDossier, StatedPerson

__all__ = [
    "NO_CONVENTIONS",
    "Conventions",
    "Extractor",
    "Mark",
    "PaperFacts",
    "StatedDossier",
    "StatedPerson",
    "Text",
    "dump",
    "extract",
    "load",
    "text_key",
]
