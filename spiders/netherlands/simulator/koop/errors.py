"""What a search answers instead of records.

SimulatorError
└── SearchRefused     a diagnostic: unknown prefix or index, syntax error, bad parameter (1.7)
"""

from spiders.netherlands.simulator.errors import SimulatorError

QUERY_SYNTAX = 10
UNSUPPORTED_OPERATION = 4
UNSUPPORTED_VALUE = 6
MISSING_PARAMETER = 7
UNSUPPORTED_INDEX = 16
UNSUPPORTED_RELATION = 19
UNSUPPORTED_BOOLEAN = 37


class SearchRefused(SimulatorError):
    """A diagnostic, as it goes over the wire with status 200.

    Attributes:
        code: the number in `info:srw/diagnostic/1/<code>`.
        message: the text of the diagnostic.
    """

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
