"""What can go wrong in the index, with the exit code on the class.

IndexFault (a HarvesterError)
├── SchemaOutdated    2  another version of Griffie made this index; it is to be made again
├── IndexDiverged     4  the index and the log disagree about what was applied
└── IndexUnusable    75  locked, full, or no SQLite file
"""

from harvester.errors import HarvesterError


class IndexFault(HarvesterError):
    """Root of the index's errors; the message says what, where, and what to do next."""


class SchemaOutdated(IndexFault):
    """The index has a schema of another version."""

    exit_code = 2

    def __init__(self, path: str, found: int, expected: int) -> None:
        super().__init__(
            f"{path} has schema version {found}, this program writes version {expected}; "
            "make it again with `griffie rebuild`"
        )


class IndexDiverged(IndexFault):
    """A segment does not follow what the index applied before."""

    exit_code = 4

    def __init__(self, source: str, applied: int, sequence: int) -> None:
        before = f"segment {applied}" if applied else "nothing"
        super().__init__(
            f"the index holds {before} of {source}, and segment {sequence} does not follow that; "
            "check the archive with `griffie verify`, then make the index again with "
            "`griffie rebuild`"
        )


class IndexUnusable(IndexFault):
    """The file cannot be opened, written or locked now."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(
            f"cannot use the index {path}: {reason}; check that the disk has room and that no "
            "other program holds it, then try again"
        )
