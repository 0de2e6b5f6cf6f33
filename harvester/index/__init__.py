"""The SQLite index: what follows from the log, and the harvester's memory."""

from harvester.index.apply import Applied
from harvester.index.compare import Difference, compare
from harvester.index.errors import IndexDiverged, IndexFault, IndexUnusable, SchemaOutdated
from harvester.index.fixity import FixityLedger, FixityState
from harvester.index.frontier import Attempt, Waiting
from harvester.index.harvests import HarvestRow, SourceStatus
from harvester.index.holds import Hold
from harvester.index.index import Index
from harvester.index.memory import IndexMemory
from harvester.index.papers import Notice, PaperFile
from harvester.index.rebuild import rebuild
from harvester.index.takedowns import Takedown, Target
from harvester.index.texts import ComparisonRow, Signature, Statement, TextRow
from harvester.source.files import FilePolicy, Held, Wanted

__all__ = [
    "Applied",
    "Attempt",
    "ComparisonRow",
    "Difference",
    "FilePolicy",
    "FixityLedger",
    "FixityState",
    "HarvestRow",
    "Held",
    "Hold",
    "Index",
    "IndexDiverged",
    "IndexFault",
    "IndexMemory",
    "IndexUnusable",
    "Notice",
    "PaperFile",
    "SchemaOutdated",
    "Signature",
    "SourceStatus",
    "Statement",
    "Takedown",
    "Target",
    "TextRow",
    "Waiting",
    "Wanted",
    "compare",
    "rebuild",
]
