"""Text out of files, in worker processes with limits of time and memory."""

from harvester.text.extraction import extract
from harvester.text.extractor import Extractor
from harvester.text.result import Text, dump, load, text_key

__all__ = ["Extractor", "Text", "dump", "extract", "load", "text_key"]
